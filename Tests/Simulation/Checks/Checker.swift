import Broker
import ClusterMetadata
import KafkaProtocol

/// A partition for good: a topic that is made again under its name has another id.
package struct PartitionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let topic: TopicID
    package let partition: Int32

    package static func < (a: PartitionID, b: PartitionID) -> Bool {
        (a.topic.high, a.topic.low, a.partition) < (b.topic.high, b.topic.low, b.partition)
    }

    package var description: String { "\(topic)-\(partition)" }
}

/// Holds the brokers to what they promise: looks at their state after every turn, and at what clients are told.
///
/// The first promise that is broken stays in `violation`.
package final class Checker {
    /// The committed records of a partition, from offset 0 on: what is in here can never change again.
    struct Committed {
        var name: TopicPartition
        var records: [RecordIdentity] = []
    }

    /// A leadership as one broker process holds it.
    struct Leading: Hashable {
        let broker: BrokerID
        let incarnation: Int
        let partition: PartitionID
        let epoch: Epoch
    }

    struct EpochOf: Hashable {
        let partition: PartitionID
        let epoch: Epoch
    }

    let cluster: SimulatedCluster
    package private(set) var violation: Violation?
    var committed: [PartitionID: Committed] = [:]
    /// The decision of the highest partition epoch that anybody knows of.
    var newest: [PartitionID: PartitionState] = [:]
    var leaders: [EpochOf: BrokerID] = [:]
    var controllers: [Epoch: BrokerID] = [:]
    var highWatermarks: [Leading: Offset] = [:]
    /// The newest metadata that any broker has applied.
    var image = MetadataImage()
    var images: [Offset: MetadataImage] = [:]
    /// Where each once-only mark was committed. A record whose answer is lost while its topic is deleted and made again is
    /// sent again, and is then in each of the two topics once.
    var marks: [Mark: [PartitionID: Offset]] = [:]
    /// Topics that somebody asked to delete.
    var deletions: Set<String> = []
    /// The highest number that each producer has used.
    var sent: [Int32: Int64] = [:]
    /// The members of the one group that has any.
    var members: [SimulatedMember] = []
    /// The producers that write transactions.
    var transactors: [SimulatedTransactor] = []
    /// Registrations under which a broker lost power.
    var lostTail: [BrokerID: Int64] = [:]
    package internal(set) var acknowledged = 0
    package internal(set) var consumed = 0
    package internal(set) var commits = 0

    package init(cluster: SimulatedCluster) { self.cluster = cluster }

    package func fail(_ what: @autoclosure () -> String) {
        guard violation == nil else { return }
        violation = Violation(what())
        cluster.trace.note("checker", "VIOLATION: \(what())")
    }

    /// Follows a node from its start on.
    package func watch(_ broker: SimulatedBroker, _ node: BrokerNode, _ process: SimulatedProcess) {
        node.metadata.observe { [unowned self, unowned broker] image, _ in applied(image, by: broker.id) }
        process.afterTurn = { [unowned self, unowned broker] in turned(broker) }
    }

    /// Looks at a broker after one turn of its loop.
    func turned(_ broker: SimulatedBroker) {
        guard violation == nil, let node = broker.node else { return }
        if let reason = broker.halted { return fail("broker \(broker.id) halts: \(reason)") }
        if node.metadata.isActiveController, let (leader, epoch) = node.metadata.controller, leader == broker.id {
            if let other = controllers[epoch], other != leader {
                fail("brokers \(other) and \(leader) are both the active controller of epoch \(epoch)")
            }
            controllers[epoch] = leader
        }
        for partition in node.replicas.partitions.values { look(at: partition, of: broker) }
    }

    /// A number that stands for everything that was committed.
    package var digest: UInt64 {
        var sum = UInt64(cluster.clock.events) &* 31 &+ UInt64(acknowledged)
        for (partition, log) in committed.sorted(by: { $0.key < $1.key }) {
            sum = sum &* 1_099_511_628_211 ^ partition.topic.low
            for record in log.records { sum = sum &* 1_099_511_628_211 ^ record.hash }
        }
        return sum
    }
}
