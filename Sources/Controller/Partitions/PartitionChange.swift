import ClusterMetadata
import KafkaProtocol

/// How a leader is looked for.
enum Election {
    /// Keep the leader while it is valid, else the first valid replica.
    case normal
    /// The first replica if it is valid, else as normal.
    case preferred
    /// As normal, and when nobody is in sync any live replica, which may lose records.
    case unclean
}

/// The one place where a change of a partition comes to be: completes the reassignment, elects, and names only what
/// differs.
struct PartitionChange {
    let topic: TopicID
    let partition: Int32
    let before: PartitionState
    /// Whether a broker is unfenced and not shutting down, after the event that causes this change.
    let isActive: (BrokerID) -> Bool

    var election = Election.normal
    /// How many must be in sync for anything to be committed; nil where the cluster keeps no eligible leaders (KIP-966).
    var minISR: Int?
    /// A broker that came back without proof that it still holds what it held.
    var unproven: BrokerID?
    var isr: [BrokerID]
    var replicas: [BrokerID]
    var removing: [BrokerID]
    var adding: [BrokerID]
    var isRecovering: Bool
    private var leader: BrokerID
    private var eligible: [BrokerID]
    private var lastLeader: BrokerID

    init(
        _ topic: TopicID, _ partition: Int32, _ before: PartitionState, isActive: @escaping (BrokerID) -> Bool
    ) {
        self.topic = topic
        self.partition = partition
        self.before = before
        self.isActive = isActive
        isr = before.isr
        replicas = before.replicas
        removing = before.removing
        adding = before.adding
        isRecovering = before.isRecovering
        leader = before.leader
        eligible = before.eligible
        lastLeader = before.lastLeader
    }

    /// The record, or nil when nothing changes.
    func record() -> PartitionChangeRecord? {
        var target = self
        target.completeReassignment()
        target.keepEligible()
        target.elect()
        target.noteLastLeader()
        var record = PartitionChangeRecord(topicID: topic, partitionID: partition)
        // A replica that leaves must be fenced by a new leader epoch, or its late fetches would still count.
        let leaves = before.replicas.contains { !target.replicas.contains($0) }
        if leaves || target.leader != before.leader { record.leader = target.leader }
        // Where no eligible leaders are kept the last in-sync set stays: it says who may lead again.
        if target.isr != before.isr, minISR != nil || !target.isr.isEmpty { record.isr = target.isr }
        if target.eligible != before.eligible { record.eligibleLeaderReplicas = target.eligible }
        if target.lastLeader != before.lastLeader {
            record.lastKnownElr = target.lastLeader < 0 ? [] : [target.lastLeader]
        }
        if target.replicas != before.replicas { record.replicas = target.replicas }
        if target.removing != before.removing { record.removingReplicas = target.removing }
        if target.adding != before.adding { record.addingReplicas = target.adding }
        if target.isRecovering != before.isRecovering {
            record.leaderRecoveryState = target.isRecovering ? 1 : 0
        }
        return record.isEmpty ? nil : record
    }

    /// Ends the reassignment once all target replicas are in sync (KIP-455).
    private mutating func completeReassignment() {
        guard !removing.isEmpty || !adding.isEmpty else { return }
        let finalReplicas = replicas.filter { !removing.contains($0) }
        let finalISR = isr.filter { !removing.contains($0) }
        guard !finalISR.isEmpty, finalReplicas.allSatisfy(finalISR.contains) else { return }
        replicas = finalReplicas
        isr = finalISR
        removing = []
        adding = []
    }

    /// Works out who holds everything committed without being in sync: who was so, or in sync, before a set that is too
    /// small to commit anything (KIP-966).
    private mutating func keepEligible() {
        guard let minISR else {
            if !isr.isEmpty { eligible = [] }
            return
        }
        guard isr.count < min(minISR, replicas.count) else {
            eligible = []
            return
        }
        let candidates = before.eligible + before.isr.filter { !before.eligible.contains($0) }
        eligible = candidates.filter { !isr.contains($0) && $0 != unproven && replicas.contains($0) }
    }

    private mutating func elect() {
        let (chosen, standing) = choose()
        guard chosen != before.leader else { return }
        leader = chosen
        switch standing {
        case .inSync: break
        case .eligible:
            isr = [chosen]
            eligible = eligible.filter { $0 != chosen }
            // Alone it may be enough to commit, and then the others no longer hold all.
            if 1 >= min(minISR ?? 1, replicas.count) { eligible = [] }
        case .unproven:
            // What the others hold may differ from here on: only the new leader is in sync.
            isr = [chosen]
            eligible = []
            isRecovering = true
        }
    }

    /// Remembers who led when nobody is left that surely holds everything.
    private mutating func noteLastLeader() {
        if leader >= 0 || !isr.isEmpty {
            lastLeader = -1
        } else if minISR != nil {
            if before.leader >= 0 { lastLeader = before.leader }
            if lastLeader < 0 { lastLeader = before.isr.first ?? -1 }
            // Who led last may have left with a reassignment that was cancelled: then it is whoever else had everything.
            guard !replicas.contains(lastLeader) else { return }
            lastLeader = (eligible + before.eligible + before.isr).first(where: replicas.contains) ?? lastLeader
        }
    }

    /// What is known of a chosen leader's records.
    private enum Standing { case inSync, eligible, unproven }

    private func choose() -> (leader: BrokerID, standing: Standing) {
        if election == .preferred, let first = replicas.first, isValid(first) { return (first, .inSync) }
        if isValid(before.leader) { return (before.leader, .inSync) }
        if let valid = replicas.first(where: isValid) { return (valid, .inSync) }
        if isr.isEmpty {
            if let whole = replicas.first(where: { eligible.contains($0) && isActive($0) }) {
                return (whole, .eligible)
            }
            // Nobody is known to hold more than who led last.
            if eligible.isEmpty, isActive(lastLeader), replicas.contains(lastLeader) { return (lastLeader, .unproven) }
        }
        if election == .unclean, let live = replicas.first(where: isActive) { return (live, .unproven) }
        return (-1, .inSync)
    }

    private func isValid(_ broker: BrokerID) -> Bool { isr.contains(broker) && isActive(broker) }
}
