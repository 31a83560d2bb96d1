import KafkaProtocol
import NIOCore

/// The members and the state of one classic group (Kafka protocol guide, "group membership API"). Only bookkeeping: the
/// rules are the coordinator's.
final class ClassicGroup {
    let id: String
    private(set) var state = GroupState.empty
    private(set) var previousState = GroupState.empty
    /// When the state was reached, in milliseconds since 1970.
    private(set) var stateSince: Timestamp
    /// "consumer" and the like; nil for a group that only stores offsets.
    var protocolType: String?
    /// The chosen strategy of the generation.
    var protocolName: String?
    var generation: Int32 = 0
    var leader: String?
    private(set) var members: [String: ClassicMember] = [:]
    /// Instance ids to member ids.
    private(set) var staticMembers: [String: String] = [:]
    /// Ids handed out with MEMBER_ID_REQUIRED, whose owners have not joined yet (KIP-394).
    var pendingMembers: Set<String> = []
    /// Members of this generation that have not asked for their assignment yet.
    var pendingSync: Set<String> = []
    /// A member was added while the initial delay ran, which extends it.
    var newMemberAdded = false
    /// The initial delay that runs, and how much of the rebalance timeout is left after it.
    var initialDelay: (current: Int64, remaining: Int64) = (0, 0)
    /// The generation whose assignment is on its way into the log.
    var assignmentInFlight: Int32?
    private(set) var parkedJoins = 0
    private var supportCounts: [String: Int] = [:]

    init(id: String, now: Timestamp) {
        self.id = id
        stateSince = now
    }

    func transition(to next: GroupState, now: Timestamp) {
        previousState = state
        state = next
        stateSince = now
    }

    /// Puts a group read from the log into its state.
    func restore(state: GroupState, since: Timestamp) {
        self.state = state
        previousState = state
        stateSince = since
    }

    // MARK: Members

    /// In order of arrival.
    var membersInOrder: [ClassicMember] { members.values.sorted { $0.order < $1.order } }

    func isLeader(_ memberID: String) -> Bool { leader == memberID }

    func add(_ member: ClassicMember) {
        if leader == nil { leader = member.id }
        members[member.id] = member
        if let instance = member.instanceID { staticMembers[instance] = member.id }
        pendingMembers.remove(member.id)
        count(member.protocols, 1)
        if member.parkedJoin != nil { parkedJoins += 1 }
    }

    /// Takes a member out; its parked requests must have been answered.
    func remove(_ member: ClassicMember) {
        guard members.removeValue(forKey: member.id) != nil else { return }
        if let instance = member.instanceID, staticMembers[instance] == member.id { staticMembers[instance] = nil }
        pendingSync.remove(member.id)
        count(member.protocols, -1)
        if member.parkedJoin != nil { parkedJoins -= 1 }
        if leader == member.id { leader = members.values.min { $0.order < $1.order }?.id }
    }

    /// Gives a static member the id under which it came back; leadership moves along (KIP-345).
    func rename(_ member: ClassicMember, to newID: String) {
        let oldID = member.id
        members[oldID] = nil
        member.id = newID
        members[newID] = member
        if let instance = member.instanceID { staticMembers[instance] = newID }
        if leader == oldID { leader = newID }
        if pendingSync.remove(oldID) != nil { pendingSync.insert(newID) }
    }

    func setProtocols(_ protocols: [JoinGroupRequest.GroupProtocol], of member: ClassicMember) {
        count(member.protocols, -1)
        member.protocols = protocols
        count(protocols, 1)
    }

    /// The Join that was parked before is handed back for an answer.
    func park(join token: RequestToken, of member: ClassicMember) -> RequestToken? {
        let earlier = member.parkedJoin
        if earlier == nil { parkedJoins += 1 }
        member.parkedJoin = token
        return earlier
    }

    func takeParkedJoin(of member: ClassicMember) -> RequestToken? {
        guard let token = member.parkedJoin else { return nil }
        member.parkedJoin = nil
        parkedJoins -= 1
        return token
    }

    /// Everybody is parked in Join, and nobody is expected who was given an id.
    var allMembersJoined: Bool { parkedJoins == members.count && pendingMembers.isEmpty }

    /// The longest that any member allows a rebalance to last.
    var rebalanceTimeoutMs: Int64 { Int64(members.values.map(\.rebalanceTimeoutMs).max() ?? 0) }

    // MARK: Protocols

    private func count(_ protocols: [JoinGroupRequest.GroupProtocol], _ step: Int) {
        for name in Set(protocols.map(\.name)) {
            let total = supportCounts[name, default: 0] + step
            supportCounts[name] = total == 0 ? nil : total
        }
    }

    /// The protocols that every member lists.
    var candidates: Set<String> { Set(supportCounts.filter { $0.value == members.count }.keys) }

    func supports(type: String, protocols: [JoinGroupRequest.GroupProtocol]) -> Bool {
        if members.isEmpty { return !type.isEmpty && !protocols.isEmpty }
        return protocolType == type && protocols.contains { supportCounts[$0.name] == members.count }
    }

    /// Each member votes for its first protocol that all support; most votes win, and the leader's order breaks a tie.
    func selectProtocol() -> String? {
        let candidates = candidates
        var votes: [String: Int] = [:]
        for member in members.values {
            if let vote = member.vote(among: candidates) { votes[vote, default: 0] += 1 }
        }
        guard let most = votes.values.max() else { return nil }
        let best = Set(votes.filter { $0.value == most }.keys)
        let judge = leader.flatMap { members[$0] }
        return judge?.vote(among: best) ?? best.min()
    }

    /// The topics that members subscribe to; nil when it cannot be known, which counts as subscribed to everything.
    var subscribedTopics: Set<String>? {
        guard protocolType == "consumer", !members.isEmpty, let protocolName else { return nil }
        var topics: Set<String> = []
        for member in members.values {
            let blob = member.metadata(for: protocolName)
            guard
                let subscription = try? ConsumerSubscription(
                    versionedBlob: blob, newest: ConsumerSubscription.newestVersion)
            else { return nil }
            topics.formUnion(subscription.topics)
        }
        return topics
    }

    /// The group's record; `assignments` stand in for what members hold (a member left out gets no bytes).
    func record(assignments: [String: ByteBuffer]? = nil) -> GroupRecord {
        var value = GroupMetadataValue()
        value.protocolType = protocolType ?? ""
        value.generation = generation
        value.protocolName = protocolName
        value.leader = leader
        value.currentStateTimestamp = stateSince
        value.members = membersInOrder.map { member in
            var entry = GroupMetadataValue.Member()
            entry.memberID = member.id
            entry.groupInstanceID = member.instanceID
            entry.clientID = member.clientID
            entry.clientHost = member.clientHost
            entry.rebalanceTimeoutMs = member.rebalanceTimeoutMs
            entry.sessionTimeoutMs = member.sessionTimeoutMs
            entry.subscription = member.metadata(for: protocolName)
            entry.assignment = assignments.map { $0[member.id] ?? ByteBuffer() } ?? member.assignment
            return entry
        }
        return .group(id, value)
    }
}
