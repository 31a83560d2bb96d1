/// The timing of a quorum, in milliseconds; Kafka's `controller.quorum.*` settings.
package struct QuorumConfig: Sendable, Equatable {
    /// How long a voter without a leader, or an election, lasts: each use is this plus a random part of the same size. It
    /// doubles, up to `fetchTimeout`, whenever votes come later.
    package var electionTimeout: Int64
    /// The upper bound of the random wait before a freshly started voter asks for its first pre-votes. It can be far
    /// below `electionTimeout`, because a pre-vote disturbs no living leader.
    package var firstElectionTimeout: Int64
    /// How long a follower goes on without an answer from its leader. Check-quorum is 1.5 times this.
    package var fetchTimeout: Int64
    /// How long the leader parks a Fetch that has nothing to read.
    package var fetchMaxWait: Int64
    /// The longest wait of a candidate between lost elections.
    package var electionBackoffMax: Int64
    /// When a request without an answer is given up.
    package var requestTimeout: Int64
    /// The wait before a failed request to a peer is repeated.
    package var retryBackoff: Int64
    /// The most bytes asked for in one FetchSnapshot.
    package var snapshotChunk: Int32 = 1 << 20
    /// After which silence a leader forgets an observer.
    package var observerExpiry: Int64 = 300_000

    package init(
        electionTimeout: Int64, firstElectionTimeout: Int64, fetchTimeout: Int64, fetchMaxWait: Int64,
        electionBackoffMax: Int64, requestTimeout: Int64, retryBackoff: Int64
    ) {
        self.electionTimeout = electionTimeout
        self.firstElectionTimeout = firstElectionTimeout
        self.fetchTimeout = fetchTimeout
        self.fetchMaxWait = fetchMaxWait
        self.electionBackoffMax = electionBackoffMax
        self.requestTimeout = requestTimeout
        self.retryBackoff = retryBackoff
    }

    /// Kafka's defaults, for quorums across machines.
    package static let kafka = QuorumConfig(
        electionTimeout: 1000, firstElectionTimeout: 1000, fetchTimeout: 2000, fetchMaxWait: 500,
        electionBackoffMax: 1000, requestTimeout: 2000, retryBackoff: 20)

    /// For voters on one machine: a fresh quorum elects within the first tenth of a second, and a killed or frozen leader
    /// is replaced in well under two.
    package static let bundled = QuorumConfig(
        electionTimeout: 150, firstElectionTimeout: 50, fetchTimeout: 1000, fetchMaxWait: 250,
        electionBackoffMax: 300, requestTimeout: 1000, retryBackoff: 20)
}
