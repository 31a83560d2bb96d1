import Broker
import KafkaProtocol

/// A client's process: its way to the brokers, and what it knows of topics and leaders.
package class SimulatedClient {
    /// A partition as metadata last told of it.
    struct Target {
        let id: PartitionID
        let name: TopicPartition
        let leader: BrokerID
        let epoch: Epoch
    }

    package let id: Int32
    let cluster: SimulatedCluster
    let checker: Checker
    let process: SimulatedProcess
    private let peers: any Peers
    private(set) var targets: [Target] = []
    /// What was told of each partition with the newest leader epoch.
    private var newest: [PartitionID: Target] = [:]
    private var isAsking = false
    /// Set once the run wants no more of it; what is under way comes to its end.
    package var isClosing = false

    /// How long a request may take (milliseconds).
    let timeout: Int64 = 2_500

    package init(id: Int32, cluster: SimulatedCluster, checker: Checker) {
        self.id = id
        self.cluster = cluster
        self.checker = checker
        process = SimulatedProcess(id: id, clock: cluster.clock)
        peers = cluster.network.peers(of: process)
    }

    var dice: Dice { cluster.dice }

    func note(_ what: @autoclosure () -> String) { cluster.trace.note("client \(id)", what()) }

    func after(_ delay: Int64, _ body: @escaping () -> Void) { process.clock.schedule(after: delay, body) }

    /// Sends a request; nil when there is no answer.
    func send<R: KafkaRequest>(
        _ request: R, version: Int16, to broker: BrokerID, timeout patience: Int64? = nil,
        _ done: @escaping (R.Response?) -> Void
    ) {
        guard broker > 0 else { return after(20) { done(nil) } }
        peers.send(
            request, version: version, to: Endpoint(host: "broker", port: Int(broker)), lane: .controller,
            timeout: patience ?? timeout
        ) { done(try? $0.get()) }
    }

    var anyBroker: BrokerID { dice.pick(cluster.brokers).id }

    /// Asks any broker for topics and leaders, one question at a time.
    func refresh() {
        guard !isAsking else { return }
        isAsking = true
        var request = MetadataRequest()
        request.topics = nil
        request.allowAutoTopicCreation = false
        send(request, version: 12, to: anyBroker) { [weak self] response in
            guard let self else { return }
            isAsking = false
            if let response { learn(response) }
        }
    }

    private func learn(_ response: MetadataResponse) {
        targets = response.topics.filter { $0.errorCode == .none && !$0.isInternal }.flatMap { topic in
            topic.partitions.map { partition in
                Target(
                    id: PartitionID(topic: topic.topicID, partition: partition.partitionIndex),
                    name: TopicPartition(topic.name ?? "", partition.partitionIndex), leader: partition.leaderID,
                    epoch: partition.leaderEpoch)
            }
        }
        // A broker that is cut off tells of leaders that are long gone (KIP-320), after one that has just started and knew
        // of no topics too.
        targets = targets.map { target in
            if let newest = newest[target.id], newest.epoch > target.epoch { return newest }
            newest[target.id] = target
            return target
        }
    }

    func target(_ id: PartitionID) -> Target? { targets.first { $0.id == id } }
}
