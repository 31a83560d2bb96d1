import KafkaProtocol

/// An answer to a `QuorumRequest`. Every answer names the leader and epoch that the answering node knows.
package struct QuorumResponse: Sendable, Equatable {
    package var error: ErrorCode
    package var leader: BrokerID?
    package var epoch: Epoch
    package var body: Body

    package init(error: ErrorCode = .none, leader: BrokerID?, epoch: Epoch, body: Body) {
        self.error = error
        self.leader = leader
        self.epoch = epoch
        self.body = body
    }

    /// What differs by request.
    package enum Body: Sendable, Equatable {
        case vote(granted: Bool)
        /// BeginQuorumEpoch, EndQuorumEpoch and UpdateRaftVoter.
        case acknowledged
        case fetch(FetchResult)
        case snapshot(SnapshotChunk)
    }
}

/// The answer to a Fetch.
package struct FetchResult: Sendable, Equatable {
    package var content: Content
    /// −1 while the leader does not know it yet.
    package var highWatermark: Offset
    package var logStart: Offset

    package init(content: Content, highWatermark: Offset = -1, logStart: Offset = 0) {
        self.content = content
        self.highWatermark = highWatermark
        self.logStart = logStart
    }

    /// What the follower has to do.
    package enum Content: Sendable, Equatable {
        /// Leaving the leader: the shell fills in the log's bytes from here on, none when it is the log's end. Arriving at
        /// a follower the bytes stand beside it as `QuorumBatch`es.
        case records(from: Offset)
        /// The logs part: cut back to the end of this epoch and ask again.
        case diverging(epoch: Epoch, end: Offset)
        /// What is wanted is no longer in the leader's log: load this snapshot.
        case snapshot(SnapshotID)
        /// Nothing, with an error.
        case nothing
    }
}

/// A piece of a snapshot; the bytes are the shell's.
package struct SnapshotChunk: Sendable, Equatable {
    package var snapshot: SnapshotID
    package var position: Int64
    package var count: Int64
    /// Of the whole snapshot, in bytes.
    package var size: Int64

    package init(snapshot: SnapshotID, position: Int64, count: Int64, size: Int64) {
        self.snapshot = snapshot
        self.position = position
        self.count = count
        self.size = size
    }
}
