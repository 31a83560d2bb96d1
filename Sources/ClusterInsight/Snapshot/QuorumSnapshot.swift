import KafkaProtocol

/// The metadata quorum as DescribeQuorum tells it.
package struct QuorumSnapshot: Sendable, Equatable {
    /// The quorum leader, which is the active controller.
    package var leader: BrokerID?
    /// Its epoch.
    package var epoch: Epoch
    /// Metadata records known to a majority.
    package var highWatermark: Offset
    /// Nodes that vote.
    package var voters: [QuorumNode]
    /// Nodes that only follow.
    package var observers: [QuorumNode]
    /// Since when this epoch has its leader, as far as it was seen.
    package var since: Timestamp?
    /// Finalized features by name.
    package var features: [String: Int]
    /// The highest levels of features that brokers could run, by name.
    package var supported: [String: Int] = [:]
    /// How long the election of this epoch took, milliseconds; only a bundled cluster tells.
    package var election: Int64?
    /// The newest snapshot of the metadata; only a bundled cluster tells.
    package var snapshot: Checkpoint?

    /// A snapshot of the metadata log.
    package struct Checkpoint: Sendable, Equatable {
        /// It holds all records below.
        package var end: Offset
        /// When it was written.
        package var at: Timestamp

        /// A snapshot up to an offset.
        package init(end: Offset, at: Timestamp) {
            self.end = end
            self.at = at
        }
    }

    /// A quorum; nodes may be added later.
    package init(
        leader: BrokerID?, epoch: Epoch, highWatermark: Offset, voters: [QuorumNode] = [],
        observers: [QuorumNode] = [], since: Timestamp? = nil, features: [String: Int] = [:]
    ) {
        self.leader = leader
        self.epoch = epoch
        self.highWatermark = highWatermark
        self.voters = voters
        self.observers = observers
        self.since = since
        self.features = features
    }

    /// The end of the leader's log, the largest any node reports.
    package var logEnd: Offset { (voters + observers).map(\.logEnd).max() ?? highWatermark }
    /// Voters needed to decide.
    package var majority: Int { voters.count / 2 + 1 }
    /// Voters that keep up: the leader, and those caught up within five seconds.
    package func caughtUpVoters(now: Timestamp) -> Int {
        voters.filter { node in
            node.id == leader || node.caughtUpAt.map { now - $0 <= 5_000 } ?? false
        }.count
    }
}

/// One node of the quorum.
package struct QuorumNode: Sendable, Equatable {
    /// Its node id.
    package var id: BrokerID
    /// The end of its log.
    package var logEnd: Offset
    /// When it last fetched from the leader.
    package var fetchedAt: Timestamp?
    /// When it last had all of the leader's log.
    package var caughtUpAt: Timestamp?
    /// Its controller endpoint, `host:port`.
    package var endpoint: String?
    /// The id of its log directory (KIP-853).
    package var directoryID: String?

    /// A node with the end of its log.
    package init(
        id: BrokerID, logEnd: Offset, fetchedAt: Timestamp? = nil, caughtUpAt: Timestamp? = nil,
        endpoint: String? = nil, directoryID: String? = nil
    ) {
        self.id = id
        self.logEnd = logEnd
        self.fetchedAt = fetchedAt
        self.caughtUpAt = caughtUpAt
        self.endpoint = endpoint
        self.directoryID = directoryID
    }
}
