import ClusterInsight
import KafkaProtocol
import TerminalUI

/// All clusters of the settings: which one is shown, and how the others do. They are asked while it is looked at.
enum ClustersScreen {
    static let columns: [TableColumn] = [
        TableColumn("name", title: "NAME", width: .upTo(min: 18, max: 24), gap: 0, cut: .middle),
        .words("shown", title: "", width: 5, dropOrder: 10),
        TableColumn("bootstrap", title: "BOOTSTRAP", width: .fixed(18), dropOrder: 1, cut: .middle),
        .number("brokers", title: "BROKERS", width: 7, dropOrder: 9),
        .number("controller", title: "CTRL", width: 4, dropOrder: 2),
        .number("urp", title: "URP", width: 5, dropOrder: 8),
        .number("offline", title: "OFFLINE", width: 7, dropOrder: 7),
        .words("version", title: "VERSION", width: 8, dropOrder: 3),
        .number("latency", title: "LATENCY", width: 7, dropOrder: 6),
        .number("asked", title: "ASKED", width: 5, dropOrder: 4),
        TableColumn("state", title: "STATE", width: .rest(min: 18)),
    ]

    /// One cluster as it is shown.
    struct Row {
        var info: ClusterInfo
        var isShown = false
        /// What it told last; of the cluster being shown what the newest picture says.
        var answer: ClusterAnswer?
        /// When it told.
        var answeredAt: Timestamp?
        /// When the newest question to it ended, with an answer or without.
        var askedAt: Timestamp?
        /// Whether it has not told for longer than it should.
        var isStale = false
        var state: StyledText = ""
        /// Why nobody answers.
        var failure: String?
        /// Whether it is the bundled one, and does not run.
        var isStopped = false

        init(info: ClusterInfo, _ asked: ClusterAsked) {
            self.info = info
            answer = asked.answer?.value
            answeredAt = asked.answer?.at
            askedAt = asked.last?.at
        }

        var hasProblem: Bool { failure != nil || answer?.hasProblem ?? false }
    }

    static func list(_ model: Model) -> ListPage {
        let spec = ListSpec<Row>(
            title: "Clusters", columns: columns, defaultSort: TableSort(column: "name"), id: { $0.info.name },
            text: { "\($0.info.name) \($0.info.origin)" }, value: { value($0, $1, model) },
            isProblem: \.hasProblem, cells: { cells($0, model) })
        let rows = model.clusters.map { row($0, model) }
        var page = spec.page(rows, model.list)
        page.nothingWrong = "No cluster has a problem."
        let byName = Dictionary(rows.map { ($0.info.name, $0) }, uniquingKeysWith: { first, _ in first })
        page.footer = failures(page.ids.compactMap { byName[$0] }, model)
        return page
    }

    static func row(_ info: ClusterInfo, _ model: Model) -> Row {
        let asked = model.clustersAsked[info.name] ?? ClusterAsked()
        guard info.name != model.cluster.name else { return shownRow(info, asked, model) }
        var row = Row(info: info, asked)
        switch asked.last?.value {
        case .answered?: row.state = StyledText("answers")
        case .failed(let why)?:
            row.failure = why
            row.state = StyledText(why, .healthBad)
        case .stopped?:
            row.isStopped = true
            row.state = StyledText("stopped", .muted)
        case nil: row.state = asked.isWaiting ? StyledText("asking", .muted) : Figure.unknown
        }
        let isOld = row.answeredAt.map { model.now - $0 > 3 * ClusterActions.interval } ?? false
        row.isStale = row.failure != nil || isOld
        return row
    }

    /// Of the cluster being shown more is known than an answer every few seconds tells.
    private static func shownRow(_ info: ClusterInfo, _ asked: ClusterAsked, _ model: Model) -> Row {
        var row = Row(info: info, asked)
        row.isShown = true
        if let report = model.report {
            var answer = ClusterAnswer(report)
            answer.version = answer.version ?? row.answer?.version
            answer.latency = row.answer?.latency
            row.answer = answer
            row.answeredAt = report.snapshot.sources.first { $0.name == .metadata }?.answeredAt ?? report.snapshot.at
            row.askedAt = row.answeredAt
        }
        switch model.connection {
        case .live: row.state = StyledText("answers")
        case .starting: row.state = StyledText("starting", .muted)
        case .lost(let since):
            row.failure = "no broker answers since \(Format.time(since, zone: model.zone))"
        case .unreachable(let tries, _):
            row.failure = tries.isEmpty ? nil : tries.map { "\($0.address): \($0.error)" }.joined(separator: "; ")
            row.state = StyledText("connecting", .muted)
        }
        if let failure = row.failure {
            row.state = StyledText(failure, .healthBad)
            row.isStale = true
        }
        return row
    }

    private static func value(_ row: Row, _ column: String, _ model: Model) -> SortValue {
        switch column {
        case "name": .text(row.info.name)
        case "shown": .int(row.isShown ? 0 : 1)
        case "bootstrap": .text(row.info.origin)
        case "brokers": .optional(row.answer.map { Double($0.brokersUp) })
        case "controller": .optional(row.answer?.controller.map { Double($0) })
        case "urp": .optional(row.answer.map { Double($0.underReplicated) })
        case "offline": .optional(row.answer.map { Double($0.offline) })
        case "version": row.answer?.version.map { .text($0) } ?? .unknown
        case "latency": .optional(row.answer?.latency)
        case "asked": .number(row.askedAt.map { model.now - $0 })
        case "state": .text(row.state.plain)
        default: .unknown
        }
    }

    private static func cells(_ row: Row, _ model: Model) -> [String: StyledText] {
        let answer = row.answer
        let unknown = row.isStopped ? Figure.none : Figure.unknown
        func figure(_ text: String, _ role: Role = .number) -> StyledText { Figure.aged(text, role, row.isStale) }
        func bad(_ count: Int?, _ role: Role) -> StyledText {
            count.map { Figure.bad($0, role: role, stale: row.isStale, width: 5) } ?? unknown
        }
        return [
            "name": StyledText(row.info.name, row.info.tag ?? .text)
                + StyledText(row.info.readOnlyReason == nil ? "" : " (read-only)", .muted),
            "shown": StyledText(row.isShown ? "shown" : "", .healthOk),
            "bootstrap": StyledText(row.info.origin, .muted),
            "brokers": answer.map {
                figure("\($0.brokersUp)/\($0.brokersKnown)", $0.brokersUp < $0.brokersKnown ? .healthBad : .number)
            } ?? unknown,
            "controller": answer.map {
                $0.controller.map { figure("\($0)") } ?? figure("none", .healthBad)
            } ?? unknown,
            "urp": bad(answer?.underReplicated, .healthDegraded), "offline": bad(answer?.offline, .healthBad),
            "version": answer.map { $0.version.map { StyledText($0) } ?? Figure.none } ?? unknown,
            "latency": answer.map { $0.latency.map { figure(latency($0)) } ?? Figure.unknown } ?? unknown,
            "asked": row.askedAt.map { StyledText(Format.age(Double(max(0, model.now - $0)) / 1_000), .number) }
                ?? Figure.none,
            "state": row.state,
        ]
    }

    /// `0.4 ms`, `38 ms`, `1.6 s`.
    private static func latency(_ milliseconds: Double) -> String {
        milliseconds < 10 ? "\(Format.decimal(milliseconds, places: 1)) ms" : Times.short(Int64(milliseconds))
    }

    /// Lines below the table at most.
    private static let sentences = 6

    /// Why clusters do not answer, in full, as their cells have little room.
    private static func failures(_ rows: [Row], _ model: Model) -> [StyledText] {
        let indent = 16
        let width = max(20, Frame.body(model.size).width - 4 - indent)
        let lines = rows.flatMap { row -> [StyledText] in
            guard let failure = row.failure else { return [] }
            return Wrap.lines(failure, width: width).enumerated().map { index, line in
                let name = index == 0 ? Cut.middle.cut(row.info.name, to: indent - 1) : ""
                return StyledText(name.padded(to: indent)) + StyledText(line, .muted)
            }
        }
        return Array(lines.prefix(sentences))
    }

    /// More lines of `d`.
    static func details(_ name: String, _ model: Model) -> [StyledText] {
        guard let info = model.clusters.first(where: { $0.name == name }) else { return [] }
        let row = row(info, model)
        var lines: [StyledText] = []
        func add(_ title: String, _ text: String?) {
            guard let text, !text.isEmpty else { return }
            lines.append(StyledText(title.padded(to: 20), .muted) + StyledText(text))
        }
        add("read-only by", info.readOnlyReason)
        let answered = row.isStale ? row.answeredAt : nil
        add("answered last", answered.map { Format.moment($0, now: model.now, zone: model.zone) })
        add("cluster id", row.answer?.id)
        add("topics", row.answer.map { "\(Format.count($0.topics)) with \(PartitionNames.count($0.partitions))" })
        if row.isStopped { add("start", "Enter shows it, which starts it") }
        return lines
    }
}
