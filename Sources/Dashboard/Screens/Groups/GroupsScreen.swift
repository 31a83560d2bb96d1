import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 5: groups of all types.
enum GroupsScreen {
    static let columns: [TableColumn] = [
        .name("group", title: "GROUP", min: 18),
        .words("state", title: "STATE", width: 11, dropOrder: 8),
        .words("type", title: "TYPE", width: 8, dropOrder: 3),
        .number("members", title: "MEM", width: 3, dropOrder: 6),
        .number("topics", title: "TOP", width: 3, dropOrder: 4),
        .number("lag", title: "LAG", width: 7),
        .trend(dropOrder: 1),
        .number("seconds", title: "SEC", width: 5, dropOrder: 9),
        .number("change", title: "LAG/s", width: 6, dropOrder: 2),
        .number("eta", title: "ETA 0", width: 5, dropOrder: 7),
        .words("status", title: "STATUS", width: 6),
        .words("reason", title: "REASON", width: 20, dropOrder: 5),
    ]

    static func list(_ model: Model) -> ListPage {
        let groups = model.snapshot.groups
        let gone = model.recent.goneGroups
        let figures = model.figures.groups
        // Cells are worked out of a group only where they are looked at: there may be very many.
        func group(_ index: Int) -> GroupSnapshot {
            index < groups.count ? groups[index] : gone[index - groups.count]
        }
        func name(_ index: Int) -> String {
            index < groups.count ? groups[index].name : gone[index - groups.count].name
        }
        func status(_ index: Int) -> GroupStatus { verdict(index, model) }
        let defaultSort = TableSort(column: "status", descending: true)
        // As they are ranked already, where nothing else is asked for.
        let isRanked = model.list.sort ?? defaultSort == defaultSort && !model.showsInternal && gone.isEmpty
        let rows = model.rows {
            if isRanked, let ranking = model.report?.ranking { return ranking.worstFirst }
            let present = groups.indices.filter { model.showsInternal || !groups[$0].isConsole }
            let left = gone.indices.filter { model.showsInternal || !gone[$0].isConsole }.map { $0 + groups.count }
            // Equal ones stand by lag, then by name.
            var byLag = (present + left).map { (lag: figures[name($0)]?.value.lag ?? -1, index: $0) }
            byLag.sort { $0.lag == $1.lag ? name($0.index) < name($1.index) : $0.lag > $1.lag }
            return byLag.map(\.index)
        }
        let spec = ListSpec<Int>(
            title: "Groups", columns: columns, defaultSort: defaultSort, id: name, text: name,
            value: { $1 == "status" ? .int(status($0).rawValue) : value(group($0), $1, model) },
            words: { $1 == "status" ? verdictWord(status($0), group($0)) : nil },
            isProblem: { status($0) != .ok }, cells: { cells(group($0), model) },
            surface: { model.recent.surface(.group(name($0))) },
            cellSurfaces: { model.recent.surfaces(.group(name($0))) },
            trend: { figures[name($0)]?.course.trend(at: model.snapshot.at) ?? [] },
            comesInOrder: isRanked,
            find: { wanted in
                model.snapshot.place(ofGroup: wanted).flatMap { rows.firstIndex(of: $0) }
                    ?? rows.firstIndex { $0 >= groups.count && name($0) == wanted }
            }, keepsOrder: model.keepsOrder)
        var page = spec.page(rows, model.list)
        page.total = gone.isEmpty ? rows.count : rows.count { $0 < groups.count }
        page.nothingWrong = "Every group is OK."
        page.empty = ["No groups. A group appears when a client commits or joins."]
        page.footer = sentences(page.ids, model) + Stale.lines(model)
        return page
    }

    private static func value(_ group: GroupSnapshot, _ column: String, _ model: Model) -> SortValue {
        let figures = model.figures.group(group.name)
        switch column {
        case "group": return .text(group.name)
        case "state": return .text(group.state)
        case "type": return .text(group.type)
        case "members": return group.isUntold ? .unknown : .int(group.members.count)
        case "topics": return group.isUntold ? .unknown : .int(group.topics.count)
        case "lag", "trend": return .number(figures.lag)
        case "seconds": return .optional(figures.seconds)
        case "change": return .optional(figures.lagPerSecond)
        case "eta": return figures.eta.sortValue
        case "status": return .int(figures.status.rawValue)
        case "reason": return .text(GroupWords.reason(group, model))
        case "topic": return .text(group.topics.joined(separator: " "))
        default: return .unknown
        }
    }

    static func status(_ status: GroupStatus) -> StyledText {
        StyledText(status.word, status == .ok ? .text : status == .warn ? .healthDegraded : .healthBad)
    }

    /// What the status of a group is searched by, of which the number is only an order.
    static func verdictWord(_ status: GroupStatus, _ group: GroupSnapshot?) -> String {
        group?.isJudged ?? true ? status.word : Figure.none.plain
    }

    static func cells(_ group: GroupSnapshot, _ model: Model) -> [String: StyledText] {
        let figures = model.figures.group(group.name)
        let stateRole: Role =
            group.isRebalancing
            ? .groupRebalancing
            : group.state == "stable" ? .groupStable : group.state == "dead" ? .groupDead : .groupEmpty
        let seconds = figures.seconds.map { (figures.isStale ? "~" : "") + secondsText($0, stale: figures.isStale) }
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
            "members": group.isUntold ? Figure.unknown : StyledText("\(group.members.count)", .number),
            "topics": group.isUntold ? Figure.unknown : StyledText("\(group.topics.count)", .number),
            "lag": Figure.lag(
                figures.lag, high: figures.status != .ok, stale: figures.isStale, estimate: figures.isEstimate),
            "seconds": seconds.map { StyledText($0, .number) } ?? Figure.unknown,
            "change": change ?? Figure.unknown,
            "eta": eta,
            "status": group.isJudged ? status(figures.status) : Figure.none,
            "reason": StyledText(GroupWords.reason(group, model), .muted),
        ]
    }

    /// An age in a column of five cells, of which one is for `~`: two units while they fit, else the larger one.
    static func secondsText(_ seconds: Double, stale: Bool = false) -> String {
        let text = Format.duration(seconds)
        return TextWidth.of(text) + (stale ? 1 : 0) <= 5 ? text : Format.age(seconds)
    }

    /// Lines that sentences take at most.
    private static let sentencesShown = 6
    /// Groups that are OK are looked at for a sentence as far as this.
    private static let looksForSentences = 200

    /// The sentences of groups that have one: those that are not OK first, then those between states, then the rest.
    private static func sentences(_ ids: RowIDs, _ model: Model) -> [StyledText] {
        model.kept("with a sentence") { told(ids, model) }.map { group in
            StyledText(Cut.middle.cut(group.name, to: 19).padded(to: 20))
                + StyledText(GroupWords.sentence(group, model))
        }
    }

    /// The groups whose sentences are shown. Looked for in the order of their ranking, as far as it takes to find them.
    private static func told(_ ids: RowIDs, _ model: Model) -> [GroupSnapshot] {
        let groups = model.snapshot.groups
        // Names are looked at only where some are left out.
        let listed = model.list.filter.isEmpty && !model.list.problemsOnly ? nil : Set(ids)
        var told: [GroupSnapshot] = []
        func tell(_ places: some Sequence<Int>) {
            for place in places {
                guard told.count < sentencesShown else { return }
                guard listed?.contains(groups[place].name) ?? true else { continue }
                if !GroupWords.sentence(groups[place], model).isEmpty { told.append(groups[place]) }
            }
        }
        let worstFirst = model.report?.ranking.worstFirst ?? []
        tell(worstFirst.lazy.filter { verdict($0, model) != .ok })
        tell(worstFirst.lazy.filter { verdict($0, model) == .ok && groups[$0].isRebalancing })
        let first = ids.prefix(looksForSentences).lazy.compactMap(model.snapshot.place(ofGroup:))
        tell(first.filter { verdict($0, model) == .ok && !groups[$0].isRebalancing })
        return told
    }

    /// What is thought of the group at a place of the picture; one that is gone is nobody's worry.
    private static func verdict(_ place: Int, _ model: Model) -> GroupStatus {
        guard let verdicts = model.report?.ranking.verdicts, place < verdicts.count else { return .ok }
        return verdicts[place]
    }

    static func details(_ name: String, _ model: Model) -> [StyledText] {
        guard let group = model.snapshot.group(name) else { return [] }
        func fact(_ name: String, _ text: String) -> StyledText {
            StyledText(name.padded(to: 20), .muted) + StyledText(text)
        }
        var lines = [
            "", fact("coordinator", group.coordinator.map(String.init) ?? "?"),
            fact("topics", group.topics.joined(separator: ", ")),
        ]
        if group.isStreams {
            lines += StreamsWords.topology(group).map { fact($0.name, $0.text) }
        } else {
            lines.append(fact("assignor", group.assignor ?? "—"))
        }
        if group.isShare { lines.append(fact("offsets", GroupWords.notJudged)) }
        return lines
    }
}

extension LagEstimate {
    /// Never comes after every moment.
    var sortValue: SortValue {
        switch self {
        case .never: .number(.infinity)
        case .seconds(let seconds): .number(seconds)
        case .none: .unknown
        }
    }
}
