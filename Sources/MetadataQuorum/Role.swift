import KafkaProtocol

/// The state of a node, with what only that state needs. Times are monotonic milliseconds.
enum Role: Sendable, Equatable {
    /// In an epoch whose leader is unknown; may have voted in it.
    case unattached(Unattached)
    /// Asks whether an election could be won, without a new epoch (KIP-996).
    case prospective(Campaign)
    /// Asks for votes in an epoch of its own.
    case candidate(Campaign)
    case leader(Leadership)
    case follower(Following)
    /// Led this epoch and does so no longer.
    case resigned(Resignation)
}

/// Waiting for a leader, an election, or the time to start one.
struct Unattached: Sendable, Equatable {
    /// `nil` for observers, which never campaign.
    var deadline: Int64?
}

/// An election or pre-election.
struct Campaign: Sendable, Equatable {
    var granted: Set<BrokerID>
    var refused: Set<BrokerID> = []
    var deadline: Int64
    /// Lost: nothing more is asked until the deadline.
    var backingOff = false
    /// How many elections in a row were lost.
    var retries: Int
}

/// Fetching from a leader.
struct Following: Sendable, Equatable {
    var deadline: Int64
    /// Whether this leader was heard of: then pre-votes against it are refused.
    var hasFetched = false
    /// When the leader is told (again) that this voter's entry is out of date.
    var nextUpdate: Int64 = 0
    var download: Download?
}

/// A snapshot on its way from the leader.
struct Download: Sendable, Equatable {
    var snapshot: SnapshotID
    var position: Int64 = 0
    /// Complete; the shell verifies and installs it.
    var installing = false
}

/// Leading an epoch.
struct Leadership: Sendable, Equatable {
    let epoch: Epoch
    let epochStart: Offset
    /// What is committed by this leader's own count; unknown until a record of its epoch is.
    var highWatermark: Offset?
    var replicas: [ReplicaKey: Progress] = [:]
    /// When each other voter is told (again) who leads.
    var nextBegin: [BrokerID: Int64] = [:]
    /// Voters heard of since the check-quorum timer was restarted.
    var heardOf: Set<BrokerID> = []
    var checkQuorumDeadline: Int64?
    var parked: [ParkedFetch] = []
    /// At most one change of the voters is under way.
    var voterChange: PendingVoterChange?
    /// When observers that were silent for long are looked for again.
    var nextForgetting: Int64 = 0
}

/// How far a follower or observer is, as its leader knows.
struct Progress: Sendable, Equatable {
    var endOffset: Offset?
    /// Of its metadata log, as it says.
    var directory = UUID.zero
    var lastFetch: Int64?
    var lastCaughtUp: Int64?
    /// The leader's end at the last fetch: whoever fetches from there on had caught up by then.
    var leaderEndAtLastFetch: Offset = 0
    /// The high watermark it was told last.
    var toldHighWatermark: Offset?
}

/// A Fetch that waits for something to read.
struct ParkedFetch: Sendable, Equatable {
    var token: RequestToken
    var replica: ReplicaKey
    var offset: Offset
    var deadline: Int64
}

/// After leading.
struct Resignation: Sendable, Equatable {
    /// `nil` when shutting down.
    var deadline: Int64?
    /// Who has not yet answered EndQuorumEpoch.
    var unacknowledged: Set<BrokerID>
    var successors: [BrokerID]
}
