import Broker
import KafkaProtocol
import KafkaRecords
import LogStorage
import TestSupport

/// Whole brokers in one process: the very classes that run in production, under one clock, network and dice.
package final class SimulatedCluster {
    package let clock = ManualClock()
    package let dice: Dice
    package let network: SimulatedNetwork
    package let brokers: [SimulatedBroker]
    package let trace: Trace
    /// Whether the metadata log says who votes from the start on.
    package let canChangeVoters: Bool
    /// Calls for every node that starts, before its first turn.
    package var prepare: (SimulatedBroker, BrokerNode, RequestRouter, SimulatedProcess) -> Void = { _, _, _, _ in }

    /// - Parameters:
    ///   - size: how many brokers; the first three are the voters of the quorum.
    ///   - canChangeVoters: whether the metadata log says who votes, beginning with those three.
    ///   - view: how brokers see their disks.
    package init(
        size: Int, dice: Dice, trace: Trace, canChangeVoters: Bool = false, settings: [String: String] = [:],
        view: (SimulatedDisk) -> any Disk = { $0 }
    ) {
        self.dice = dice
        self.trace = trace
        self.canChangeVoters = canChangeVoters
        network = SimulatedNetwork(clock: clock, dice: dice)
        let voters = (1...min(size, 3)).map { "\($0)@broker:\($0)" }.joined(separator: ",")
        brokers = (1...size).map { id in
            var properties = Self.bundled
            properties["node.id"] = "\(id)"
            properties["listeners"] = "PLAINTEXT://broker:\(id)"
            if canChangeVoters {
                properties["controller.quorum.bootstrap.servers"] = (1...size).map { "broker:\($0)" }.joined(
                    separator: ",")
            } else {
                properties["controller.quorum.voters"] = voters
            }
            return SimulatedBroker(id: BrokerID(id), properties: properties.merging(settings) { $1 }, view: view)
        }
    }

    /// Prepares the disks of the first voters, as a new bundled cluster has them.
    package func prepareVoters() throws {
        let first = brokers.prefix(3)
        let voters = first.map { broker in
            VotersRecord.Voter(
                broker.id, directory: UUID(high: 1, low: UInt64(broker.id)),
                endpoints: [QuorumLeaderEndpoint(name: "PLAINTEXT", host: "broker", port: UInt16(broker.id))],
                versions: 0...1)
        }
        let snapshot = try BootstrapSnapshot.bytes(voters: VotersRecord(voters))
        for (broker, voter) in zip(first, voters) {
            try broker.disk.createDirectory("/data/__cluster_metadata-0")
            try broker.disk.replace(
                "/data/__cluster_metadata-0/" + BootstrapSnapshot.fileName, with: snapshot, durable: true)
            try MetaProperties(clusterID: "simulated", nodeID: broker.id, directoryID: voter.voterDirectoryID)
                .write(broker.disk, "/data/meta.properties")
        }
    }

    /// The times of a bundled cluster, and few enough partitions to look at all of them after every turn.
    private static let bundled = [
        "cluster.id": "simulated", "log.dirs": "/data", "auto.create.topics.enable": "false",
        "broker.session.timeout.ms": "1500", "broker.heartbeat.interval.ms": "300", "replica.lag.time.max.ms": "3000",
        "controller.quorum.election.timeout.ms": "150", "controller.quorum.fetch.timeout.ms": "1000",
        "controller.quorum.election.backoff.max.ms": "300", "controller.quorum.request.timeout.ms": "1000",
        "group.initial.rebalance.delay.ms": "0", "group.consumer.session.timeout.ms": "\(SimulatedMember.session)",
        "group.consumer.heartbeat.interval.ms": "500", "offsets.topic.num.partitions": "2",
        "offsets.topic.replication.factor": "3", "transaction.state.log.num.partitions": "2",
        "min.insync.replicas": "2",
    ]

    deinit {
        for broker in brokers { broker.node?.takeApart() }
        clock.clear()
    }

    package subscript(id: BrokerID) -> SimulatedBroker { brokers[Int(id) - 1] }

    package var alive: [SimulatedBroker] { brokers.filter(\.isAlive) }

    package func start(_ broker: SimulatedBroker) throws {
        guard !broker.isAlive else { return }
        let id = broker.id
        trace.note("broker \(id)", "starts")
        let log = NodeLog(nodeID: id) { [trace] level, message in
            trace.note("broker \(id)", level == "INFO" ? message : "\(level) \(message)")
        }
        try broker.start(clock: clock, network: network, dice: dice, log: log) { [self] node, router, process in
            prepare(broker, node, router, process)
        }
    }

    package func kill(_ broker: SimulatedBroker, power kept: Int? = nil) {
        guard broker.isAlive else { return }
        trace.note("broker \(broker.id)", kept.map { "loses power, \($0) unsynced bytes a file remain" } ?? "is killed")
        broker.kill(network: network, power: kept)
    }
}
