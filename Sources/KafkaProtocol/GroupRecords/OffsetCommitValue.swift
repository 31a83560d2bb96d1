/// The value of an offset record of `__consumer_offsets`, in the versions 0 to 4 that Kafka ever wrote.
package struct OffsetCommitValue: WireStruct {
    package static let newestVersion: Int16 = 4

    package var offset: Offset = -1
    package var leaderEpoch: Epoch = -1
    package var metadata = ""
    package var commitTimestamp: Timestamp = 0
    /// −1: the broker's retention applies.
    package var expireTimestamp: Timestamp = -1

    package init() {}

    package init(
        offset: Offset, leaderEpoch: Epoch = -1, metadata: String = "", commitTimestamp: Timestamp,
        expireTimestamp: Timestamp = -1
    ) {
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
        self.commitTimestamp = commitTimestamp
        self.expireTimestamp = expireTimestamp
    }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int64(&offset)
        try wire.int32(&leaderEpoch, since: 3)
        try wire.string(&metadata)
        try wire.int64(&commitTimestamp)
        try wire.int64(&expireTimestamp, since: 1, until: 1)
    }

    /// Kafka writes version 3, and 1 only to keep an expiry that an old client asked for.
    var writtenVersion: Int16 { expireTimestamp == -1 ? 3 : 1 }
}
