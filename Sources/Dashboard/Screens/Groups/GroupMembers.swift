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
        .number("read", title: "READ/s", width: 6),
    ]

    /// What a member has and does.
    private struct Row {
        var member: MemberSnapshot
        var own: [GroupPartitionFigures]
        var lag: Int64 { own.reduce(0) { $0 + ($1.lag ?? 0) } }
        var read: Double { own.compactMap(\.readRate).reduce(0, +) }
    }

    private static func rows(_ name: String, _ model: Model) -> [Row] {
        let figures = model.figures.group(name)
        return (model.snapshot.group(name)?.members ?? []).sorted { $0.clientID < $1.clientID }.map { member in
            Row(member: member, own: figures.partitions.filter { $0.member?.id == member.id })
        }
    }

    static func list(_ name: String, _ model: Model) -> ListPage {
        let spec = ListSpec<Row>(
            title: "Members", columns: columns, defaultSort: TableSort(column: "client"), id: { $0.member.id },
            text: { "\($0.member.clientID) \($0.member.id) \($0.member.host)" },
            value: { row, column in
                switch column {
                case "client": .text(row.member.clientID)
                case "host": .text(row.member.host)
                case "partitions", "list": .int(row.own.count)
                case "lag": .number(Double(row.lag))
                case "read": .number(row.read)
                default: .text(row.member.id)
                }
            }, isProblem: { $0.own.isEmpty }, cells: { cells($0) })
        var page = spec.page(rows(name, model), model.list)
        page.titleLeft = GroupScreen.title(name, model)
        page.header = GroupScreen.header(name, model.figures.group(name), model)
        page.footer = GroupScreen.history(name, model)
        page.footerIndent = 1
        page.empty = ["No members."]
        return page
    }

    private static func cells(_ row: Row) -> [String: StyledText] {
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
        let client = rows.prefix(12).map { TextWidth.of($0.member.clientID) }.max() ?? 0
        let lists = rows.prefix(12).map { partitions($0, limit: 12) }
        let widest = lists.map { TextWidth.of($0) }.max() ?? 0
        var lines: [StyledText] = []
        for (index, row) in rows.prefix(12).enumerated() {
            var text = row.member.clientID.padded(to: min(client, 24) + 2) + row.member.host
            text += "   partitions \(lists[index].padded(to: widest + 1))"
            if let epoch = row.member.epoch { text += "  epoch \(epoch)   target \(target(row.member))" }
            text +=
                (row.member.epoch == nil ? "  " : "   ")
                + "lag \(Format.count(Int(row.lag)))   read \(Format.rate(row.read))/s"
            lines.append(StyledText(index == 0 ? "MEMBERS  " : "         ", .column) + StyledText(text))
        }
        if rows.count > 12 { lines.append(StyledText("         + \(rows.count - 12) more; Tab lists them", .muted)) }
        return lines.isEmpty ? [] : lines + [""]
    }

    /// What a member will read, while a KIP-848 group reconciles.
    private static func target(_ member: MemberSnapshot) -> String {
        guard let target = member.target, Set(target) != Set(member.partitions) else { return "same" }
        return "→ " + target.prefix(12).map { "\($0.partition)" }.joined(separator: " ")
    }
}
