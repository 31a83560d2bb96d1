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
    var isr: [BrokerID]
    var replicas: [BrokerID]
    var removing: [BrokerID]
    var adding: [BrokerID]
    var isRecovering: Bool

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
    }

    /// The record, or nil when nothing changes.
    func record() -> PartitionChangeRecord? {
        var target = self
        target.completeReassignment()
        var record = PartitionChangeRecord(topicID: topic, partitionID: partition)
        target.elect(&record)
        // A replica that leaves must be fenced by a new leader epoch, or its late fetches would still count.
        let leaves = before.replicas.contains { !target.replicas.contains($0) }
        if leaves, record.leader == PartitionChangeRecord.noLeaderChange { record.leader = before.leader }
        // The last in-sync set is kept when it would become empty: it says who may lead again.
        if record.isr == nil, !target.isr.isEmpty, target.isr != before.isr { record.isr = target.isr }
        if target.replicas != before.replicas { record.replicas = target.replicas }
        if target.removing != before.removing { record.removingReplicas = target.removing }
        if target.adding != before.adding { record.addingReplicas = target.adding }
        if record.leaderRecoveryState < 0, target.isRecovering != before.isRecovering {
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

    private func elect(_ record: inout PartitionChangeRecord) {
        let (leader, unclean) = choose()
        guard leader != before.leader else { return }
        record.leader = leader
        if unclean {
            // What the others hold may differ from here on: only the new leader is in sync.
            record.isr = [leader]
            if !before.isRecovering { record.leaderRecoveryState = 1 }
        }
    }

    private func choose() -> (leader: BrokerID, unclean: Bool) {
        if election == .preferred, let first = replicas.first, isValid(first) { return (first, false) }
        if isValid(before.leader) { return (before.leader, false) }
        if let valid = replicas.first(where: isValid) { return (valid, false) }
        if election == .unclean, let live = replicas.first(where: isActive) { return (live, true) }
        return (-1, false)
    }

    private func isValid(_ broker: BrokerID) -> Bool { isr.contains(broker) && isActive(broker) }
}
