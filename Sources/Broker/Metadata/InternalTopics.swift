import ClusterMetadata
import KafkaProtocol

/// The topics that brokers keep their own state in, and how they are made.
package enum InternalTopics {
    /// Committed offsets and the members of groups.
    package static let offsets = "__consumer_offsets"
    /// The state of transactions.
    package static let transactions = "__transaction_state"

    package static func contains(_ topic: String) -> Bool { topic == offsets || topic == transactions }

    /// How a topic is made that nobody described: internal ones by their own settings, others by the cluster's defaults.
    /// With fewer live brokers than the replication factor wants, internal topics take as many as there are.
    package static func creation(
        of name: String, configs: ConfigView, image: MetadataImage
    ) -> CreateTopicsRequest.Topic {
        var topic = CreateTopicsRequest.Topic()
        topic.name = name
        topic.numPartitions = -1
        topic.replicationFactor = -1
        let prefix: String
        switch name {
        case offsets:
            prefix = "offsets.topic"
            topic.configs = [config("compression.type", "producer")]
        case transactions:
            prefix = "transaction.state.log"
            topic.configs = [
                config("min.insync.replicas", "\(configs.int("transaction.state.log.min.isr", in: image))"),
                config("unclean.leader.election.enable", "false"),
            ]
        default: return topic
        }
        topic.configs += [
            config("cleanup.policy", "compact"),
            config("segment.bytes", "\(configs.int(prefix + ".segment.bytes", in: image))"),
        ]
        topic.numPartitions = Int32(clamping: configs.int(prefix + ".num.partitions", in: image))
        let wanted = configs.int(prefix + ".replication.factor", in: image)
        topic.replicationFactor = Int16(clamping: max(1, min(wanted, Int64(image.liveBrokers.count))))
        return topic
    }

    private static func config(_ name: String, _ value: String) -> CreateTopicsRequest.Topic.Config {
        var config = CreateTopicsRequest.Topic.Config()
        config.name = name
        config.value = value
        return config
    }
}
