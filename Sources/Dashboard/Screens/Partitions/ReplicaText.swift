import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Replicas in assignment order, each as a sign and the broker's id: `L1 ●2 ✕3 +4`.
enum ReplicaText {
    /// What a broker is to a partition.
    static func role(_ broker: BrokerID, _ partition: PartitionSnapshot, _ model: Model) -> Role {
        if partition.servingLeader == broker {
            return partition.removing.contains(broker) ? .replicaRemoving : .leader
        }
        if partition.adding.contains(broker) { return .replicaAdding }
        if partition.removing.contains(broker) { return .replicaRemoving }
        if !(model.snapshot.broker(broker)?.state.isLive ?? false) { return .replicaOffline }
        return partition.isr.contains(broker) ? .replicaInsync : .replicaLagging
    }

    /// The sign of a broker in a partition.
    static func sign(_ broker: BrokerID, _ partition: PartitionSnapshot, _ model: Model) -> Character {
        let glyphs = model.glyphs
        if partition.servingLeader == broker { return glyphs.leader }
        switch role(broker, partition, model) {
        case .replicaAdding: return glyphs.adding
        case .replicaRemoving: return glyphs.removing
        case .replicaOffline: return glyphs.offline
        case .replicaInsync: return glyphs.insync
        default: return glyphs.lagging
        }
    }

    /// All replicas of a partition.
    static func all(_ partition: PartitionSnapshot, _ model: Model) -> StyledText {
        var text = StyledText(spans: [])
        for (index, broker) in partition.replicas.enumerated() {
            if index > 0 { text += " " }
            text += StyledText(
                "\(sign(broker, partition, model))\(broker)", role(broker, partition, model))
        }
        return text
    }

    /// Cells the widest list of replicas of the cluster takes: a blank between two, a sign and an id each.
    static func width(_ model: Model, atLeast least: Int) -> Int {
        let digits = model.snapshot.brokers.map(\.id).max().map { String($0).count } ?? 1
        return max(least, (model.report?.health.mostReplicas ?? 0) * (digits + 2) - 1)
    }

    /// The ISR by id.
    static func isr(_ partition: PartitionSnapshot) -> String {
        partition.isr.sorted().map(String.init).joined(separator: ",")
    }

    /// The worst problem in words, with its colour.
    static func problem(_ id: TopicPartition, _ partition: PartitionSnapshot, minISR: Int?, _ model: Model)
        -> StyledText
    {
        guard let worst = PartitionProblem.worst(partition, minISR: minISR) else { return "" }
        switch worst {
        case .offline where partition.isLeaderAway:
            return StyledText("OFFLINE: \(partition.leader ?? -1) is away", .healthBad)
        case .offline:
            let since = model.events.offlineSince(id).map { " since \(Format.time($0, zone: model.zone))" } ?? ""
            return StyledText("OFFLINE\(since)", .healthBad)
        case .belowMinISR: return StyledText(worst.text, .healthBad)
        case .moving:
            return StyledText(moving(partition), .healthDegraded)
        default: return StyledText(worst.text, .healthDegraded)
        }
    }

    private static func moving(_ partition: PartitionSnapshot) -> String {
        guard let total = partition.leaderBytes, total > 0, !partition.adding.isEmpty else { return "moving" }
        let copied = partition.adding.compactMap { partition.bytes(on: $0) }.reduce(0, +)
        return "moving \(Format.progress(Double(copied) / Double(total * Int64(partition.adding.count))))"
    }
}
