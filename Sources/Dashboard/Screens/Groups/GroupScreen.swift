import ClusterInsight
import KafkaProtocol
import TerminalUI

/// One group: what it is worth, partitions and members.
enum GroupScreen {
    static let columns: [TableColumn] = [
        .name("topic", title: "TOPIC", min: 15),
        .number("p", title: "P", width: 4, gap: 0),
        .words("member", title: "MEMBER", width: 17, dropOrder: 6),
        .words("host", title: "HOST", width: 9, dropOrder: 1),
        .number("committed", title: "COMMITTED", width: 10, dropOrder: 8),
        .number("end", title: "END", width: 10, dropOrder: 5),
        .number("lag", title: "LAG", width: 7),
        .trend(dropOrder: 2),
        .number("seconds", title: "SEC", width: 5, dropOrder: 4),
        .number("in", title: "IN/s", width: 5, dropOrder: 3),
        .number("read", title: "READ/s", width: 6, dropOrder: 7),
        .words("status", title: "STATUS", width: 6),
    ]

    /// A share group starts somewhere, where others have committed; verdicts are for those.
    private static func columns(_ group: GroupSnapshot?, _ model: Model) -> [TableColumn] {
        let columns = columns.map { column in
            column.id == "topic" && model.size.width < 60 ? .name("topic", title: "TOPIC", min: 14) : column
        }
        guard group?.isShare == true else { return columns }
        return columns.filter { $0.id != "status" }.map { column in
            column.id == "committed" ? .number("committed", title: "START", width: 10, dropOrder: 8) : column
        }
    }

    static func list(_ name: String, _ model: Model) -> ListPage {
        if model.showsMembers { return GroupMembers.list(name, model) }
        let figures = model.figures.group(name)
        let group = model.snapshot.group(name)
        let isEmpty = group?.members.isEmpty ?? true
        let spec = ListSpec<GroupPartitionFigures>(
            title: name, columns: columns(group, model), defaultSort: TableSort(column: "lag", descending: true),
            id: { "\($0.partition.topic)/\($0.partition.partition)" },
            text: { row in
                "\(row.partition.topic)/\(row.partition.partition) \(row.readers.map(\.clientID).joined(separator: " "))"
            },
            value: { value($0, $1) }, words: { $1 == "status" ? $0.status.word : nil },
            isProblem: { $0.status != .ok },
            cells: { cells($0, isEmpty: isEmpty, figures, model) },
            cellSurfaces: { model.recent.surfaces(.owner(name, $0.partition)) },
            trend: { $0.course.trend(at: model.snapshot.at) })
        var page = spec.page(figures.partitions, model.list)
        page.titleLeft = title(name, model)
        page.header = header(name, figures, model)
        page.footer = GroupMembers.lines(name, model) + history(name, model)
        page.footerIndent = 1
        page.empty = [StyledText(group.map { empty($0) } ?? "There is no group \(name) any more. Esc goes back.")]
        return page
    }

    private static func empty(_ group: GroupSnapshot) -> String {
        if group.isUntold { return "This cluster does not tell where a \(group.type) group reads." }
        return group.isShare ? "It has not begun to read anything." : "It has committed nothing."
    }

    static func title(_ name: String, _ model: Model) -> StyledText {
        guard let group = model.snapshot.group(name) else { return StyledText(name) }
        var parts = [name, group.state, group.type]
        if let epoch = group.epoch { parts.append("epoch \(epoch)") }
        if let topology = group.topology { parts.append("topology epoch \(topology.epoch)") }
        if let assignor = group.assignor, !assignor.isEmpty { parts.append("assignor \(assignor)") }
        parts.append("coordinator \(group.coordinator.map(String.init) ?? "?")")
        parts.append("members \(group.isUntold ? "?" : "\(group.members.count)")")
        if group.members.isEmpty { parts.append("topics \(group.topics.count)") }
        return StyledText(parts.joined(separator: "   "))
    }

    static func header(_ name: String, _ figures: GroupFigures, _ model: Model) -> [StyledText] {
        let sentence = model.snapshot.group(name).map { GroupWords.verdict($0, model) } ?? "gone"
        let role: Role = figures.status == .ok ? .text : figures.status == .warn ? .healthDegraded : .healthBad
        let sign = (figures.isStale ? "~" : "") + (figures.isEstimate && figures.lag != 0 ? "≈" : "")
        var lag = figures.lag.map { sign + Format.count(Int($0)) } ?? "?"
        if let seconds = figures.seconds { lag += "   oldest unread \(Format.duration(seconds))" }
        if let change = figures.lagPerSecond { lag += "   \(Format.changeRate(change.rounded()))" }
        switch figures.eta {
        case .never: lag += "   zero: never at this rate"
        case .seconds(let seconds): lag += "   zero: in \(Format.duration(seconds))"
        case .none: break
        }
        if let rate = figures.inRate { lag += "   in \(Format.rate(rate))/s" }
        if let rate = figures.readRate { lag += "   read \(Format.rate(rate))/s" }
        if let at = figures.lastCommitAt {
            lag +=
                "   \(model.snapshot.group(name)?.isShare == true ? "moved" : "committed") \(Format.age(Double(model.shownNow - at) / 1_000)) ago"
        }
        let width = max(10, min(90, model.size.width - 30))
        let course = model.course(.group(name), fine: figures.course.trend(at: model.snapshot.at), width: width)
        let highest = course.compactMap { $0 }.max() ?? 0
        let span = "last \(ChartSpan.text(model.spanMinutes ?? 15))"
        return [
            StyledText("status   ", .muted) + StyledText(sentence, role),
            StyledText("lag      ", .muted) + StyledText(lag),
            StyledText(span.padded(to: 9), .muted) + Figure.trend(course, width: width, glyphs: model.glyphs)
                + StyledText("   0 … \(Format.shortCount(Int(highest)))", .muted),
            "",
        ]
    }

    /// What happened to the group, newest first.
    static func history(_ name: String, _ model: Model) -> [StyledText] {
        let events = model.events.newestFirst.lazy.filter { $0.kind == .group && $0.subject == name }.prefix(5)
        return events.enumerated().map { index, event in
            let time = Format.time(event.at, zone: model.zone)
            let text = event.text.hasPrefix(name + " ") ? String(event.text.dropFirst(name.count + 1)) : event.text
            return StyledText(index == 0 ? "HISTORY  " : "         ", .column) + StyledText(time, .timestamp)
                + StyledText("  \(text)")
        }
    }

    private static func value(_ row: GroupPartitionFigures, _ column: String) -> SortValue {
        switch column {
        case "topic": .text(row.partition.topic)
        case "p": .int(Int(row.partition.partition))
        case "member": .text(row.member?.clientID ?? "")
        case "host": .text(row.member?.host ?? "")
        case "committed": .number(row.committed)
        case "end": .number(row.end)
        case "lag", "trend": .number(row.lag)
        case "seconds": .optional(row.seconds)
        case "in": .optional(row.inRate)
        case "read": .optional(row.readRate)
        case "status": .int(row.status.rawValue)
        default: .unknown
        }
    }

    private static func cells(
        _ row: GroupPartitionFigures, isEmpty: Bool, _ figures: GroupFigures, _ model: Model
    ) -> [String: StyledText] {
        let wide = model.list.wide
        let stale = figures.isStale
        let more = row.others.isEmpty ? "" : " +\(row.others.count)"
        let nobody = isEmpty ? Figure.none : StyledText("nobody", .healthDegraded)
        return [
            "topic": StyledText(row.partition.topic),
            "p": StyledText("\(row.partition.partition)", .number),
            "member": row.member.map { StyledText((wide ? $0.id : $0.clientID) + more) } ?? nobody,
            "host": StyledText(row.member?.host ?? "", .muted),
            "committed": row.committed == nil ? Figure.none : Figure.count(row.committed, stale: stale),
            "end": Figure.count(row.end),
            "lag": row.committed == nil
                ? Figure.none
                : Figure.lag(
                    row.lag, high: row.status != .ok, stale: stale, estimate: figures.isEstimate),
            "seconds": row.seconds.map { StyledText(GroupsScreen.secondsText($0), .number) } ?? Figure.none,
            "in": Figure.rate(row.inRate),
            "read": row.committed == nil ? Figure.none : Figure.rate(row.readRate),
            "status": GroupsScreen.status(row.status),
        ]
    }
}
