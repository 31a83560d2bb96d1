import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 9: the metadata quorum.
enum QuorumScreen {
    static let columns: [TableColumn] = [
        .words("id", title: "ID", width: 5, gap: 0),
        .words("role", title: "ROLE", width: 9, dropOrder: 6, gap: 0),
        .words("state", title: "STATE", width: 16),
        TableColumn("endpoint", title: "HOST:PORT", width: .rest(min: 16), dropOrder: 3, cut: .middle),
        .number("end", title: "LOG END", width: 12, dropOrder: 4),
        .number("lag", title: "LAG", width: 6, dropOrder: 5),
        .number("fetched", title: "LAST FETCH", width: 10, dropOrder: 2),
        .number("caught", title: "CAUGHT UP", width: 10),
        .words("directory", title: "DIRECTORY", width: 12, dropOrder: 1),
    ]

    static func list(_ model: Model) -> ListPage {
        let quorum = model.snapshot.quorum?.value
        let nodes =
            (quorum?.voters ?? []).map { ($0, true) }.sorted { $0.0.id < $1.0.id }
            + (quorum?.observers ?? []).map { ($0, false) }.sorted { $0.0.id < $1.0.id }
        let spec = ListSpec<(QuorumNode, Bool)>(
            title: "Quorum", columns: columns, defaultSort: TableSort(column: "none"), id: { "\($0.0.id)" },
            text: { "\($0.0.id) \($0.1 ? "voter" : "observer")" },
            value: { node, column in
                switch column {
                case "id": .int(Int(node.0.id))
                case "end": .number(node.0.logEnd)
                case "lag": .number(quorum.map { $0.logEnd - node.0.logEnd })
                case "role": .text(node.1 ? "a" : "b")
                default: .unknown
                }
            },
            isProblem: { _ in false }, cells: { cells($0.0, voter: $0.1, model) })
        var page = spec.page(nodes, model.list)
        page.titleLeft = "Quorum"
        if model.list.sort == nil {
            page.titleRight = StyledText("\(Stale.titlePrefix(model))sort: role, id", .muted)
        }
        page.isDetail = true
        page.footerIndent = 1
        page.header = header(model)
        page.footer = footer(model)
        page.empty = [StyledText(model.snapshot.quorumRefusal ?? "reading")]
        return page
    }

    private static func header(_ model: Model) -> [StyledText] {
        guard let quorum = model.snapshot.quorum?.value else { return [] }
        let caughtUp = min(quorum.caughtUpVoters(now: model.shownNow), model.snapshot.votersUp ?? .max)
        let majority: StyledText =
            caughtUp < quorum.majority
            ? StyledText(
                "majority LOST: \(caughtUp) of \(quorum.voters.count) voters; no leader moves, no change is possible",
                .healthBad)
            : StyledText(
                "majority    \(quorum.majority) of \(quorum.voters.count) voters needed; \(caughtUp) are caught up: "
                    + spare(caughtUp - quorum.majority))
        let features = quorum.features.filter { $0.key == "metadata.version" || $0.key == "kraft.version" }
            .sorted { $0.key > $1.key }.map { feature($0.key, $0.value) + "   " }.joined()
        let snapshot = checkpoint(quorum, model)
        let isNarrow = model.size.width < 100
        return [
            leader(quorum, model),
            majority,
            StyledText(
                "high watermark \(Format.count(Int(quorum.highWatermark)))   "
                    + "log end \(Format.count(Int(quorum.logEnd)))\(committed(model))"
                    + (isNarrow || snapshot.isEmpty ? "" : "   \(snapshot)")),
        ] + (isNarrow && !snapshot.isEmpty ? [StyledText(snapshot)] : []) + [
            StyledText("\(features)cluster id \(model.snapshot.clusterID ?? "?")", .muted), "",
        ]
    }

    private static func leader(_ quorum: QuorumSnapshot, _ model: Model) -> StyledText {
        let since = quorum.since.map { at in
            ", since \(Format.time(at, zone: model.zone)) (\(Format.uptime(Double(model.shownNow - at) / 1_000)))"
        }
        if let lost = model.snapshot.quorumLostSince {
            return StyledText("leader      ") + StyledText("none", .healthBad)
                + StyledText(
                    "  since \(Format.time(lost, zone: model.zone)); last was "
                        + "\(quorum.leader.map(String.init) ?? "?") in epoch \(quorum.epoch)")
        }
        return StyledText("leader      ") + StyledText(quorum.leader.map(String.init) ?? "none")
            + StyledText("     epoch \(quorum.epoch)\(since ?? "")\(election(quorum, model))")
    }

    private static func election(_ quorum: QuorumSnapshot, _ model: Model) -> String {
        let isNarrow = model.size.width < 100
        return quorum.election.map { (isNarrow ? "   elected in " : "       last election ") + Times.short($0) } ?? ""
    }

    private static func checkpoint(_ quorum: QuorumSnapshot, _ model: Model) -> String {
        guard let found = quorum.snapshot else { return "" }
        let at = Format.moment(found.at, now: model.shownNow, zone: model.zone)
        return "snapshot \(Format.count(Int(found.end))) at \(at)"
    }

    private static func committed(_ model: Model) -> String {
        model.figures.metadataRecords.now.map { "   committed +\(Format.rate($0))/s" } ?? ""
    }

    /// A feature with its level, the metadata version by its name.
    ///
    /// - Parameter most: the highest level that brokers could run, said where it is known.
    private static func feature(_ name: String, _ level: Int, upTo most: Int? = nil) -> String {
        func text(_ level: Int) -> String { name == "metadata.version" ? MetadataVersion.name(level) : "\(level)" }
        return "\(name) \(text(level))" + (most.map { " (up to \(text($0)))" } ?? "")
    }

    private static func spare(_ count: Int) -> String {
        switch count {
        case 0: "none may be lost"
        case 1: "one may be lost"
        default: "\(count) may be lost"
        }
    }

    private static func footer(_ model: Model) -> [StyledText] {
        let elections = model.events.newestFirst.lazy.filter { $0.kind == .controller }.prefix(6)
        var lines: [StyledText] = []
        for (index, event) in elections.enumerated() {
            let title = index == 0 ? "ELECTIONS  " : "           "
            lines.append(StyledText("\(title)\(Format.time(event.at, zone: model.zone))  \(event.text)"))
        }
        guard let quorum = model.snapshot.quorum?.value, !quorum.features.isEmpty else { return lines }
        let named = quorum.features.sorted {
            ($0.key == "metadata.version" ? "" : $0.key) < ($1.key == "metadata.version" ? "" : $1.key)
        }.map { feature($0.key, $0.value, upTo: quorum.supported[$0.key]) }
        if !lines.isEmpty { lines.append("") }
        for (index, line) in fitted(named, width: Frame.body(model.size).width - 15).enumerated() {
            lines.append(StyledText((index == 0 ? "FEATURES   " : "           ") + line))
        }
        return lines
    }

    /// Words in lines of a width, three blanks apart.
    private static func fitted(_ words: [String], width: Int) -> [String] {
        words.reduce(into: []) { lines, word in
            if let last = lines.last, TextWidth.of(last) + 3 + TextWidth.of(word) <= width {
                lines[lines.count - 1] = last + "   " + word
            } else {
                lines.append(word)
            }
        }
    }

    private static func cells(_ node: QuorumNode, voter: Bool, _ model: Model) -> [String: StyledText] {
        let quorum = model.snapshot.quorum?.value
        let isLeader = quorum?.leader == node.id && model.snapshot.hasQuorum
        let star = isLeader ? " \(model.glyphs.controller)" : ""
        func age(_ at: Timestamp?) -> StyledText {
            guard !isLeader else { return Figure.none }
            guard let at else { return Figure.unknown }
            let seconds = Double(max(0, model.shownNow - at)) / 1_000
            return StyledText(Format.duration(seconds), voter && seconds > 5 ? .healthDegraded : .number)
        }
        let broker = model.snapshot.broker(node.id)
        let isDown = broker.map { !$0.state.isLive } ?? false
        return [
            "id": StyledText("\(node.id)\(star)"),
            "role": StyledText(voter ? "voter" : "observer", voter ? .text : .muted),
            "state": isDown
                ? broker.map { BrokerWords.state($0, model, short: true) } ?? Figure.unknown
                : !model.snapshot.hasQuorum
                    ? StyledText("up, no leader", .healthDegraded)
                    : StyledText(isLeader ? "leader" : "follower", isLeader ? .leader : .text),
            "endpoint": StyledText(node.endpoint ?? broker?.address ?? "?"),
            // A leader that has just been elected has not heard of all yet.
            "end": Figure.count(node.logEnd < 0 ? nil : node.logEnd),
            "lag": Figure.count(node.logEnd < 0 ? nil : quorum.map { max(0, $0.logEnd - node.logEnd) }),
            "fetched": age(node.fetchedAt), "caught": age(node.caughtUpAt),
            "directory": StyledText(node.directoryID ?? "—", .muted),
        ]
    }
}
