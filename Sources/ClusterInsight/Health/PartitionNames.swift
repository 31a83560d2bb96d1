import KafkaProtocol

/// Sentences name at most a few partitions: `orders-retry/0 /1`, `a/0 b/3 + 5 more`.
package enum PartitionNames {
    /// How many: `1 partition`, `6 partitions`.
    package static func count(_ count: Int) -> String { "\(count) partition\(count == 1 ? "" : "s")" }

    /// The first names in order, then how many more.
    package static func list(_ partitions: [TopicPartition], limit: Int = Limits.namedObjects) -> String {
        var text = ""
        var topic: String?
        for partition in partitions.prefix(limit) {
            if !text.isEmpty { text += " " }
            text += (partition.topic == topic ? "" : partition.topic) + "/\(partition.partition)"
            topic = partition.topic
        }
        return partitions.count > limit ? "\(text) + \(partitions.count - limit) more" : text
    }
}
