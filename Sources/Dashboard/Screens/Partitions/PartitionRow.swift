import ClusterInsight
import KafkaProtocol
import TerminalUI

/// One partition with the figures its row shows, on screen 4, in a topic and on a broker.
struct PartitionRow {
    let topic: TopicSnapshot
    let partition: PartitionSnapshot
    let rate: Series
    let offsetsStale: Bool
    let sizesStale: Bool

    init(_ topic: TopicSnapshot, _ partition: PartitionSnapshot, _ model: Model) {
        self.topic = topic
        self.partition = partition
        rate = model.figures.partitions[TopicPartition(topic.name, partition.id)] ?? Series()
        offsetsStale = partition.offsets.map { model.isStale($0.at, source: .offsets) } ?? false
        sizesStale = partition.sizesAt.map { model.isStale($0, source: .logDirs) } ?? false
    }

    var id: TopicPartition { TopicPartition(topic.name, partition.id) }
    /// What it is kept under in lists.
    var key: String { "\(topic.name)/\(partition.id)" }
    var problem: PartitionProblem? { PartitionProblem.worst(partition, minISR: topic.minISR) }

    func value(_ column: String) -> SortValue {
        switch column {
        case "topic", "name": .text(topic.name)
        case "p", "partition": .int(Int(partition.id))
        case "leader": partition.leader.map { .int(Int($0)) } ?? .unknown
        case "epoch": partition.leaderEpoch.map { .int(Int($0)) } ?? .unknown
        case "isr": .int(partition.isr.count)
        case "replicas": .int(partition.replicas.count)
        case "earliest": .number(partition.offsets?.value.earliest)
        case "latest": .number(partition.offsets?.value.latest)
        case "messages": .number(partition.offsets?.value.messages)
        case "size": .number(partition.leaderBytes)
        case "in", "trend": .optional(rate.now)
        case "behind": .number(partition.followerLag)
        case "problem": .int(6 - (problem?.rank ?? 6))
        default: .unknown
        }
    }

    func cells(_ model: Model) -> [String: StyledText] {
        let offsets = partition.offsets?.value
        let stale = offsetsStale || partition.isOffline
        let suffix = offsets?.stable == nil ? "" : "t"
        let latest = offsets.map { $0.stable ?? $0.latest }
        var cells: [String: StyledText] = [
            "topic": StyledText(topic.name),
            "p": StyledText("\(partition.id)", .number),
            "leader": partition.leader.map { StyledText("\($0)", .number) } ?? StyledText("none", .healthBad),
            "epoch": partition.leaderEpoch.map { StyledText("\($0)", .number) } ?? Figure.unknown,
            "replicas": ReplicaText.all(partition, model),
            "isr": StyledText(ReplicaText.isr(partition)),
            "earliest": Figure.count(offsets?.earliest, stale: stale),
            "latest": Figure.count(latest, stale: stale) + StyledText(suffix, .muted),
            "messages": Figure.count(offsets?.messages, stale: stale, estimate: topic.isCompacted),
            "size": Figure.bytes(partition.leaderBytes, stale: sizesStale || partition.isOffline),
            "in": Figure.rate(partition.isOffline ? 0 : offsetsStale ? nil : rate.now),
            "trend": Figure.trend(rate.trend, width: 8, glyphs: model.glyphs),
            "behind": partition.replicas.count == 1
                ? Figure.none
                : Figure.count(partition.followerLag, role: partition.followerLag == 0 ? .muted : .number),
            "problem": ReplicaText.problem(id, partition, minISR: topic.minISR, model),
        ]
        if partition.isOffline {
            cells = cells.mapValues { StyledText($0.plain, .healthBad) }
        }
        return cells
    }
}
