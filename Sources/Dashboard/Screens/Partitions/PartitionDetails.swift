import ClusterInsight
import KafkaProtocol
import TerminalUI

/// All that is known of one partition.
enum PartitionDetails {
    static func lines(_ id: TopicPartition, _ model: Model) -> [StyledText] {
        guard let topic = model.snapshot.topic(id.topic),
            let partition = topic.partitions.first(where: { $0.id == id.partition })
        else { return [StyledText("There is no partition \(id.topic)/\(id.partition) any more.")] }
        let row = PartitionRow(topic, partition)
        return problems(row, model) + ["", DetailLine.header] + figures(row, model) + [""] + replicas(row, model)
    }

    // MARK: problems

    static func problems(_ row: PartitionRow, _ model: Model) -> [StyledText] {
        let all = PartitionProblem.all(row.partition, minISR: row.topic.minISR(of: row.partition))
        guard !all.isEmpty else { return [DetailLine.said("problems", StyledText("no problem", .healthOk))] }
        var lines = DetailLine.said("problems", all.map { sentence($0, row, model) })
        if row.partition.isOffline || row.partition.isUnderReplicated {
            lines.append(DetailLine.said("since", since(model.events.hurtSince(row.id), model)))
        }
        return lines
    }

    private static func since(_ at: Timestamp?, _ model: Model) -> StyledText {
        guard let at else { return StyledText("before Klamm looked") }
        let age = Format.sentenceDuration(Double(max(0, model.shownNow - at)) / 1_000)
        return StyledText("\(Format.time(at, zone: model.zone)), for \(age)")
    }

    /// A problem, and what it means.
    private static func sentence(_ problem: PartitionProblem, _ row: PartitionRow, _ model: Model) -> StyledText {
        let partition = row.partition
        switch problem {
        case .offline:
            let why = partition.leader.map { "leader \($0) is away and nobody has taken over" } ?? "nobody leads it"
            return StyledText("OFFLINE", .healthBad) + StyledText(": \(why); no reads, no writes")
        case .belowMinISR: return StyledText(problem.text, .healthBad) + StyledText(": acks=all is refused")
        case .atMinISR:
            return StyledText(problem.text, .healthDegraded)
                + StyledText(": one replica more and acks=all is refused")
        case .underReplicated:
            let inSync = partition.inSync
            let missing = partition.replicas.filter { !inSync.contains($0) && !partition.adding.contains($0) }
            let names = missing.map { id in
                guard let broker = model.snapshot.broker(id), broker.isTroubled else { return "\(id)" }
                return "\(id) \(BrokerWords.state(broker, model).plain)"
            }
            return StyledText("under-replicated", .healthDegraded)
                + StyledText(": \(names.joined(separator: ", ")) not in sync")
        case .moving:
            let parts = [
                partition.adding.isEmpty ? nil : "onto \(list(partition.adding))",
                partition.removing.isEmpty ? nil : "off \(list(partition.removing))",
            ]
            return ReplicaText.problem(row.id, moving(partition), minISR: nil, model)
                + StyledText(": \(parts.compactMap { $0 }.joined(separator: ", "))")
        case .leaderNotPreferred:
            let first = partition.targetReplicas.first.map(String.init) ?? "?"
            return StyledText(problem.text, .healthDegraded)
                + StyledText(": \(partition.leader.map(String.init) ?? "nobody") leads, \(first) is its first replica")
        }
    }

    /// The same partition with nothing wrong but that it moves.
    private static func moving(_ partition: PartitionSnapshot) -> PartitionSnapshot {
        var own = partition
        own.isr = own.replicas
        own.away = []
        return own
    }

    /// What acks=all asks for, and what is set where that is more.
    private static func minISR(_ row: PartitionRow) -> StyledText {
        guard let asked = row.topic.minISR(of: row.partition), let set = row.topic.minISR else { return Figure.unknown }
        return StyledText("\(asked)", .number) + StyledText(asked == set ? "" : " (\(set) set)", .muted)
    }

    private static func list(_ brokers: [BrokerID]) -> String { brokers.map(String.init).joined(separator: ", ") }

    // MARK: figures

    private static func figures(_ row: PartitionRow, _ model: Model) -> [StyledText] {
        let partition = row.partition
        let cells = row.cells(model)
        let (metadata, configs) = (DetailLine.at(.metadata, model), DetailLine.at(.configs, model))
        let isOld = partition.offsets.map { model.isStale($0.at, source: .offsets) } ?? false
        let leader = partition.servingLeader.map { "leader \($0)" } ?? "who led it then"
        func metadataLine(_ title: String, _ value: StyledText) -> StyledText {
            DetailLine.figure(title, value, at: metadata, by: "Metadata, any broker", model)
        }
        func offsets(_ title: String, _ value: Offset?, at: Timestamp?) -> StyledText {
            DetailLine.figure(
                title, Figure.count(value, stale: isOld || partition.isOffline), at: at, by: "ListOffsets, \(leader)",
                model)
        }
        let epoch = partition.leaderEpoch.map { ", epoch \($0)" } ?? ""
        let found = partition.offsets?.value
        var lines = [
            metadataLine("leader", (cells["leader"] ?? Figure.unknown) + StyledText(epoch, .muted)),
            metadataLine("ISR", StyledText(ReplicaText.isr(partition))),
            DetailLine.figure(
                "min ISR", minISR(row),
                at: row.topic.minISR == nil ? nil : configs,
                by: "DescribeConfigs, any broker", model),
            offsets("earliest", found?.earliest, at: row.topic.startAt(of: partition)),
        ]
        if row.topic.isTransactional {
            lines.append(offsets("last stable", found.map { $0.stable ?? $0.latest }, at: partition.offsets?.at))
        } else {
            lines.append(
                DetailLine.figure(
                    "last stable", found == nil ? Figure.unknown : Figure.none, at: nil,
                    by: "as latest: nobody was seen to write in transactions", model))
        }
        let rate = partition.isOffline ? 0 : isOld ? nil : row.rate(model).now
        return lines + [
            offsets("latest", found?.latest, at: partition.offsets?.at),
            DetailLine.figure(
                "messages", cells["messages"] ?? Figure.unknown, at: row.topic.startAt(of: partition),
                by: row.topic.hasOnlyEstimates ? "latest − earliest; fewer are left" : "latest − earliest", model),
            DetailLine.figure(
                "in/s", Figure.rate(rate), at: partition.offsets?.at, by: "how latest grew in 10 s", model),
            LastMessages.line(of: [row.id], model),
        ]
    }

    // MARK: replicas

    private static func replicas(_ row: PartitionRow, _ model: Model) -> [StyledText] {
        let title = "REPLICA".padded(to: 9) + "STATE".padded(to: 12) + "BYTES".leftPadded(to: 9)
        let titles = title + "BEHIND".leftPadded(to: 10) + "AGE".leftPadded(to: 6)
        let dirs = row.partition.replicas.map { id in dir(row.partition.logs.first { $0.broker == id }, model) }
        // Paths that have no room beside the figures stand below them.
        let isWide = dirs.allSatisfy { TextWidth.of(titles) + 2 + TextWidth.of($0) <= Described.room(model) }
        var lines = [StyledText(titles + (isWide ? "  LOG DIR" : ""), .column)]
        let preferred = row.partition.targetReplicas.first
        for (id, dir) in zip(row.partition.replicas, dirs) {
            let log = row.partition.logs.first { $0.broker == id }
            let isAway = model.snapshot.broker(id)?.isAway ?? false
            let isOld = isAway || log.map { model.isStale($0.at, source: .logDirs) } ?? false
            func right(_ text: StyledText, _ width: Int) -> StyledText {
                StyledText(String(repeating: " ", count: max(0, width - text.width(glyphs: model.glyphs)))) + text
            }
            // How far who is away was behind says nothing of how far it is.
            let behind =
                row.partition.servingLeader == id
                ? Figure.none : isAway ? Figure.unknown : Figure.count(log?.behind, stale: isOld)
            let state = "\(ReplicaText.sign(id, row.partition, model)) \(word(id, row.partition, model))"
            let mark = id == preferred ? "\(id) \(model.glyphs.preferred)" : "\(id)"
            lines.append(
                StyledText(mark.padded(to: 9))
                    + StyledText(state.padded(to: 12), ReplicaText.role(id, row.partition, model))
                    + right(Figure.bytes(log?.bytes, stale: isOld), 9) + right(behind, 10)
                    + StyledText(DetailLine.age(log?.at, model).leftPadded(to: 6))
                    + StyledText(isWide ? "  \(dir)" : "", .muted))
            if !isWide { lines.append(StyledText("".padded(to: 9)) + StyledText(dir, .muted)) }
        }
        lines.append(
            StyledText("Each told by its own broker (DescribeLogDirs). \(model.glyphs.preferred) is to lead.", .muted))
        return lines
    }

    /// What a broker is to a partition, in a word or two.
    static func word(_ id: BrokerID, _ partition: PartitionSnapshot, _ model: Model) -> String {
        if partition.servingLeader == id { return "leader" }
        switch ReplicaText.role(id, partition, model) {
        case .replicaAdding: return "adding"
        case .replicaRemoving: return "removing"
        case .replicaOffline: return "offline"
        case .replicaInsync: return "in sync"
        default: return "lagging"
        }
    }

    private static func dir(_ log: ReplicaLog?, _ model: Model) -> String {
        guard let log, let place = log.dir, let dirs = model.snapshot.broker(log.broker)?.logDirs,
            dirs.indices.contains(place)
        else { return "?" }
        return dirs[place].path
    }
}
