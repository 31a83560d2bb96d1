import KafkaProtocol

/// A consumer group of the new protocol as a coordinator holds it.
struct ConsumerGroupEntry {
    /// With the records that are on their way into the log; nil when they delete it.
    var current: ConsumerGroup?
    /// What is in the log for certain, which is what administrators see; nil before its first record is.
    var committed: ConsumerGroup?
    /// The last write about it, which an answer without records of its own must wait for.
    var lastWrite: WriteToken = 0
    /// The offset of the metadata that its topics were looked up in.
    var seenMetadata: Offset?
    /// Configs of its own in that metadata; empty where the brokers' settings hold.
    var configs: [String: String] = [:]
    /// When the topics of its regular expressions were last looked for.
    var regexesSince: Timestamp = 0
    /// Topics changed since, and it was too early to look again.
    var regexesAreStale = false

    /// Replays one record; the last one of a group is that of its epoch.
    static func apply(_ record: ConsumerGroupRecord, of id: String, to group: inout ConsumerGroup?) {
        if case .epoch(nil) = record { return group = nil }
        if group == nil { group = ConsumerGroup(id: id) }
        group?.apply(record)
    }
}

/// A change of a consumer group that awaits its commit.
struct ConsumerChange {
    var group: String
    /// The answers that depend on it.
    var waiting: [(token: RequestToken, response: GroupResponse)] = []
    /// The classic group whose place it took, and which takes it again if the change gets lost.
    var replaced: ClassicGroup?
    /// The generation of the classic group that took its place, and gives it back if the change gets lost.
    var successor: Int32?
}

/// Why a heartbeat is refused.
struct ConsumerRefusal: Error {
    var code: ErrorCode
    var message: String

    init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
