import KafkaProtocol

/// What quorum nodes ask each other, without the envelopes of the wire messages.
package enum QuorumRequest: Sendable, Equatable {
    case vote(VoteAsk)
    case beginEpoch(BeginEpochAsk)
    case endEpoch(EndEpochAsk)
    case fetch(FetchAsk)
    case fetchSnapshot(FetchSnapshotAsk)
    case updateVoter(UpdateVoterAsk)
}

/// Vote (52).
package struct VoteAsk: Sendable, Equatable {
    package var candidate: BrokerID
    package var candidateDirectory: UUID
    package var epoch: Epoch
    package var lastEpoch: Epoch
    package var endOffset: Offset
    package var preVote: Bool
    /// Who is meant; `nil` when the asker does not say (version 0).
    package var voter: ReplicaKey?

    package init(
        candidate: BrokerID, candidateDirectory: UUID = .zero, epoch: Epoch, lastEpoch: Epoch, endOffset: Offset,
        preVote: Bool, voter: ReplicaKey? = nil
    ) {
        self.candidate = candidate
        self.candidateDirectory = candidateDirectory
        self.epoch = epoch
        self.lastEpoch = lastEpoch
        self.endOffset = endOffset
        self.preVote = preVote
        self.voter = voter
    }
}

/// BeginQuorumEpoch (53).
package struct BeginEpochAsk: Sendable, Equatable {
    package var leader: BrokerID
    package var epoch: Epoch
    package var voter: ReplicaKey?

    package init(leader: BrokerID, epoch: Epoch, voter: ReplicaKey? = nil) {
        self.leader = leader
        self.epoch = epoch
        self.voter = voter
    }
}

/// EndQuorumEpoch (54).
package struct EndEpochAsk: Sendable, Equatable {
    package var leader: BrokerID
    package var epoch: Epoch
    /// The other voters, the furthest first.
    package var successors: [BrokerID]

    package init(leader: BrokerID, epoch: Epoch, successors: [BrokerID]) {
        self.leader = leader
        self.epoch = epoch
        self.successors = successors
    }
}

/// Fetch (1) of the metadata partition. A voter's `offset` acknowledges that everything below it is on its disk.
package struct FetchAsk: Sendable, Equatable {
    /// −1 for readers that are no node.
    package var replica: BrokerID
    package var directory: UUID
    package var epoch: Epoch
    package var offset: Offset
    package var lastEpoch: Epoch
    /// Milliseconds.
    package var maxWait: Int64

    package init(
        replica: BrokerID, directory: UUID = .zero, epoch: Epoch, offset: Offset, lastEpoch: Epoch, maxWait: Int64
    ) {
        self.replica = replica
        self.directory = directory
        self.epoch = epoch
        self.offset = offset
        self.lastEpoch = lastEpoch
        self.maxWait = maxWait
    }
}

/// FetchSnapshot (59).
package struct FetchSnapshotAsk: Sendable, Equatable {
    package var replica: BrokerID
    package var directory: UUID
    package var epoch: Epoch
    package var snapshot: SnapshotID
    package var position: Int64
    package var maxBytes: Int32

    package init(
        replica: BrokerID, directory: UUID = .zero, epoch: Epoch, snapshot: SnapshotID, position: Int64,
        maxBytes: Int32
    ) {
        self.replica = replica
        self.directory = directory
        self.epoch = epoch
        self.snapshot = snapshot
        self.position = position
        self.maxBytes = maxBytes
    }
}

/// UpdateRaftVoter (82): what a voter's entry should say.
package struct UpdateVoterAsk: Sendable, Equatable {
    package var epoch: Epoch
    package var voter: Voter

    package init(epoch: Epoch, voter: Voter) {
        self.epoch = epoch
        self.voter = voter
    }
}
