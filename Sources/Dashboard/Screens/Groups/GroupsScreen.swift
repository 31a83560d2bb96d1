import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 5: consumer groups.
enum GroupsScreen {
    static let columns: [TableColumn] = [
        .name("group", title: "GROUP"),
        .words("state", title: "STATE", width: 11),
        .words("type", title: "TYPE", width: 8, dropOrder: 3),
        .number("members", title: "MEM", width: 3, dropOrder: 6),
        .number("topics", title: "TOP", width: 3, dropOrder: 4),
        .number("lag", title: "LAG", width: 7),
        .trend(dropOrder: 1),
        .number("seconds", title: "SEC", width: 5),
        .number("change", title: "LAG/s", width: 6, dropOrder: 2),
        .number("eta", title: "ETA 0", width: 5),
        .words("status", title: "STATUS", width: 6),
        .words("reason", title: "REASON", width: 20, dropOrder: 5),
    ]

    static func list(_ model: Model) -> ListPage {
        func isShown(_ group: GroupSnapshot) -> Bool { !group.isConsole || model.showsInternal }
        let present = model.snapshot.groups.filter(isShown)
        var page = spec(model).page(byLag(present + model.recent.goneGroups.filter(isShown), model), model.list)
        page.total = present.count
        page.nothingWrong = "Every group is OK."
        page.empty = ["No consumer groups. A group appears when a client commits or joins."]
        page.footer = sentences(page.ids, model) + Stale.lines(model)
        return page
    }

    private static func byLag(_ groups: [GroupSnapshot], _ model: Model) -> [GroupSnapshot] {
        groups.sorted {
            (model.figures.groups[$1.name]?.lag ?? -1, $0.name) < (model.figures.groups[$0.name]?.lag ?? -1, $1.name)
        }
    }

    private static func spec(_ model: Model) -> ListSpec<GroupSnapshot> {
        ListSpec<GroupSnapshot>(
            title: "Groups", columns: columns, defaultSort: TableSort(column: "status", descending: true),
            id: { $0.name }, text: { $0.name }, value: { value($0, $1, model) },
            isProblem: { (model.figures.groups[$0.name]?.status ?? .ok) != .ok }, cells: { cells($0, model) },
            surface: { model.recent.surface(.group($0.name)) },
            cellSurfaces: { model.recent.surfaces(.group($0.name)) },
            trend: { model.figures.groups[$0.name]?.history ?? [] })
    }

    private static func value(_ group: GroupSnapshot, _ column: String, _ model: Model) -> SortValue {
        let figures = model.figures.groups[group.name] ?? GroupFigures()
        switch column {
        case "group": return .text(group.name)
        case "state": return .text(group.state)
        case "type": return .text(group.type)
        case "members": return .int(group.members.count)
        case "topics": return .int(group.topics.count)
        case "lag", "trend": return .number(figures.lag)
        case "seconds": return .optional(figures.seconds)
        case "change": return .optional(figures.lagPerSecond)
        case "status": return .int(figures.status.rawValue)
        case "reason": return .text(GroupWords.reason(group, model))
        case "topic": return .text(group.topics.joined(separator: " "))
        default: return .unknown
        }
    }

    static func status(_ status: GroupStatus) -> StyledText {
        StyledText(status.word, status == .ok ? .text : status == .warn ? .healthDegraded : .healthBad)
    }

    static func cells(_ group: GroupSnapshot, _ model: Model) -> [String: StyledText] {
        let figures = model.figures.groups[group.name] ?? GroupFigures()
        let stateRole: Role =
            group.isRebalancing
            ? .groupRebalancing
            : group.state == "stable" ? .groupStable : group.state == "dead" ? .groupDead : .groupEmpty
        let seconds = figures.seconds.map { (figures.isStale ? "~" : "") + secondsText($0) }
        let change = figures.lagPerSecond.map { value -> StyledText in
            let whole = value.rounded()
            return StyledText(
                Format.changeRate(whole), whole > 0 ? .deltaUp : whole < 0 ? .deltaDown : .muted)
        }
        let eta: StyledText =
            switch figures.eta {
            case .never: StyledText("never", .deltaUp)
            case .seconds(let seconds): StyledText(Format.duration(seconds), .number)
            case .none: Figure.none
            }
        return [
            "group": StyledText(group.name),
            "state": Figure.aged(
                group.state, stateRole, group.describedAt.map { model.isStale($0, source: .groups) } ?? false),
            "type": StyledText(group.type, .muted),
            "members": StyledText("\(group.members.count)", .number),
            "topics": StyledText("\(group.topics.count)", .number),
            "lag": Figure.lag(figures.lag, high: figures.status != .ok, stale: figures.isStale),
            "seconds": seconds.map { StyledText($0, .number) } ?? Figure.unknown,
            "change": change ?? Figure.unknown,
            "eta": eta,
            "status": status(figures.status),
            "reason": StyledText(GroupWords.reason(group, model), .muted),
        ]
    }

    /// Tenths below ten seconds only where they say something.
    static func secondsText(_ seconds: Double) -> String { Format.duration(seconds) }

    /// The sentences of groups that have one: those that are not OK first, then those between states, then the rest.
    private static func sentences(_ ids: [String], _ model: Model) -> [StyledText] {
        let explained = ids.compactMap { id -> (rank: Int, line: StyledText)? in
            guard let group = model.snapshot.group(id) else { return nil }
            let sentence = GroupWords.sentence(group, model)
            if sentence.isEmpty { return nil }
            let status = model.figures.groups[id]?.status ?? .ok
            let rank = status != .ok ? 0 : group.isRebalancing ? 1 : 2
            return (rank, StyledText(Cut.middle.cut(id, to: 19).padded(to: 20)) + StyledText(sentence))
        }
        let sorted = explained.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        return sorted.prefix(6).map(\.element.line)
    }

    static func details(_ name: String, _ model: Model) -> [StyledText] {
        guard let group = model.snapshot.group(name) else { return [] }
        let coordinator = group.coordinator.map(String.init) ?? "?"
        return [
            "", StyledText("coordinator".padded(to: 20), .muted) + StyledText(coordinator),
            StyledText("topics".padded(to: 20), .muted) + StyledText(group.topics.joined(separator: ", ")),
            StyledText("assignor".padded(to: 20), .muted) + StyledText(group.assignor ?? "—"),
        ]
    }
}
