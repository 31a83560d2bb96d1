import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The Rates pane of Overview.
enum RatesPanel {
    static func draw(_ model: Model, on buffer: inout CellBuffer, in area: Rect) {
        guard area.width >= 4, area.height >= 3 else { return }
        buffer.box(area, titles: BoxTitles(left: "Rates", right: StyledText("last 5 m", .muted)))
        let inside = area.insideBox
        let narrow = area.width < 50
        let labelWidth = narrow ? 10 : 12
        let spark = max(0, inside.width - labelWidth - 15)
        for (index, row) in rows(model, narrow: narrow).enumerated() where index < inside.height {
            let y = inside.y + index
            buffer.text(row.0, x: inside.x + 1, y: y, width: max(0, inside.width - 1))
            buffer.textEnding(
                at: inside.x + labelWidth + 11, y: y, width: 11,
                StyledText(row.1, row.1 == "?" ? .healthUnknown : .number))
            if let trend = row.2 {
                buffer.text(
                    Figure.trend(trend, width: min(30, spark), glyphs: model.glyphs), x: inside.x + labelWidth + 13,
                    y: y, width: spark)
            } else {
                buffer.text(row.3, x: inside.x + labelWidth + 13, y: y, width: spark + 1, style: .muted)
            }
        }
    }

    private static func rows(_ model: Model, narrow: Bool) -> [(String, String, [Double?]?, String)] {
        let figures = model.figures
        let topics = model.snapshot.topics.filter { !$0.isInternal }
        let partitions = topics.reduce(0) { $0 + $1.partitions.count }
        let internalCount = model.snapshot.partitionCount - partitions
        let all = model.snapshot.topics.flatMap(\.partitions)
        let stored = all.compactMap(\.leaderBytes).reduce(0, +)
        let replicated = all.compactMap(\.replicaBytes).reduce(0, +)
        let known = all.contains { !$0.logs.isEmpty }
        func bytes(_ series: Series) -> String { series.now.map { Format.byteRate($0) } ?? "?" }
        var rows: [(String, String, [Double?]?, String)] = [
            (
                narrow ? "messages" : "messages in", figures.messagesIn.now.map { Format.rate($0) + "/s" } ?? "?",
                figures.messagesIn.trend, ""
            ),
            ("bytes in", bytes(figures.bytesIn), figures.bytesIn.trend, ""),
        ]
        if figures.bytesOut.now != nil {
            rows.append(("bytes out", bytes(figures.bytesOut), figures.bytesOut.trend, ""))
        }
        if !narrow {
            rows.append(("replication", bytes(figures.replication), figures.replication.trend, ""))
            rows.append(("", "", nil, ""))
        }
        rows.append(
            ("total lag", figures.lag.now.map { Format.shortCount(Int($0)) } ?? "?", figures.lag.trend, ""))
        if !narrow {
            rows.append(("topics", "\(topics.count)", nil, "partitions \(partitions), internal \(internalCount)"))
        }
        let after = narrow ? "replicas" : "with replicas"
        rows.append(
            (
                "stored", known ? Format.bytes(Int(stored)) : "?", nil,
                known ? "\(Format.bytes(Int(replicated))) \(after)" : ""
            ))
        rows.append((narrow ? "moves" : "moves running", "\(model.report?.health.moving ?? 0)", nil, ""))
        return rows
    }
}

/// At risk: takes the place of Rates while something is broken.
enum RiskPanel {
    static func draw(_ model: Model, on buffer: inout CellBuffer, in area: Rect) {
        guard area.width >= 4, area.height >= 3 else { return }
        buffer.box(area, titles: BoxTitles(left: "At risk", right: StyledText("now", .muted)))
        let inside = area.insideBox
        let lines = area.width < 50 ? short(model) : full(model)
        for (index, line) in lines.enumerated() where index < inside.height {
            buffer.text(line, x: inside.x + 1, y: inside.y + index, width: max(0, inside.width - 1))
        }
    }

    /// What fails now, what fails with one more loss, the shortest way out.
    static func full(_ model: Model) -> [StyledText] {
        guard let health = model.report?.health else { return [] }
        var lines: [StyledText] = []
        func item(_ name: String, _ text: String, _ role: Role, _ more: String) {
            lines.append(StyledText(name.padded(to: 22), role) + StyledText(text))
            if !more.isEmpty { lines.append(StyledText(String(repeating: " ", count: 22) + more, .muted)) }
        }
        if !health.offline.isEmpty {
            let away = onlyOn(health.offline, model)
            item(
                PartitionNames.list(health.offline), "OFFLINE\(away)", .healthBad, "no reads, no writes")
        }
        if let first = health.belowMinISR.first {
            let isr = model.snapshot.partition(first)?.isr.count ?? 0
            let minISR = model.snapshot.topic(first.topic)?.minISR ?? 0
            item(
                PartitionNames.list(health.belowMinISR), "ISR \(isr) < min \(minISR): acks=all refused", .healthBad,
                "reads and acks=1 still work")
        }
        if !health.hasQuorum {
            item("metadata quorum LOST", "no leader can move", .healthBad, "no change is possible")
        }
        lines.append("")
        if health.atMinISRByLoss > 0 {
            item("\(health.atMinISRByLoss) more at min ISR", "one replica more: acks=all refused", .text, "")
        }
        if let voters = health.voters, let up = health.votersUp, up < voters, up == voters / 2 + 1 {
            let others = model.snapshot.quorum?.value.voters.map(\.id).filter { !health.brokersAway.contains($0) } ?? []
            item(
                "metadata quorum \(up)/\(voters)",
                "lose \(others.map(String.init).joined(separator: " or ")): no leader can move,", .text,
                lossSentence(others, model))
        }
        if let way = wayOut(model) { lines.append(StyledText(way)) }
        return lines
    }

    private static func lossSentence(_ brokers: [BrokerID], _ model: Model) -> String {
        let offline = model.report?.health.offline.count ?? 0
        let counts = brokers.map { (model.figures.brokers[$0]?.leaders ?? 0) + offline }
        return counts.map(String.init).joined(separator: " or ") + " partitions offline"
    }

    private static func short(_ model: Model) -> [StyledText] {
        guard let health = model.report?.health else { return [] }
        var lines: [StyledText] = []
        if !health.offline.isEmpty {
            lines.append(StyledText("\(PartitionNames.list(health.offline)) OFFLINE", .healthBad))
        }
        if !health.belowMinISR.isEmpty {
            lines.append(StyledText("\(PartitionNames.list(health.belowMinISR)) refuse acks=all", .healthBad))
        }
        if !health.hasQuorum { lines.append(StyledText("metadata quorum LOST", .healthBad)) }
        if health.atMinISRByLoss > 0 {
            lines.append(StyledText("\(health.atMinISRByLoss) more refuse it if one more goes"))
        }
        if let voters = health.voters, let up = health.votersUp, up < voters {
            lines.append(StyledText("quorum \(up)/\(voters): lose one, no changes"))
        }
        lines.append("")
        if let way = wayOut(model) { lines.append(StyledText(way)) }
        return lines
    }

    private static func onlyOn(_ partitions: [TopicPartition], _ model: Model) -> String {
        guard partitions.count == 1, let partition = model.snapshot.partition(partitions[0]) else { return "" }
        let replicas = partition.replicas.map(String.init).joined(separator: ", ")
        return partition.replicas.count == 1 ? ": its only replica is on \(replicas)" : ": replicas on \(replicas)"
    }

    private static func wayOut(_ model: Model) -> String? {
        let down = model.snapshot.brokers.filter { BrokerWords.isDown($0) }.map(\.id)
        let paused = model.snapshot.brokers.filter { BrokerWords.isPaused($0) }.map(\.id)
        if let id = down.first {
            return model.cluster.isBundled
                ? "U on broker \(id) starts it again" : "broker \(id) has to be started on its host"
        }
        return paused.first.map { "Z on broker \($0) resumes it" }
    }
}

/// The Groups pane of Overview, worst first.
enum OverviewGroups {
    static let columns: [TableColumn] = [
        .name("group", title: "GROUP"),
        .number("lag", title: "LAG", width: 7),
        .words("trend", title: "TREND", width: 8, dropOrder: 1),
        .number("seconds", title: "SECONDS", width: 7, dropOrder: 2),
        .words("status", title: "STATUS", width: 7),
    ]

    static func list(_ model: Model) -> ListPage {
        let groups = model.snapshot.groups.filter { !$0.isConsole }.sorted { a, b in
            let x = model.figures.groups[a.name] ?? GroupFigures()
            let y = model.figures.groups[b.name] ?? GroupFigures()
            return (y.status, y.lag ?? -1, a.name) < (x.status, x.lag ?? -1, b.name)
        }.filter { !model.list.problemsOnly || (model.figures.groups[$0.name]?.status ?? .ok) != .ok }
        let narrow = model.size.width < 100
        var page = ListPage(
            title: "Groups",
            columns: narrow
                ? [
                    .name("group", title: ""), .number("lag", title: "", width: 8),
                    .words("status", title: "", width: 6),
                ]
                : columns, ids: groups.map(\.name), total: groups.count, sort: TableSort(column: "status"),
            row: { TableRow(GroupsScreen.cells(groups[$0], model)) })
        page.titleLeft = narrow ? "Groups" : "Groups, worst first"
        page.titleRight = StyledText(groups.isEmpty ? "" : "1/\(groups.count)", .muted)
        page.empty = [StyledText("No consumer groups.", .muted)]
        return page
    }
}

/// The Events pane of Overview, newest first.
enum OverviewEvents {
    static func list(_ model: Model) -> ListPage {
        let events = Array(model.events.newestFirst.prefix(100))
        let narrow = model.size.width < 100
        let hour = model.events.newestFirst.prefix { model.shownNow - $0.at <= 3_600_000 }.count
        let minute = model.events.newestFirst.prefix { model.shownNow - $0.at <= 60_000 }.count
        var page = ListPage(
            title: "Events", columns: [TableColumn("text", title: "", width: .rest(min: 10), gap: 0)],
            ids: events.indices.map { "\(model.events.total - $0)" }, total: events.count,
            sort: TableSort(column: "none"),
            row: { index in
                let event = events[index]
                let time = StyledText(Format.time(event.at, zone: model.zone), .timestamp)
                let named: [ClusterEvent.Kind] = [.group, .topic, .change, .config]
                let label = named.contains(event.kind) ? "" : "\(event.label) "
                return TableRow([
                    "text": time + " " + StyledText(narrow ? event.short : label + event.text, EventsScreen.role(event))
                ])
            })
        page.titleLeft = narrow ? "Events" : "Events, last first"
        let right = minute > 6 ? "\(minute) in the last minute" : "\(hour) in the last hour"
        page.titleRight = StyledText(events.isEmpty ? "" : right, .muted)
        page.empty = [StyledText("Nothing has happened since Klamm looks.", .muted)]
        return page
    }
}
