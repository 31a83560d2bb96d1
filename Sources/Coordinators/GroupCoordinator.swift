import KafkaProtocol
import NIOCore

/// The coordinator of the groups whose ids hash to one partition of `__consumer_offsets`; the partition's leader owns it.
///
/// A pure machine: every request and every event is one method that returns what to do, in order. It does not read a
/// clock: `now` (milliseconds since 1970) must never go back, so callers derive it from a monotonic clock. Call
/// `tick` when `nextDeadline` has come. Offsets become readable when their records are committed; group state beyond its
/// record is memory only, as in Kafka. On losing the partition call `resign` and drop the object; on gaining it read the
/// log into a `GroupLoader`.
///
/// Not thread-safe: one event loop owns it.
package final class GroupCoordinator: CoordinatorMachine {
    package typealias Loader = GroupLoader
    package typealias Effect = GroupEffect
    package typealias Response = GroupResponse

    enum TimerKey: Hashable, Sendable {
        case session(group: String, member: String)
        case pendingMember(group: String, member: String)
        /// The end of the join phase, or of the initial delay.
        case join(group: String)
        case sync(group: String)
        case consumerSession(group: String, member: String)
        /// How long a member of a group of the new protocol may take to give partitions up, and one that speaks the classic
        /// protocol for the request that is due.
        case consumerRebalance(group: String, member: String)
        case write(WriteToken)
        case expiry
    }

    package let config: GroupConfig
    var now: Timestamp
    /// The groups of the classic protocol, and those that only store offsets.
    var groups: [String: ClassicGroup] = [:]
    /// The groups of the new protocol (KIP-848); an id is in use by one kind at a time.
    var consumerGroups: [String: ConsumerGroupEntry] = [:]
    /// Committed positions by group. Kept beside the groups, because a position does not depend on a group's type.
    var offsets: [String: [TopicPartition: OffsetCommitValue]] = [:]
    /// Positions that wait for the end of a transaction.
    var transactional = TransactionalOffsets()
    var timers = Timers<TimerKey>()
    var writes: [WriteToken: PendingWrite] = [:]
    /// All writes up to this one are committed or failed.
    var settledThrough: WriteToken = 0
    var lastWrite: WriteToken = 0
    /// Records of all `writes`.
    var pendingRecords = 0
    var arrivals: UInt64 = 0
    private var effects: [GroupEffect] = []

    /// A coordinator without groups; with groups from the log, use `GroupLoader`.
    package init(config: GroupConfig, now: Timestamp) {
        self.config = config
        self.now = now
        timers.arm(.expiry, at: now + config.offsetsRetentionCheckIntervalMs)
    }

    /// When `tick` must be called at the latest; may turn out to be early.
    package var nextDeadline: Timestamp? { timers.next }

    /// How many groups and positions are held, for metrics.
    package var counts: (groups: Int, offsets: Int) {
        (groups.count + consumerGroups.count, offsets.values.reduce(0) { $0 + $1.count })
    }

    /// Whether an id is in use, by either kind of group.
    func hasGroup(_ id: String) -> Bool { groups[id] != nil || consumerGroup(id) != nil }

    /// Whether one more group is taken on.
    var hasRoomForGroup: Bool { groups.count + consumerGroups.count < CoordinatorLimits.groups }

    package var summary: String? {
        counts.groups == 0 ? nil : "\(counts.groups) groups with \(counts.offsets) positions"
    }

    /// Runs what is due.
    package func tick(now: Timestamp) -> [GroupEffect] {
        run(now) {
            while let key = timers.popDue(self.now) { fire(key) }
        }
    }

    /// The partition is no longer led here: every waiting request is answered NOT_COORDINATOR.
    package func resign(now: Timestamp) -> [GroupEffect] {
        run(now) {
            consumerGroups = [:]
            for token in writes.keys.sorted() { settle(token, error: .notCoordinator) }
            for group in groups.values.sorted(by: { $0.id < $1.id }) {
                for member in group.membersInOrder { refuseParked(member, of: group, .notCoordinator) }
            }
            groups = [:]
            offsets = [:]
            transactional = TransactionalOffsets()
            timers = Timers()
            effects.removeAll { if case .reply = $0 { false } else { true } }
        }
    }

    /// One event: sets the time, runs the rule, hands out the effects.
    func run(_ now: Timestamp, _ rule: () -> Void) -> [GroupEffect] {
        self.now = max(self.now, now)
        rule()
        defer { effects = [] }
        return effects
    }

    func reply(_ token: RequestToken, _ response: GroupResponse) { effects.append(.reply(token, response)) }

    func emit(_ effect: GroupEffect) { effects.append(effect) }

    // MARK: Timers

    private func fire(_ key: TimerKey) {
        switch key {
        case .session(let group, let member): sessionExpired(group, member)
        case .pendingMember(let group, let member): pendingMemberExpired(group, member)
        case .join(let group): joinPhaseExpired(group)
        case .sync(let group): syncPhaseExpired(group)
        case .consumerSession(let group, let member): consumerSessionExpired(group, member)
        case .consumerRebalance(let group, let member): consumerRebalanceExpired(group, member)
        case .write(let token): writeTimedOut(token)
        case .expiry:
            timers.arm(.expiry, at: now + config.offsetsRetentionCheckIntervalMs)
            expireOffsets()
        }
    }

    func restartSession(of member: ClassicMember, in group: ClassicGroup) {
        timers.arm(.session(group: group.id, member: member.id), at: now + Int64(member.sessionTimeoutMs))
    }

    func cancelSession(of memberID: String, in group: ClassicGroup) {
        timers.cancel(.session(group: group.id, member: memberID))
    }

    private func sessionExpired(_ groupID: String, _ memberID: String) {
        guard let group = groups[groupID], group.state != .dead, let member = group.members[memberID] else { return }
        // Who is parked shows life by its open request; only a first Join may take too long.
        if !member.isNew && (member.parkedJoin != nil || member.parkedSync != nil) { return }
        removeAndRebalance(member, from: group)
    }

    private func pendingMemberExpired(_ groupID: String, _ memberID: String) {
        guard let group = groups[groupID], group.pendingMembers.remove(memberID) != nil else { return }
        completeJoinIfReady(group)
    }
}
