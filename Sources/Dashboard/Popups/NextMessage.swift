import ClusterInsight
import KafkaProtocol

/// What a group has committed in a partition that somebody describes, in full, and the message that follows: the one it
/// reads next, on which it hangs when it hangs. It is asked for nothing else, as a leader has to read it.
package struct NextMessage: Sendable, Equatable {
    /// A commit, and what comes after it.
    package struct Told: Sendable, Equatable {
        /// The committed offset, or the start offset of a share group; nil when there is none.
        package var offset: Offset?
        /// What the client wrote beside it; empty for most.
        package var metadata = ""
        /// The leader's epoch of what was read last, by which a reader finds out that the log was cut (KIP-320).
        package var leaderEpoch: Epoch?
        /// The first message at the offset or behind it.
        package var message: LastMessages.Place?
        /// Bytes of its key and value.
        package var bytes = 0
        /// Why it could not be read; nil also where there is none.
        package var failure: String?

        /// Nothing committed.
        package init() {}
    }

    /// The answer, of the group and partition that were asked about last.
    package private(set) var told: Told?
    /// Why there is none.
    package private(set) var failure: String?
    /// When it came.
    package private(set) var at: Timestamp?
    private var asked: Described?

    /// Of what is asked about; nil asks nothing.
    init(_ asked: Described? = nil) { self.asked = asked }

    /// Takes an answer, unless something else was asked about since.
    mutating func take(
        _ group: String, _ partition: TopicPartition, _ result: Result<Told, Failure>, at now: Timestamp
    ) {
        guard asked == .reading(group: group, partition) else { return }
        switch result {
        case .success(let told): (self.told, failure, at) = (told, nil, now)
        case .failure(let reason): failure = reason.text
        }
    }
}
