import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Partitions × brokers: who leads, follows, lags, is gone. With more brokers than fit, `h` and `l` scroll.
enum MapGrid {
    static func page(_ rows: PartitionRows, title: String, named: Bool, _ model: Model) -> ListPage {
        let brokers = model.snapshot.brokers
        let spec = ListSpec<PartitionRow>(
            title: title, columns: columns(named: named, model), defaultSort: TableSort(column: "none"),
            id: { $0.key }, text: { $0.key }, value: { $0.value($1, model) }, words: { $0.words($1) },
            isProblem: { $0.isProblem(model) }, cells: { cells($0, model) }, surface: { $0.surface(model) },
            cellSurfaces: { model.recent.surfaces(.partition($0.id)) }, comesInOrder: true, find: rows.row,
            keepsOrder: model.keepsOrder)
        var page = spec.page(rows, model.list)
        page.lead = named ? 2 : 1
        page.scrollsColumns = true
        page.footerGap = 1
        page.titleRight = StyledText("\(rows.count) × \(brokers.count) brokers", .muted)
        page.nothingWrong = "No partition has a problem."
        page.footer = totals(rows, named: named, model)
        if let cell = model.list.cell, brokers.indices.contains(cell), let id = page.cursorID(model.list),
            let row = rows.row(of: id).map({ rows[$0] })
        {
            page.bottom = told(row, on: brokers[cell], model).wrapped(to: max(20, Frame.body(model.size).width - 4))
        }
        return page
    }

    /// Moves the cursor from broker to broker; it begins at the first one in view.
    static func move(_ step: Int, _ model: inout Model) {
        let count = model.snapshot.brokers.count
        guard count > 0 else { return }
        let first = min(model.list.table.columnScroll, count - 1)
        let cell = model.list.cell.map { min(max(0, $0 + step), count - 1) } ?? first
        model.list.cell = cell
        let shown = max(1, (Frame.body(model.size).width - 60) / 6)
        model.list.table.columnScroll = max(cell - shown + 1, min(first, cell))
    }

    /// What the broker under the cursor is to the partition.
    private static func told(_ row: PartitionRow, on broker: BrokerSnapshot, _ model: Model) -> StyledText {
        let start = StyledText("\(row.key) on broker \(broker.id)   ", .muted)
        guard row.partition.replicas.contains(broker.id) else { return start + StyledText("no replica here") }
        var parts = [PartitionDetails.word(broker.id, row.partition, model)]
        if row.partition.targetReplicas.first == broker.id { parts.append("preferred leader") }
        if let log = row.partition.logs.first(where: { $0.broker == broker.id }) {
            let mark = model.isStale(log.at, source: .logDirs) ? "~" : ""
            parts.append("\(mark)\(Format.bytes(Int(log.bytes)))")
            if let behind = log.behind, behind > 0 { parts.append("\(Format.count(Int(behind))) messages behind") }
            let isLagging = ReplicaText.role(broker.id, row.partition, model) == .replicaLagging
            if isLagging, let seconds = row.partition.secondsUntilInSync(broker.id) {
                parts.append("in sync in about \(Format.wholeDuration(max(1, seconds.rounded(.up))))")
            }
            parts.append("told \(DetailLine.age(log.at, model)) ago")
        }
        return start + StyledText(parts.joined(separator: ", "))
    }

    private static func columns(named: Bool, _ model: Model) -> [TableColumn] {
        var columns: [TableColumn] = []
        if named { columns.append(TableColumn("topic", title: "TOPIC", width: .fixed(22), gap: 0, cut: .middle)) }
        columns.append(.number("p", title: named ? "P" : "PARTITION", width: named ? 4 : 9, gap: named ? 1 : 0))
        for (index, broker) in model.snapshot.brokers.enumerated() {
            let star = model.snapshot.activeController == broker.id ? " \(model.glyphs.controller)" : ""
            let down = BrokerWords.isDown(broker)
            columns.append(
                TableColumn(
                    "b\(broker.id)", title: "\(broker.id)\(down ? " DOWN" : star)", width: .fixed(6),
                    gap: index == 0 ? 5 : 0, titleRole: down ? .healthBad : nil))
        }
        columns.append(.number("behind", title: "BEHIND", width: 8, gap: 3))
        columns.append(TableColumn("note", title: "NOTE", width: .rest(min: 24), gap: 3))
        return columns
    }

    private static func cells(_ row: PartitionRow, _ model: Model) -> [String: StyledText] {
        var cells = row.cells(model)
        for broker in row.partition.replicas {
            let preferred = row.partition.targetReplicas.first == broker ? String(model.glyphs.preferred) : ""
            cells["b\(broker)"] = StyledText(
                "\(ReplicaText.sign(broker, row.partition, model))\(preferred)",
                ReplicaText.role(broker, row.partition, model))
        }
        if let cell = model.list.cell, model.list.cursorID == row.key, model.snapshot.brokers.indices.contains(cell) {
            let column = "b\(model.snapshot.brokers[cell].id)"
            cells[column] = StyledText("[", .selection) + (cells[column] ?? " ") + StyledText("]", .selection)
        }
        cells["note"] = note(row, model)
        return cells
    }

    private static func note(_ row: PartitionRow, _ model: Model) -> StyledText {
        let lagging = row.partition.replicas.filter {
            ReplicaText.role($0, row.partition, model) == .replicaLagging
        }
        guard !row.partition.isOffline, let first = lagging.first else {
            return ReplicaText.problem(row.id, row.partition, minISR: row.topic.minISR(of: row.partition), model)
        }
        let left = row.partition.secondsUntilInSync(first).map { seconds in
            ", in sync in about \(Format.wholeDuration(max(1, seconds.rounded(.up))))"
        }
        return StyledText("\(first) is catching up\(left ?? "")", .healthDegraded)
    }

    private static func totals(_ rows: PartitionRows, named: Bool, _ model: Model) -> [StyledText] {
        let shown = model.snapshot.brokers.dropFirst(model.list.table.columnScroll)
        func line(_ title: String, _ text: (BrokerSnapshot) -> StyledText) -> StyledText {
            shown.reduce(into: StyledText(title.padded(to: named ? 32 : 14), .muted)) { line, broker in
                let cell = text(broker)
                line += cell + StyledText(String(repeating: " ", count: max(0, 6 - cell.width(glyphs: model.glyphs))))
            }
        }
        func totals(_ title: String, _ counts: [BrokerID: Int]) -> StyledText {
            let own = Dictionary(model.snapshot.brokers.map { ($0.id, counts[$0.id] ?? 0) }) { first, _ in first }
            return line(title) { broker in
                let count = own[broker.id] ?? 0
                return StyledText("\(count)", isUneven(count, own) ? .healthDegraded : .number)
            }
        }
        let all = model.kept("totals") { Totals(rows) }
        var lines = [
            totals("leaders", all.leaders), totals("replicas", all.replicas), totals("in sync", all.inSync),
        ]
        if model.list.wide { lines.append(line("racks") { StyledText($0.rack ?? "—", .muted) }) }
        return lines + ["", legend(model.glyphs)]
    }

    /// What each broker has of some partitions.
    private struct Totals: Sendable {
        var leaders: [BrokerID: Int] = [:]
        var replicas: [BrokerID: Int] = [:]
        var inSync: [BrokerID: Int] = [:]

        init(_ rows: PartitionRows) {
            for row in rows {
                if let leader = row.partition.servingLeader { leaders[leader, default: 0] += 1 }
                for broker in row.partition.replicas { replicas[broker, default: 0] += 1 }
                for broker in row.partition.inSync { inSync[broker, default: 0] += 1 }
            }
        }
    }

    /// Whether a broker's total differs from the mean of the others by a fifth.
    private static func isUneven(_ own: Int, _ counts: [BrokerID: Int]) -> Bool {
        guard counts.count > 1 else { return false }
        let others = Double(counts.values.reduce(0, +) - own) / Double(counts.count - 1)
        return others == 0 ? own > 0 : abs(Double(own) - others) / others >= 0.2
    }

    private static func legend(_ glyphs: GlyphSet) -> StyledText {
        let signs: [(Character, String)] = [
            (glyphs.leader, "leader"), (glyphs.insync, "in sync"), (glyphs.lagging, "lagging"),
            (glyphs.offline, "offline"), (glyphs.adding, "adding"), (glyphs.removing, "removing"),
            (glyphs.preferred, "preferred leader"),
        ]
        return StyledText(signs.map { "\($0.0) \($0.1)" }.joined(separator: "   "), .muted)
    }
}
