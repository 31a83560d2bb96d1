import KafkaProtocol

/// A partition as the controller last decided it.
package struct PartitionState: Sendable, Equatable {
    /// Who holds it, preferred leader first; during a reassignment old and new replicas together.
    package var replicas: [BrokerID] = []
    /// Who is in sync. Empty only where eligible leaders are kept; elsewhere the last one stays, so that it is known who
    /// held everything last.
    package var isr: [BrokerID] = []
    /// Who is not in sync and yet holds everything committed, as nothing was committed since: the in-sync set was too
    /// small for it (KIP-966). Whoever of them is first in service may lead when nobody is in sync.
    package var eligible: [BrokerID] = []
    /// Who led last, when neither anybody in sync nor an eligible leader is left; −1 otherwise.
    package var lastLeader: BrokerID = -1
    /// Replicas that leave when the reassignment completes.
    package var removing: [BrokerID] = []
    /// Replicas that come with the reassignment under way.
    package var adding: [BrokerID] = []
    /// −1 when there is none.
    package var leader: BrokerID = -1
    /// Whether the leader was elected uncleanly and has not yet reported that it is done (KIP-704).
    package var isRecovering = false
    package var leaderEpoch: Epoch = 0
    package var partitionEpoch: Int32 = 0

    package init() {}

    /// A partition of brokers that are all alike: the first in sync leads.
    package init(replicas: [BrokerID], isr: [BrokerID]) {
        self.replicas = replicas
        self.isr = isr
        leader = isr.first ?? -1
    }

    package init(_ record: PartitionRecord) {
        replicas = record.replicas
        isr = record.isr
        removing = record.removingReplicas
        adding = record.addingReplicas
        leader = record.leader
        isRecovering = record.leaderRecoveryState == 1
        leaderEpoch = record.leaderEpoch
        partitionEpoch = record.partitionEpoch
        eligible = record.eligibleLeaderReplicas ?? []
        lastLeader = record.lastKnownElr?.first ?? -1
    }

    package var isReassigning: Bool { !removing.isEmpty || !adding.isEmpty }

    /// The record that makes this state anew.
    package func record(topicID: TopicID, partitionID: Int32) -> PartitionRecord {
        var record = PartitionRecord()
        record.topicID = topicID
        record.partitionID = partitionID
        record.replicas = replicas
        record.isr = isr
        record.removingReplicas = removing
        record.addingReplicas = adding
        record.leader = leader
        record.leaderRecoveryState = isRecovering ? 1 : 0
        record.leaderEpoch = leaderEpoch
        record.partitionEpoch = partitionEpoch
        record.eligibleLeaderReplicas = eligible.isEmpty ? nil : eligible
        record.lastKnownElr = lastLeader < 0 ? nil : [lastLeader]
        return record
    }

    /// The state after a change. Epochs wrap rather than trap, as the log could hold anything.
    package func applying(_ change: PartitionChangeRecord) -> PartitionState {
        var state = self
        if let isr = change.isr { state.isr = isr }
        if let replicas = change.replicas { state.replicas = replicas }
        if let removing = change.removingReplicas { state.removing = removing }
        if let adding = change.addingReplicas { state.adding = adding }
        if let eligible = change.eligibleLeaderReplicas { state.eligible = eligible }
        if let last = change.lastKnownElr { state.lastLeader = last.first ?? -1 }
        if change.leaderRecoveryState >= 0 { state.isRecovering = change.leaderRecoveryState == 1 }
        if change.leader != PartitionChangeRecord.noLeaderChange {
            state.leader = change.leader
            state.leaderEpoch &+= 1
        }
        state.partitionEpoch &+= 1
        return state
    }
}

/// A topic and its partitions, which are numbered from 0 without gaps.
package struct TopicImage: Sendable, Equatable {
    package let id: TopicID
    package let name: String
    package var partitions: [PartitionState] = []

    package init(id: TopicID, name: String, partitions: [PartitionState] = []) {
        self.id = id
        self.name = name
        self.partitions = partitions
    }

    /// The partition of a number that may come from the network.
    package subscript(partition: Int32) -> PartitionState? {
        let index = Int(partition)
        return partitions.indices.contains(index) ? partitions[index] : nil
    }
}
