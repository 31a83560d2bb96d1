import KafkaProtocol

/// What a node must never forget (the `quorum-state` file): its epoch, the leader of it, and its vote in it.
package struct ElectionState: Sendable, Equatable {
    package var epoch: Epoch
    package var leader: BrokerID?
    /// Kept when a leader becomes known, so that a vote is never given twice in an epoch.
    package var votedFor: BrokerID?
    /// The directory of who got the vote; zero when unknown.
    package var votedDirectory: UUID

    package init(
        epoch: Epoch = 0, leader: BrokerID? = nil, votedFor: BrokerID? = nil, votedDirectory: UUID = .zero
    ) {
        self.epoch = epoch
        self.leader = leader
        self.votedFor = votedFor
        self.votedDirectory = votedDirectory
    }

    /// The same epoch and vote without a leader: a vote is never forgotten within its epoch.
    var withoutLeader: ElectionState {
        ElectionState(epoch: epoch, votedFor: votedFor, votedDirectory: votedDirectory)
    }
}

/// The leader of an epoch as far as a node knows; `nil` while there is none.
package struct LeaderAndEpoch: Sendable, Equatable {
    package var leader: BrokerID?
    package var epoch: Epoch

    package init(_ leader: BrokerID?, epoch: Epoch) {
        self.leader = leader
        self.epoch = epoch
    }
}
