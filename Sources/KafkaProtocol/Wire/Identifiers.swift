/// A broker's or quorum node's `node.id`; −1 is nobody.
package typealias BrokerID = Int32
/// A position in a partition's log.
package typealias Offset = Int64
/// A leader epoch of a partition, or an epoch of the metadata quorum.
package typealias Epoch = Int32
/// The identity of a topic, which a topic of the same name made later does not share.
package typealias TopicID = UUID
/// Milliseconds since 1970, as Kafka's timestamps are.
package typealias Timestamp = Int64

/// A partition by name, as clients speak of it.
package struct TopicPartition: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var topic: String
    package var partition: Int32

    package init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    package var description: String { "\(topic)-\(partition)" }

    package static func < (a: TopicPartition, b: TopicPartition) -> Bool {
        (a.topic, a.partition) < (b.topic, b.partition)
    }
}
