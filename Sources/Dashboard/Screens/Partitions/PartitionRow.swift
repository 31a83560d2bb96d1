import ClusterInsight
import KafkaProtocol
import TerminalUI

/// One partition with the figures its row shows, on screen 4, in a topic and on a broker.
struct PartitionRow {
    let topic: TopicSnapshot
    let partition: PartitionSnapshot

    init(_ topic: TopicSnapshot, _ partition: PartitionSnapshot) {
        self.topic = topic
        self.partition = partition
    }

    /// Messages per second.
    func rate(_ model: Model) -> Series { model.figures.partitions[id] ?? Series() }
    var id: TopicPartition { TopicPartition(topic.name, partition.id) }
    /// What it is kept under in lists.
    var key: String { "\(topic.name)/\(partition.id)" }
    var problem: PartitionProblem? { PartitionProblem.worst(partition, minISR: topic.minISR(of: partition)) }

    /// What the row lies on: new topics, and those that leave a list of problems.
    func surface(_ model: Model) -> Role? {
        if model.list.problemsOnly, problem == nil, model.recent.isHealed(id) { return .rowGone }
        return model.recent.surface(.topic(topic.name))
    }

    /// Whether it belongs to a list of problems: healed ones stay a moment.
    func isProblem(_ model: Model) -> Bool { problem != nil || model.recent.isHealed(id) }

    /// What `problem:…` looks for: every problem as one word each, at-min also where it is so by configuration.
    func words(_ column: String) -> String? {
        guard column == "problem" else { return nil }
        let isr = partition.inSync.count
        let minISR = topic.minISR(of: partition) ?? 0
        let all: [(Bool, String)] = [
            (partition.isOffline, "offline"), (!partition.isOffline && isr < minISR, "below-min"),
            (!partition.isOffline && isr == minISR, "at-min"), (partition.isUnderReplicated, "under-replicated"),
            (partition.isMoving, "moving"), (partition.isLeaderNotPreferred, "not-preferred"),
        ]
        return all.filter(\.0).map(\.1).joined(separator: " ")
    }

    func value(_ column: String, _ model: Model) -> SortValue {
        switch column {
        // Internal topics come last.
        case "topic", "name": .text((topic.isInternal ? "\u{7f}" : "") + topic.name)
        case "p", "partition": .int(Int(partition.id))
        case "leader": partition.leader.map { .int(Int($0)) } ?? .unknown
        case "epoch": partition.leaderEpoch.map { .int(Int($0)) } ?? .unknown
        case "isr": .int(partition.inSync.count)
        case "replicas": .int(partition.replicas.count)
        case "earliest": .number(partition.offsets?.value.earliest)
        case "latest": .number(partition.offsets?.value.latest)
        case "messages": .number(partition.offsets?.value.messages)
        case "size": .number(partition.leaderBytes)
        case "in", "trend": .optional(rate(model).now)
        case "behind": .number(partition.followerLag)
        case "problem": .int(6 - (problem?.rank ?? 6))
        case "for": hurtFor(model)
        default: .unknown
        }
    }

    /// For how long it misses a leader or a replica, milliseconds; longest when it did before Klamm looked.
    private func hurtFor(_ model: Model) -> SortValue {
        guard partition.isOffline || partition.isUnderReplicated else { return .unknown }
        return .number(model.events.hurtSince(id).map { Double(model.shownNow - $0) } ?? .infinity)
    }

    func cells(_ model: Model) -> [String: StyledText] {
        let offsets = partition.offsets?.value
        let offsetsStale = partition.offsets.map { model.isStale($0.at, source: .offsets) } ?? false
        let sizeStale = partition.toldLog.map { model.isStale($0.at, source: .logDirs) } ?? false
        let sizesStale = partition.sizesAt.map { model.isStale($0, source: .logDirs) } ?? false
        let stale = offsetsStale || partition.isOffline
        let suffix = offsets?.stable == nil ? "" : "t"
        let latest = offsets.map { $0.stable ?? $0.latest }
        var cells: [String: StyledText] = [
            "topic": StyledText(topic.name),
            "p": StyledText("\(partition.id)", .number),
            "leader": partition.leader.map { Figure.aged("\($0)", .number, partition.isLeaderAway) }
                ?? StyledText("none", .healthBad),
            "epoch": partition.leaderEpoch.map { StyledText("\($0)", .number) } ?? Figure.unknown,
            "replicas": ReplicaText.all(partition, model),
            "isr": StyledText(ReplicaText.isr(partition)),
            "earliest": Figure.count(offsets?.earliest, stale: stale, width: 9),
            "latest": Figure.count(latest, stale: stale, width: 10 - suffix.count) + StyledText(suffix, .muted),
            "messages": Figure.count(offsets?.messages, stale: stale, estimate: topic.hasOnlyEstimates, width: 8),
            "size": Figure.bytes(partition.leaderBytes, stale: sizeStale || partition.isOffline),
            "in": Figure.rate(partition.isOffline ? 0 : offsetsStale ? nil : rate(model).now),
            "behind": partition.replicas.count == 1
                ? Figure.none
                : Figure.count(
                    partition.followerLag, role: partition.followerLag == 0 ? .muted : .number, stale: sizesStale,
                    width: 6),
            "problem": ReplicaText.problem(id, partition, minISR: topic.minISR(of: partition), model),
        ]
        if partition.isOffline {
            cells = cells.mapValues { StyledText($0.plain, .healthBad) }
        }
        return cells
    }
}
