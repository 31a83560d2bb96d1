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
    /// Users that can have credentials, all of which every broker holds in memory.
    package static let scramUsers = 10_000
    /// Bytes of such a user's name, of a salt and of a salted password; clients make them of some twenty to sixty-four.
    package static let scramBytes = 1_024
    /// How often a password is hashed for a credential, as Kafka's: less is guessed too fast, more costs clients too much.
    package static let scramIterations: ClosedRange<Int32> = 4_096...16_384
    /// Characters of a config value; longer ones do not fit the older versions of DescribeConfigs.
    package static let configValueLength = 32_767
}
