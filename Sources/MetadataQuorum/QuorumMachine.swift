import KafkaProtocol

/// One node of the metadata quorum: Kafka's KRaft consensus (KIP-595, snapshots KIP-630, voters that
/// change KIP-853, pre-vote KIP-996) without any I/O.
///
/// Each method is one event and returns what has to be done about it. `now` is a monotonic clock in milliseconds; the shell
/// keeps one timer armed for `nextDeadline`. Not thread-safe: one loop owns it.
///
/// The leader counts its own records as replicated only once they are synced, which is stricter than Kafka and keeps a
/// committed record on the disks of a majority at any time.
package struct QuorumMachine: Sendable {
    /// This node as a voter of this release: where it listens and which directory its log is in.
    package let own: Voter
    package let config: QuorumConfig
    /// The voter sets of the log.
    package internal(set) var history: VoterHistory
    /// Whom a node asks for the leader besides the voters that it knows (`controller.quorum.bootstrap.servers`).
    let bootstrap: [BrokerID]
    /// Epoch, leader and vote as they were last persisted.
    package private(set) var election: ElectionState
    package internal(set) var log: LogIndex
    /// Records below are committed; `nil` until this node learns of any.
    package private(set) var highWatermark: Offset?

    var role: Role
    var now: Int64
    var effects: [QuorumEffect] = []
    /// At most one request per peer is on its way.
    var inFlight: [BrokerID: InFlight] = [:]
    /// When a peer that failed may be asked again.
    var retryAt: [BrokerID: Int64] = [:]
    var nextRequestID: UInt64 = 1
    var shuttingDown = false
    /// Records below were acknowledged, and then lost with the disk. Whoever counted on them may have committed them, so
    /// this voter gives no vote and asks for none until it has as many again, from a leader that others elected: such a
    /// leader has all that is committed.
    private(set) var owedEnd: Offset
    /// Which node is asked next for the leader.
    var askedTarget = 0
    /// Votes that are asked for under lower numbers and not answered yet belong to elections whose time was over.
    var lateBelow: UInt64 = 0
    /// How often elections turned out too short for the answers, since a leader was last known.
    private var doublings = 0
    /// Grows with every change of role.
    private(set) var transitions: UInt64 = 0
    private var random: any RandomNumberGenerator & Sendable

    /// A request that has not been answered.
    struct InFlight: Sendable, Equatable {
        var id: UInt64
        var request: QuorumRequest
        var deadline: Int64
    }

    /// A node as it comes back from disk; a new one has an empty log and `ElectionState()`. Call `start` next.
    ///
    /// - Parameters:
    ///   - bootstrap: numbers below 0, which are nobody's id, that the shell takes for addresses.
    ///   - owedEnd: records below were acknowledged by this node, even where `log` ends before.
    package init(
        own: Voter, voters: VoterHistory, bootstrap: [BrokerID] = [], config: QuorumConfig, recovered: ElectionState,
        log: LogIndex, owedEnd: Offset = 0, random: any RandomNumberGenerator & Sendable
    ) {
        self.own = own
        history = voters
        self.bootstrap = bootstrap
        self.config = config
        self.log = log
        self.owedEnd = owedEnd
        self.random = random
        election = recovered.epoch < log.lastEpoch ? ElectionState(epoch: log.lastEpoch) : recovered
        role = .unattached(Unattached(deadline: nil))
        now = 0
        // Only what is committed gets into a snapshot.
        highWatermark = log.latestSnapshot?.endOffset ?? (log.start.endOffset > 0 ? log.start.endOffset : nil)
    }

    package var id: BrokerID { own.key.id }

    /// Who elects and commits, as the end of the log has it.
    package var voters: VoterSet { history.latest }

    /// Whether this node has a vote.
    package var isVoter: Bool { voters.contains(own.key) }

    /// Whether this node may have to lead. One that has a record of its own removal, which may not be committed, can be the
    /// only one whose log is complete: it asks for votes, without one of its own, until the removal is committed
    /// (Ongaro's dissertation, 4.2.2).
    var mayCampaign: Bool {
        isVoter || (history.latestOffset >= highWatermark ?? 0 && history.previous.contains(own.key))
    }

    /// Whether this node may give its vote, and ask for those of others.
    var mayElect: Bool { owedEnd == 0 }

    /// Whether this node leads.
    package var isLeader: Bool {
        if case .leader = role { return true }
        return false
    }

    /// The current epoch and its leader; a resigned leader is none.
    package var leaderAndEpoch: LeaderAndEpoch {
        if case .leader = role { return LeaderAndEpoch(id, epoch: election.epoch) }
        return LeaderAndEpoch(election.leader == id ? nil : election.leader, epoch: election.epoch)
    }

    // MARK: Events

    /// Begins; must be the first event.
    package mutating func start(now: Int64) -> [QuorumEffect] {
        event(now) { machine in
            machine.effects.append(.leaderChanged(machine.leaderAndEpoch))
            machine.resumeRole()
        }
    }

    /// Time passed.
    package mutating func tick(now: Int64) -> [QuorumEffect] {
        event(now) { _ in }
    }

    /// A peer asks; it will be answered by `respond` or `serveSnapshot` under `token`, now or in a later event.
    package mutating func received(_ request: QuorumRequest, token: RequestToken, now: Int64) -> [QuorumEffect] {
        event(now) { $0.serve(request, token) }
    }

    /// A peer answered request `id`. `batches` are the records that came with a Fetch answer.
    package mutating func received(
        _ response: QuorumResponse, id: UInt64, batches: [QuorumBatch] = [], now: Int64
    ) -> [QuorumEffect] {
        event(now) { $0.handle(response, id: id, batches: batches) }
    }

    /// Request `id` cannot be answered: refused, connection lost, unreadable answer.
    package mutating func requestFailed(id: UInt64, now: Int64) -> [QuorumEffect] {
        event(now) { machine in
            guard let peer = machine.inFlight.first(where: { $0.value.id == id })?.key else { return }
            machine.failed(peer, unreachable: true)
        }
    }

    /// Adds `records` records to the log of a leader of `epoch`. The first effect is the `append` with their offsets.
    package mutating func propose(records: Int32, epoch: Epoch, now: Int64) throws(NotLeader) -> [QuorumEffect] {
        guard isLeader, epoch == election.epoch, records > 0 else { throw NotLeader(leaderAndEpoch) }
        return event(now) { machine in
            let batch = QuorumBatch(baseOffset: machine.log.end, count: records, epoch: epoch)
            guard machine.log.append(batch) else { return }
            machine.effects.append(.append(batch))
            machine.completeParked()
        }
    }

    /// Records below `offset` are on disk; `epoch` is the one of the last of them.
    package mutating func persisted(to offset: Offset, epoch: Epoch, now: Int64) -> [QuorumEffect] {
        event(now) { machine in
            machine.log.persisted(to: offset, epoch: epoch)
            machine.payBack()
            machine.advanceHighWatermark()
        }
    }

    /// Stops leading, so that another voter takes over; without effect elsewhere.
    package mutating func resign(now: Int64) -> [QuorumEffect] {
        event(now) { $0.becomeResigned() }
    }

    /// Stops leading and never campaigns again; done when `isSettled`.
    package mutating func shutdown(now: Int64) -> [QuorumEffect] {
        event(now) { machine in
            machine.shuttingDown = true
            machine.becomeResigned()
        }
    }

    /// After `shutdown`: whether every voter knows, or there was nothing to tell.
    package var isSettled: Bool {
        guard case .resigned(let resignation) = role else { return true }
        return resignation.unacknowledged.isEmpty
    }

    // MARK: Inside

    /// Forgets the debt when it is paid.
    mutating func payBack() { if log.persistedEnd >= owedEnd { owedEnd = 0 } }

    mutating func event(_ now: Int64, _ body: (inout QuorumMachine) -> Void) -> [QuorumEffect] {
        self.now = max(self.now, now)
        body(&self)
        fireTimers()
        leaveIfRemoved()
        sendWanted()
        defer { effects = [] }
        return effects
    }

    /// Changes role: requests of the old one are forgotten, whoever waits for it is answered.
    mutating func enter(_ new: Role) {
        let old = role
        transitions += 1
        inFlight = [:]
        retryAt = [:]
        role = new
        switch old {
        case .leader(let leadership):
            if case .leader = new { return }
            effects.append(.lostLeadership(leadership.epoch))
            if let change = leadership.voterChange { end(change.change, change.token, .notLeaderOrFollower) }
            let error: ErrorCode = shuttingDown ? .brokerNotAvailable : .notLeaderOrFollower
            for fetch in leadership.parked { answerFetch(fetch.token, error: error) }
        case .follower(let following):
            if let download = following.download { effects.append(.discardSnapshot(download.snapshot)) }
        default: break
        }
    }

    /// Persists a change of epoch, leader or vote, and tells of a new leader.
    mutating func elect(_ new: ElectionState) {
        guard new != election else { return }
        let changed = new.epoch != election.epoch || new.leader != election.leader
        election = new
        if new.leader != nil { doublings = 0 }
        effects.append(.persist(new))
        if changed { effects.append(.leaderChanged(LeaderAndEpoch(new.leader, epoch: new.epoch))) }
    }

    /// Raises the high watermark; it never falls.
    mutating func commit(to offset: Offset) {
        guard offset > highWatermark ?? -1 else { return }
        highWatermark = offset
        effects.append(.commitAdvanced(to: offset))
    }

    /// The election timeout plus a random part, from now.
    mutating func electionDeadline() -> Int64 {
        let doubled = config.electionTimeout << Int64(doublings)
        let timeout = max(config.electionTimeout, min(doubled, config.fetchTimeout))
        return now + timeout + randomPart(timeout)
    }

    /// A vote came when its election was over. It is on disk before it is given, and where disks or processors take longer
    /// than elections last, each candidate would end the election before its own: the next last twice as long. Silence tells
    /// nothing of the kind, and whoever is cut off goes on asking as often as ever.
    mutating func voteCameLate(_ number: UInt64) {
        guard number < lateBelow else { return }
        lateBelow = 0
        doublings = min(doublings + 1, Limits.electionDoublings)
    }

    /// A random duration in `0..<limit`.
    mutating func randomPart(_ limit: Int64) -> Int64 {
        limit > 0 ? Int64.random(in: 0..<limit, using: &random) : 0
    }
}

/// Only the leader of the epoch can append.
package struct NotLeader: Error, Sendable, Equatable {
    /// Who could.
    package let current: LeaderAndEpoch

    package init(_ current: LeaderAndEpoch) { self.current = current }
}
