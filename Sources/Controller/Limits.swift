/// The bounds of the controller, each with its reason.
package enum Limits {
    /// Partitions that one CreateTopics or CreatePartitions request may make: Kafka's own limit, which keeps one atomic
    /// batch of the metadata log well below its largest size.
    package static let partitionsPerRequest = 10_000
    /// Roughly how many bytes of records one request may make, half of the metadata log's largest batch (8 MiB): the
    /// batch is atomic and cannot be split.
    package static let recordBytesPerRequest = 4 << 20
    /// Partitions that one pass of leader balancing or unclean elections may change, as Kafka's; more follow at once.
    package static let electionsPerPass = 1_000
    /// Producer ids in a block, as Kafka's.
    package static let producerIDsPerBlock: Int32 = 1_000
    /// Clients whose mutations are counted; beyond it all begin anew with full buckets.
    package static let mutationBuckets = 10_000
    /// The longest topic name, so that `<topic>-<partition>` fits a file name.
    package static let topicNameLength = 249
    /// Characters of a config value; longer ones do not fit the older versions of DescribeConfigs.
    package static let configValueLength = 32_767
}
