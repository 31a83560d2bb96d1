import KafkaProtocol

/// What a node must never forget (the `quorum-state` file): its epoch, the leader of it, and its vote in it.
package struct ElectionState: Sendable, Equatable {
    package var epoch: Epoch
    package var leader: BrokerID?
    /// Kept when a leader becomes known, so that a vote is never given twice in an epoch.
    package var votedFor: BrokerID?

    package init(epoch: Epoch = 0, leader: BrokerID? = nil, votedFor: BrokerID? = nil) {
        self.epoch = epoch
        self.leader = leader
        self.votedFor = votedFor
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
