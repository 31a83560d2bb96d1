import KafkaProtocol

/// What the machine asks its shell to do. The effects of a list are carried out in order.
package enum QuorumEffect: Sendable, Equatable {
    /// Write and sync the quorum-state file before any later effect.
    case persist(ElectionState)
    /// Append what `propose` was called for; report `persisted` when it is synced.
    case append(QuorumBatch)
    /// Append a control batch with one LEADER_CHANGE record; report `persisted` when it is synced.
    case appendLeaderChange(QuorumBatch, voters: [BrokerID], granting: [BrokerID])
    /// Append a control batch with KRAFT_VOTERS, behind KRAFT_VERSION `withVersion`; report `persisted` when it is synced.
    case appendVoters(QuorumBatch, VoterSet, withVersion: Bool)
    /// Append the batches that came with the answer just passed in; report `persisted` when they are synced.
    case appendFetched([QuorumBatch])
    /// Cut the log, durably, before any later effect. Syncs that began earlier must not be reported any more.
    case truncate(to: Offset)
    /// Send to a node; the answer or its failure comes back under `id`.
    case send(QuorumRequest, id: UInt64, to: BrokerID)
    /// Answer the request that came under this token.
    case respond(RequestToken, QuorumResponse)
    /// Read a piece of a snapshot and answer with it, with SNAPSHOT_NOT_FOUND or with POSITION_OUT_OF_RANGE.
    case serveSnapshot(RequestToken, FetchSnapshotAsk)
    /// Keep the piece that came with the answer just passed in.
    case storeSnapshotChunk(SnapshotID, position: Int64, count: Int64)
    /// The snapshot is complete: verify it, replace the log by it and report `snapshotInstalled` or `snapshotRejected`.
    case installSnapshot(SnapshotID)
    /// Ask a node that is to be a voter of the log which values of kraft.version it supports, and report it to `probed`.
    case probe(Voter, RequestToken)
    /// The change of voters asked for under this token is done, or will not be.
    case endVoterChange(RequestToken, ErrorCode)
    /// Forget the pieces of this snapshot.
    case discardSnapshot(SnapshotID)
    /// Records below are committed and may be applied.
    case commitAdvanced(to: Offset)
    /// The leader or epoch changed, as far as this node knows.
    case leaderChanged(LeaderAndEpoch)
    /// This node leads; its state machine is current once everything below `epochStart` is applied.
    case becameLeader(Epoch, epochStart: Offset)
    /// This node leads no longer.
    case lostLeadership(Epoch)
    /// The quorum is broken in a way that must not be repaired by going on.
    case halt(QuorumFault)
}

/// Why a node must stop.
package enum QuorumFault: Error, Sendable, Equatable {
    /// Two nodes claim the same epoch.
    case twoLeaders(BrokerID, BrokerID, epoch: Epoch)
    /// The leader asks to cut off records that are committed.
    case truncatingCommitted(to: Offset, highWatermark: Offset)
}

/// A request of a peer, to be named again in its answer; the shell chooses the number.
package struct RequestToken: Sendable, Hashable {
    package var number: UInt64

    package init(_ number: UInt64) { self.number = number }
}
