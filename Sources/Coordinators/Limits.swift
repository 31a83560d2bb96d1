/// Bounds of the coordinators, so that no client can make a broker's memory grow without end.
package enum CoordinatorLimits {
    /// Groups of one `__consumer_offsets` partition; beyond it new groups are refused with COORDINATOR_NOT_AVAILABLE. With
    /// 50 partitions a cluster still holds half a million.
    package static let groups = 10_000
    /// Members of a group even when `group.max.size` is unlimited: the leader's answer lists them all in one frame.
    package static let members = 10_000
    /// Member ids handed out by MEMBER_ID_REQUIRED and not used yet, per group; more are refused as if the group were full.
    package static let pendingMembers = 10_000
    /// Assignment strategies that one member may list; real clients list two or three.
    package static let protocols = 64
    /// Bytes of metadata that one member may bring over all its strategies. Its group's record holds the chosen one of every
    /// member and must fit `max.message.bytes`, which is of this order.
    package static let metadataBytes = 1 << 20
    /// Topics that one member of the new consumer protocol may subscribe to by name; more are refused with INVALID_REQUEST.
    package static let subscribedTopics = 10_000
    /// Bytes of a member's regular expression; longer ones are refused with INVALID_REGULAR_EXPRESSION.
    package static let regexBytes = 1_024
    /// Instructions that a regular expression may become: a topic name is held against every one of them.
    package static let regexInstructions = 1_000
    /// Parentheses within parentheses of a regular expression, which is read by recursion; deeper ones are refused with
    /// INVALID_REGULAR_EXPRESSION.
    package static let regexDepth = 100
    /// Regular expressions of one group; members with further ones are refused with GROUP_MAX_SIZE_REACHED.
    package static let regexesPerGroup = 100
    /// Milliseconds until the topics of regular expressions are looked for again, however often topics are made; Kafka's
    /// constant.
    package static let regexRefreshMs: Int64 = 10_000
    /// Partitions of which one group may store positions; further ones are refused with INVALID_COMMIT_OFFSET_SIZE.
    package static let offsetsPerGroup = 200_000
    /// Appends whose commit is awaited; beyond it requests that write are refused with COORDINATOR_NOT_AVAILABLE, so that
    /// a partition below its minimum ISR cannot pile up work.
    package static let pendingWrites = 10_000
    /// Records in those appends: one commit may name many partitions.
    package static let pendingRecords = 500_000
    /// Bytes of a group id, instance id or protocol name: records write them with two-byte lengths, and a member id must
    /// have room for its suffix.
    package static let identifierBytes = 8_192
    /// Bytes of the client id that go into a generated member id.
    package static let clientIDBytes = 256
    /// Transactional ids of one `__transaction_state` partition; beyond it new ids are refused with
    /// COORDINATOR_NOT_AVAILABLE. Ids that rest are forgotten after `transactional.id.expiration.ms`.
    package static let transactionalIDs = 50_000
    /// Partitions of one transaction: its record names them all and must fit `max.message.bytes`.
    package static let partitionsPerTransaction = 50_000
    /// Ids forgotten in one write, so that its batch stays small.
    package static let tombstonesPerWrite = 1_000
    /// Milliseconds until the record of a transaction's end is written again after a failure.
    package static let completionRetryMs: Int64 = 100
}
