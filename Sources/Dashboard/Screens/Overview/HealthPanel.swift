import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The Health pane of Overview: rows that never change place.
enum HealthPanel {
    private struct Row {
        var id: String
        var short: String
        var value: StyledText
        var note: String = ""
        /// The note where there is little room.
        var shortNote: String?
        var isLong = false
        var isProblem = false
    }

    static func list(_ model: Model) -> ListPage {
        let narrow = model.size.width < 100
        var rows = rows(model)
        if narrow { rows.removeAll { $0.isLong } }
        if model.list.problemsOnly { rows.removeAll { !$0.isProblem } }
        let shown = rows
        let columns: [TableColumn] = [
            .words("name", title: "", width: narrow ? 18 : 25, gap: 0),
            .number("value", title: "", width: 6, gap: 0),
            TableColumn("note", title: "", width: .rest(min: 0), gap: 3),
        ]
        var page = ListPage(
            title: "Health", columns: columns, ids: shown.map(\.id), total: shown.count,
            sort: TableSort(column: "none"),
            row: { index in
                let row = shown[index]
                return TableRow(
                    [
                        "name": StyledText(narrow ? row.short : row.id), "value": row.value,
                        "note": StyledText(narrow ? row.shortNote ?? row.note : row.note, .muted),
                    ], cellSurfaces: model.recent.surfaces(.health(row.id)))
            })
        page.lead = 1
        page.titleLeft = "Health"
        page.titleRight = verdict(model)
        page.empty = [StyledText("no problem", .healthOk)]
        return page
    }

    private static func verdict(_ model: Model) -> StyledText {
        guard let health = model.report?.health else { return StyledText("reading", .muted) }
        var parts: [StyledText] = []
        if health.problems > 0 {
            parts.append(StyledText("\(health.problems) problem\(health.problems == 1 ? "" : "s")", .healthBad))
        }
        if health.warnings > 0 {
            parts.append(StyledText("\(health.warnings) warning\(health.warnings == 1 ? "" : "s")", .healthDegraded))
        }
        guard let first = parts.first else { return StyledText("no problem", .healthOk) }
        return parts.count == 2 ? first + ", " + parts[1] : first
    }

    private static func rows(_ model: Model) -> [Row] {
        guard let health = model.report?.health else {
            let names = [
                "offline partitions", "below min.insync.replicas", "at min.insync.replicas", "under-replicated",
                "non-preferred leaders",
            ]
            return names.map { Row(id: $0, short: $0, value: Figure.unknown) }
        }
        return countRows(health) + spreadRows(health, model)
    }

    private static func countRows(_ health: ClusterHealth) -> [Row] {
        func row(
            _ id: String, _ short: String, _ count: Int, _ role: Role, _ note: String, shortNote: String? = nil
        ) -> Row {
            Row(
                id: id, short: short, value: Figure.count(Int64(count), role: count > 0 ? role : .text, width: 6),
                note: note, shortNote: shortNote, isProblem: count > 0 && role != .text)
        }
        let lost = health.atMinISRByLoss
        let away = away(health.brokersAway)
        let atMinNote =
            lost > 0
            ? (away.map { "\(lost) by \($0.full) down" } ?? "\(lost) by lagging replicas")
            : health.atMinISR > 0 ? "RF = min by config" : ""
        let shortNote = lost > 0 ? away?.short ?? "lagging" : health.atMinISR > 0 ? "RF = min" : ""
        return [
            row(
                "offline partitions", "offline partitions", health.offline.count, .healthBad, "of \(health.partitions)"),
            row(
                "below min.insync.replicas", "below min ISR", health.belowMinISR.count, .healthBad,
                health.belowMinISR.isEmpty ? "" : "acks=all fails", shortNote: ""),
            row(
                "at min.insync.replicas", "at min ISR", health.atMinISR, lost > 0 ? .healthDegraded : .text, atMinNote,
                shortNote: shortNote),
            row(
                "under-replicated", "under-replicated", health.underReplicated, .healthDegraded,
                health.brokersFull.isEmpty || health.underReplicated == 0
                    ? "" : "disk full on \(health.brokersFull.map(String.init).joined(separator: ", "))",
                shortNote: health.brokersFull.isEmpty || health.underReplicated == 0 ? "" : "disk full"),
            row("non-preferred leaders", "non-preferred", health.nonPreferred, .healthDegraded, ""),
        ]
    }

    /// Who is away, as the notes have room for it; nil when nobody is.
    private static func away(_ brokers: [BrokerID]) -> (full: String, short: String)? {
        let ids = brokers.map(String.init).joined(separator: ", ")
        switch brokers.count {
        case 0: return nil
        case 1: return ("broker \(ids)", "broker \(ids)")
        case 2, 3: return (ids, ids)
        default: return ("\(brokers.count) brokers", "\(brokers.count) away")
        }
    }

    /// A share in six cells: from a hundred on without its decimal.
    private static func percent(_ value: Double) -> String {
        value < 99.95 ? Format.percent(value / 100) : "\(Int(min(value, 9_999).rounded())) %"
    }

    private static func spreadRows(_ health: ClusterHealth, _ model: Model) -> [Row] {
        func skew(_ id: String, _ short: String, _ worst: Skew.Worst?, long: Bool) -> Row {
            guard let worst else { return Row(id: id, short: short, value: Figure.none, isLong: long) }
            guard let percent = worst.percent else {
                return Row(
                    id: id, short: short, value: Figure.none, note: "all \(worst.count) on \(worst.broker)",
                    shortNote: "all on \(worst.broker)", isLong: long)
            }
            let bad = percent >= Skew.degraded
            return Row(
                id: id, short: short,
                value: StyledText(Self.percent(percent), bad ? .healthDegraded : .text),
                note: "\(worst.count) on \(worst.broker), average \(Int(worst.average.rounded()))",
                shortNote: "broker \(worst.broker)", isLong: long, isProblem: bad)
        }
        var rows = [
            skew("leader skew", "skew", health.leaderSkew, long: false),
            skew("replica skew", "replica skew", health.replicaSkew, long: true),
        ]
        if let voters = health.voters, let up = health.votersUp {
            let role: Role = !health.hasQuorum ? .healthBad : up < voters ? .healthDegraded : .text
            rows.append(
                Row(
                    id: "quorum voters", short: "quorum voters",
                    value: Figure.aged("\(up)/\(voters)", role, Stale.isQuorumOld(model)),
                    note: quorumNote(model), isLong: true, isProblem: up < voters))
        } else {
            rows.append(
                Row(
                    id: "quorum voters", short: "quorum voters",
                    value: model.snapshot.quorumRefusal == nil ? Figure.unknown : Figure.none,
                    note: model.snapshot.quorumRefusal == nil ? "" : "no DescribeQuorum", isLong: true))
        }
        let count = health.groupsNotOK.count
        rows.append(
            Row(
                id: "groups not OK", short: "groups not OK",
                value: StyledText("\(count)", count > 0 ? .healthDegraded : .text),
                note: health.groupsNotOK.first ?? "", isLong: true, isProblem: count > 0))
        return rows
    }

    /// `leader 1, epoch 4`, or for how long there is none.
    private static func quorumNote(_ model: Model) -> String {
        if let lost = model.snapshot.quorumLostSince {
            return "no leader for \(Format.age(Double(model.shownNow - lost) / 1_000))"
        }
        let epoch = model.snapshot.quorum.map { ", epoch \($0.value.epoch)" } ?? ""
        return (model.snapshot.activeController.map { "leader \($0)" } ?? "no leader") + epoch
    }

    /// Enter on a row: the screen that shows more, with the filter that fits.
    static func open(_ id: String, _ model: inout Model) -> [Command] {
        switch id {
        case "leader skew", "replica skew": return Navigation.go(.reassign, &model)
        case "quorum voters": return Navigation.go(.quorum, &model)
        case "groups not OK":
            let commands = Navigation.go(.groups, &model)
            model.list.problemsOnly = true
            return commands
        default:
            let filters = [
                "offline partitions": "offline", "below min.insync.replicas": "below-min",
                "at min.insync.replicas": "at-min", "under-replicated": "under-replicated",
                "non-preferred leaders": "not-preferred",
            ]
            let commands = Navigation.go(.partitions, &model)
            model.list = ListState()
            model.list.filter = "problem:\(filters[id] ?? "")"
            return commands
        }
    }
}
