import ClusterInsight
import KafkaProtocol

extension ClusterEvent {
    /// Whether what it tells of still holds in a later picture. What happened once and has no end, as an unclean election,
    /// holds for good.
    func holds(in report: ClusterReport) -> Bool {
        let snapshot = report.snapshot
        func any(_ isSo: (PartitionSnapshot) -> Bool) -> Bool {
            partitions.isEmpty || partitions.contains { snapshot.partition($0).map(isSo) ?? false }
        }
        switch kind {
        case .offline: return any(\.isOffline)
        case .isrShrank: return any { $0.isUnderReplicated || $0.isOffline }
        case .minISR:
            return partitions.isEmpty
                || partitions.contains { id in
                    guard let topic = snapshot.topic(id.topic), let partition = snapshot.partition(id)
                    else { return false }
                    return partition.isOffline || topic.minISR(of: partition).map { partition.isr.count < $0 } ?? true
                }
        case .broker: return broker.flatMap { snapshot.broker($0) }?.isTroubled ?? true
        case .quorum: return !snapshot.hasQuorum
        default: return true
        }
    }
}

extension Model {
    /// Takes back what the last line says of the cluster once that holds no longer; `:messages-log` and screen 8 keep it.
    mutating func unsayWhatIsOver(in report: ClusterReport) {
        if let about = flash?.about, !about.holds(in: report) { flash = nil }
    }
}
