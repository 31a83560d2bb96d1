import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The members of a group: a few lines below its partitions, or a list of their own.
enum GroupMembers {
    static let columns: [TableColumn] = [
        .name("client", title: "CLIENT", min: 16),
        .words("id", title: "MEMBER ID", width: 36, dropOrder: 1),
        .words("host", title: "HOST", width: 15, dropOrder: 3),
        .number("partitions", title: "PART", width: 4),
        .words("list", title: "PARTITIONS", width: 22, dropOrder: 2),
        .number("epoch", title: "EPOCH", width: 5, dropOrder: 4),
        .number("lag", title: "LAG", width: 9),
        .number("read", title: "READ/s", width: 6, dropOrder: 5),
    ]

    /// Threads of a Kafka Streams application have tasks.
    private static let streamsColumns: [TableColumn] = [
        .name("client", title: "CLIENT", min: 16),
        .words("id", title: "MEMBER ID", width: 36, dropOrder: 1),
        .words("host", title: "HOST", width: 15, dropOrder: 3),
        .words("process", title: "PROCESS", width: 9, dropOrder: 4),
        .words("active", title: "ACTIVE", width: 12, dropOrder: 9),
        .words("standby", title: "STANDBY", width: 8, dropOrder: 8),
        .words("warmup", title: "WARM-UP", width: 8, dropOrder: 7),
        .number("epoch", title: "EPOCH", width: 5, dropOrder: 5),
        .number("topology", title: "TOPOLOGY", width: 8, dropOrder: 2),
        .number("lag", title: "LAG", width: 7),
        .number("read", title: "READ/s", width: 6, dropOrder: 6),
    ]

    /// Members of a share group read partitions together: a lag is the group's.
    private static func columns(_ group: GroupSnapshot?) -> [TableColumn] {
        if group?.isStreams == true { return streamsColumns }
        return group?.isShare == true ? columns.filter { $0.id != "lag" && $0.id != "read" } : columns
    }

    /// What a member has and does.
    private struct Row {
        var member: MemberSnapshot
        var own: [GroupPartitionFigures]
        var streams: StreamsMember? { member.streams?.value }
        var lag: Int64 { own.reduce(0) { $0 + ($1.lag ?? 0) } }
        var read: Double { own.compactMap(\.readRate).reduce(0, +) }
    }

    private static func rows(_ name: String, _ model: Model) -> [Row] {
        let figures = model.figures.group(name)
        return (model.snapshot.group(name)?.members ?? []).sorted { $0.clientID < $1.clientID }.map { member in
            Row(member: member, own: figures.partitions.filter { $0.isRead(by: member) })
        }
    }

    static func list(_ name: String, _ model: Model) -> ListPage {
        let group = model.snapshot.group(name)
        let spec = ListSpec<Row>(
            title: "Members", columns: columns(group), defaultSort: TableSort(column: "client"), id: { $0.member.id },
            text: { "\($0.member.clientID) \($0.member.id) \($0.member.host)" },
            value: { row, column in
                switch column {
                case "client": .text(row.member.clientID)
                case "host": .text(row.member.host)
                case "process": .text(row.streams?.processID ?? "")
                case "active": .int(row.streams?.tasks.active.count ?? 0)
                case "standby": .int(row.streams?.tasks.standby.count ?? 0)
                case "warmup": .int(row.streams?.tasks.warmup.count ?? 0)
                case "topology": .number(row.streams.map { Int64($0.topologyEpoch) })
                case "epoch": .number(row.member.epoch.map(Int64.init))
                case "partitions", "list": .int(row.own.count)
                case "lag": .number(Double(row.lag))
                case "read": .number(row.read)
                default: .text(row.member.id)
                }
            }, isProblem: { $0.own.isEmpty }, cells: { cells($0) })
        var page = spec.page(rows(name, model), model.list)
        page.titleLeft = GroupScreen.title(name, model)
        page.header = GroupScreen.header(name, model.figures.group(name), model)
        page.footer = (group.map { StreamsWords.lines($0) } ?? []) + GroupScreen.history(name, model)
        page.footerIndent = 1
        page.empty = [group?.isUntold == true ? "This cluster does not tell who its members are." : "No members."]
        return page
    }

    private static func cells(_ row: Row) -> [String: StyledText] {
        var cells = common(row)
        guard let streams = row.streams else { return cells }
        cells["process"] = StyledText(streams.processID, .muted)
        cells["active"] = StyledText(StreamsWords.tasks(streams.tasks.active, limit: 4))
        cells["standby"] = StyledText(StreamsWords.tasks(streams.tasks.standby, limit: 4))
        cells["warmup"] = StyledText(StreamsWords.tasks(streams.tasks.warmup, limit: 4))
        cells["topology"] = StyledText("\(streams.topologyEpoch)", .number)
        return cells
    }

    private static func common(_ row: Row) -> [String: StyledText] {
        [
            "client": StyledText(row.member.clientID), "id": StyledText(row.member.id, .muted),
            "host": StyledText(row.member.host, .muted), "partitions": StyledText("\(row.own.count)", .number),
            "list": StyledText(partitions(row, limit: 4)),
            "epoch": row.member.epoch.map { StyledText("\($0)", .number) } ?? Figure.none,
            "lag": Figure.count(row.lag), "read": Figure.rate(row.read),
        ]
    }

    /// Numbers alone while the group reads one topic, else with names.
    private static func partitions(_ row: Row, limit: Int) -> String {
        let ids = row.own.map(\.partition)
        if ids.isEmpty { return "none" }
        let single = Set(ids.map(\.topic)).count == 1
        let names = ids.prefix(limit).map { single ? "\($0.partition)" : "\($0.topic)/\($0.partition)" }
        return names.joined(separator: " ") + (ids.count > limit ? " …" : "")
    }

    /// The lines below the partitions.
    static func lines(_ name: String, _ model: Model) -> [StyledText] {
        let rows = rows(name, model)
        let isShare = model.snapshot.group(name)?.isShare == true
        let client = rows.prefix(12).map { TextWidth.of($0.member.clientID) }.max() ?? 0
        let lists = rows.prefix(12).map { row in
            row.streams.map { tasks($0.tasks) } ?? "partitions " + partitions(row, limit: 12)
        }
        let widest = lists.map { TextWidth.of($0) }.max() ?? 0
        var lines: [StyledText] = []
        for (index, row) in rows.prefix(12).enumerated() {
            var text = row.member.clientID.padded(to: min(client, 24) + 2) + row.member.host
            text += "   \(lists[index].padded(to: widest + 1))"
            if let epoch = row.member.epoch { text += "  epoch \(epoch)" }
            if !isShare, let target = target(row.member) { text += "   target \(target)" }
            if !isShare {
                text +=
                    (row.member.epoch == nil ? "  " : "   ")
                    + "lag \(Format.count(Int(row.lag)))   read \(Format.rate(row.read))/s"
            }
            lines.append(StyledText(index == 0 ? "MEMBERS  " : "         ", .column) + StyledText(text))
        }
        if rows.count > 12 { lines.append(StyledText("         + \(rows.count - 12) more; Tab lists them", .muted)) }
        return lines.isEmpty ? [] : lines + [""]
    }

    /// `active 0_0 0_1` and what else it has.
    private static func tasks(_ tasks: StreamsTasks) -> String {
        [("active", tasks.active), ("standby", tasks.standby), ("warm-up", tasks.warmup)]
            .filter { $0.0 == "active" || !$0.1.isEmpty }
            .map { "\($0.0) \(StreamsWords.tasks($0.1, limit: 6))" }.joined(separator: " ")
    }

    /// What a member will read, while its group reconciles; nil in a classic group.
    private static func target(_ member: MemberSnapshot) -> String? {
        if let streams = member.streams { return StreamsWords.target(streams.value, limit: 6) }
        guard member.epoch != nil else { return nil }
        guard let target = member.target, Set(target) != Set(member.partitions) else { return "same" }
        return "→ " + target.prefix(12).map { "\($0.partition)" }.joined(separator: " ")
    }
}
