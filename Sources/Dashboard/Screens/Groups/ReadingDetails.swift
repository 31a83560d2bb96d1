import ClusterInsight
import KafkaProtocol
import TerminalUI

/// All that is known of a partition as a group reads it: who reads it, how far, what comes next, and what is wrong.
enum ReadingDetails {
    static func lines(_ name: String, _ id: TopicPartition, _ model: Model) -> [StyledText] {
        guard let group = model.snapshot.group(name) else {
            return [StyledText("There is no group \(name) any more.")]
        }
        guard let row = model.figures.group(name).partitions.first(where: { $0.partition == id }) else {
            return [StyledText("\(name) reads \(id.topic)/\(id.partition) no more, and has nothing committed there.")]
        }
        return DetailLine.said("status", verdict(row, group, model)) + problems(id, model) + member(row, group)
            + ["", DetailLine.header] + figures(row, group, model)
    }

    // MARK: how it is

    /// The verdict on this partition alone, and why.
    private static func verdict(
        _ row: GroupPartitionFigures, _ group: GroupSnapshot, _ model: Model
    ) -> [StyledText] {
        guard group.isJudged else { return [StyledText(GroupWords.notJudged)] }
        let reader = row.member.map { $0.clientID } ?? "nobody"
        let rates = "reads \(rate(row.readRate)), in \(rate(row.inRate))"
        let waits = row.seconds.map { "; the oldest message waits \(Format.duration($0))" } ?? ""
        let reason =
            switch row.status {
            case .ok where row.committed == nil: "nothing is committed here yet"
            case .ok where row.lag == 0: "all that can be read is read\(held(row, model))"
            case .ok: "\(rates)\(waits)"
            case .warn where group.isRebalancing: "the group is \(group.state)\(waits)"
            case .warn: "\(reader) \(rates)\(waits)"
            case .stall: "\(reader) has it, but the committed offset does not move\(waits)"
            case .stop: "nothing was committed for a while\(waits)"
            case .rewind: "the committed offset went back and was not regained"
            }
        return [GroupsScreen.status(row.status) + StyledText(": \(reason)")]
    }

    /// What stands behind the last stable offset, which only those read that take what may yet be aborted.
    private static func held(_ row: GroupPartitionFigures, _ model: Model) -> String {
        let held = OpenTransactions.held(row, model)
        guard held > 0 else { return "" }
        let count = Format.count(Int(held))
        return "; \(count) wait behind an open transaction, which :producers \(row.partition.topic) shows"
    }

    private static func rate(_ rate: Double?) -> String { rate.map { "\(Format.rate($0))/s" } ?? "?" }

    private static func problems(_ id: TopicPartition, _ model: Model) -> [StyledText] {
        guard let topic = model.snapshot.topic(id.topic),
            let partition = topic.partitions.first(where: { $0.id == id.partition })
        else { return [DetailLine.said("partition", StyledText("it is gone", .healthBad))] }
        return PartitionDetails.problems(PartitionRow(topic, partition), model)
    }

    private static func member(_ row: GroupPartitionFigures, _ group: GroupSnapshot) -> [StyledText] {
        guard let member = row.member else {
            let isEmpty = group.members.isEmpty
            let text = isEmpty ? "none: the group is \(group.state)" : "nobody reads it"
            return [DetailLine.said("member", StyledText(text, isEmpty ? .text : .healthDegraded))]
        }
        return ([member] + row.others).flatMap { member in
            let epoch = member.epoch.map { ", epoch \($0)" } ?? ""
            return DetailLine.said("member", [StyledText(member.clientID), StyledText(member.id + epoch, .muted)])
                + [DetailLine.said("host", StyledText(member.host))]
        }
    }

    // MARK: figures

    private static func figures(
        _ row: GroupPartitionFigures, _ group: GroupSnapshot, _ model: Model
    ) -> [StyledText] {
        let partition = model.snapshot.partition(row.partition)
        let leader = partition?.servingLeader
        let isOld = model.figures.group(group.name).isStale
        let coordinator = group.coordinator.map { "coordinator \($0)" } ?? "its coordinator"
        let endsAt = partition?.offsets?.at
        func figure(_ title: String, _ value: StyledText, _ at: Timestamp?, _ by: String) -> StyledText {
            DetailLine.figure(title, value, at: at, by: by, model)
        }
        let committed = row.committed == nil ? Figure.none : Figure.count(row.committed, stale: isOld)
        let epoch = partition?.leaderEpoch.map { ", epoch \($0)" } ?? ""
        return [
            figure(
                "leader",
                (leader.map { StyledText("\($0)") } ?? StyledText("none", .healthBad)) + StyledText(epoch, .muted),
                DetailLine.at(.metadata, model), "Metadata, any broker"),
            group.isShare
                ? figure("start", committed, group.committedAt, "DescribeShareGroupOffsets, \(coordinator)")
                : figure("committed", committed, group.committedAt, "OffsetFetch, \(coordinator)"),
        ] + commit(model) + [
            next(row, partition, model),
            last(group, model),
            figure(
                "end", Figure.count(row.end), endsAt, "ListOffsets, the last stable offset"),
            lag(row, group, endsAt, model),
            figure("in/s", Figure.rate(row.inRate), endsAt, "how end grew in 10 s"),
            figure(
                "read/s", row.committed == nil ? Figure.none : Figure.rate(row.readRate), group.committedAt,
                "how \(group.isShare ? "start" : "committed") grew in 10 s"),
        ]
    }

    private static func lag(
        _ row: GroupPartitionFigures, _ group: GroupSnapshot, _ endsAt: Timestamp?, _ model: Model
    ) -> StyledText {
        let isEstimate = group.isShare && group.shares[row.partition]?.lag == nil
        let isOld = model.figures.group(group.name).isStale
        let value =
            row.committed == nil
            ? Figure.none : Figure.lag(row.lag, high: row.status != .ok, stale: isOld, estimate: isEstimate)
        let by =
            !group.isShare
            ? "end − committed" : isEstimate ? "end − start: some of it may be done with" : "DescribeShareGroupOffsets"
        return DetailLine.figure(
            "lag", value, at: group.isShare && !isEstimate ? group.committedAt : endsAt, by: by, model)
    }

    /// What stands beside the committed offset.
    private static func commit(_ model: Model) -> [StyledText] {
        let (told, at) = (model.nextMessage.told, model.nextMessage.at)
        guard let told, told.offset != nil else { return [] }
        var lines: [StyledText] = []
        if let epoch = told.leaderEpoch {
            let by = "of what was read last, beside the commit"
            lines.append(DetailLine.figure("leader epoch", StyledText("\(epoch)", .number), at: at, by: by, model))
        }
        // A client may write anything, of any length.
        if !told.metadata.isEmpty { lines.append(DetailLine.said("metadata", StyledText(told.metadata))) }
        return lines
    }

    /// The message that is read next: when it was written, and what keeps a reader from it.
    private static func next(
        _ row: GroupPartitionFigures, _ partition: PartitionSnapshot?, _ model: Model
    ) -> StyledText {
        let answer = model.nextMessage
        func figure(_ value: StyledText, _ by: String) -> StyledText {
            DetailLine.figure("next message", value, at: answer.at, by: by, model)
        }
        guard let told = answer.told else { return figure(Figure.unknown, answer.failure ?? "asking") }
        guard let offset = told.offset else { return figure(Figure.none, "it is not told where it begins") }
        if let failure = told.failure { return figure(Figure.unknown, failure) }
        guard let message = told.message else { return figure(Figure.none, "none is behind the committed one") }
        var by = "offset \(Format.count(Int(message.offset))), \(Format.bytes(told.bytes))"
        if message.offset > offset { by += "; \(Format.count(Int(message.offset - offset))) before it are gone" }
        let ends = partition?.offsets?.value
        if let stable = ends?.stable, stable <= message.offset, stable < ends?.latest ?? stable {
            by += "; in an open transaction"
        }
        return figure(StyledText(Format.moment(message.timestamp, now: model.shownNow, zone: model.zone)), by)
    }

    private static func last(_ group: GroupSnapshot, _ model: Model) -> StyledText {
        let at = model.figures.group(group.name).lastCommitAt
        return DetailLine.figure(
            group.isShare ? "last move" : "last commit",
            at.map { StyledText(Format.moment($0, now: model.shownNow, zone: model.zone)) } ?? Figure.unknown,
            at: at, by: at == nil ? "none since Klamm looks" : "of the group, seen here", model)
    }
}
