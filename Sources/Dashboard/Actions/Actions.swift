import TerminalUI

/// The binding table of every place, with the keys that a person has chosen.
package enum Actions {
    /// All actions of a place, in the order of the hint line: its own, then those that work everywhere.
    package static func table(_ place: Place, _ keys: KeyMap = KeyMap()) -> [Action] {
        table(of: own(place, keys), keys)
    }

    /// The same of what is shown now.
    static func table(_ model: Model) -> [Action] { table(of: own(model), model.keys) }

    private static func table(of all: [Action], _ keys: KeyMap) -> [Action] {
        let shared = Set(everywhere.map(\.id))
        let own = all.filter { !shared.contains($0.id) }
        let taken = Set(own.flatMap(\.keys))
        return own + keys.applied(to: everywhere).filter { action in !action.keys.contains { taken.contains($0) } }
    }

    /// The actions of what is shown now: those of the place, or of the state that stands in for it.
    package static func own(_ model: Model) -> [Action] {
        model.keys.applied(to: shipped(model))
    }

    /// The same with the keys that Klamm comes with.
    static func shipped(_ model: Model) -> [Action] {
        switch Screens.state(model) {
        case .starting: StateActions.starting
        case .unreachable: StateActions.unreachable
        case nil: shipped(model.place)
        }
    }

    /// An action that works everywhere, by id.
    static func everywhere(_ id: String) -> Action {
        guard let action = everywhere.first(where: { $0.id == id }) else { fatalError("no action \(id)") }
        return action
    }

    /// The actions only this place has.
    package static func own(_ place: Place, _ keys: KeyMap = KeyMap()) -> [Action] {
        keys.applied(to: shipped(place))
    }

    private static func shipped(_ place: Place) -> [Action] {
        switch place {
        case .overview: OverviewActions.table
        case .clusters: ClusterActions.table
        case .brokers: BrokerActions.list
        case .broker(_, let tab): BrokerActions.detail(tab)
        case .topics: TopicActions.list
        case .topic(_, let tab): TopicActions.detail(tab)
        case .partitions, .partitionMap: PartitionActions.table
        case .groups: GroupActions.list
        case .group: GroupActions.detail
        case .transactions: WriterActions.transactions
        case .producers: WriterActions.topicProducers
        case .analysis: AnalysisActions.table
        case .messages: MessageActions.table
        case .reassign: ReassignActions.table
        case .plan: ReassignActions.wizard
        case .events: EventActions.timeline
        case .journal: EventActions.journal
        case .quorum: QuorumActions.table
        }
    }

    /// What works on every screen.
    package static let everywhere: [Action] = moving + looking + always

    static let moving: [Action] = [
        Action(
            "row", [.up, .down, .char("j"), .char("k")], keyText: "↑↓ j k", help: "one row", group: .move,
            run: { _ in [] }),
        Action("page", [.pageUp, .pageDown], keyText: "PgUp PgDn", help: "page", group: .move, run: { _ in [] }),
        Action(
            "half", [.control("d"), .control("u")], keyText: "C-d C-u", help: "half page", group: .move,
            run: { _ in [] }),
        Action(
            "ends", [.char("g"), .char("G"), .home, .end], keyText: "g G", help: "first, last", group: .move,
            run: { _ in [] }),
        Action(
            "column.left", [.char("h"), .left], keyText: "h l ←→", help: "columns", group: .move,
            run: { model in Moves.column(-1, &model) }),
        Action(
            "column.right", [.char("l"), .right], keyText: "", help: "columns to the right", group: .move,
            run: { model in Moves.column(1, &model) }),
        Action(
            "tab.next", [.tab], keyText: "Tab S-Tab", help: "tabs, panes", group: .move,
            run: { model in Navigation.tab(1, &model) }),
        Action(
            "tab.previous", [.backTab], keyText: "", help: "tab, pane before", group: .move,
            run: { model in Navigation.tab(-1, &model) }),
        Action(
            "screen", (1...9).map { .char(Character("\($0)")) }, keyText: "1 – 9", help: "screens", group: .move,
            run: { _ in [] }),
        Action(
            "back", [.char("[")], keyText: "[ ]", help: "back, forward", group: .move,
            run: { model in Navigation.back(&model) }),
        Action(
            "forward", [.char("]")], keyText: "", help: "forward", group: .move,
            run: { model in Navigation.forward(&model) }),
    ]

    /// What every screen shows about its rows; `?` lists it with the screen's own.
    static let looking: [Action] = [
        Action("describe", [.char("d")], help: "describe", run: { model in Moves.describe(&model) }),
        Action(
            "problems", [.char("!")], help: "problems only",
            run: { model in
                model.toggleProblemsOnly()
                return []
            }),
        Action(
            "internal", [.char("i")], help: "internal topics and groups",
            run: { model in
                model.showsInternal.toggle()
                model.say(model.showsInternal ? "internal topics and groups are shown" : "internal ones are hidden")
                return []
            }),
        Action(
            "wide", [.char("w")], help: "all columns",
            run: { model in Moves.wide(&model) }),
        Action(
            "copy", [.char("y")], help: "copy name, row, JSON or command", run: { model in CopyChoice.open(&model) }),
    ]

    static let always: [Action] = [
        Action(
            "command", [.char(":")], hint: "command", help: "command", group: .always,
            run: { model in Prompts.open(.command, &model) }),
        Action("filter", [.char("/")], help: "filter", group: .always, run: { model in Prompts.open(.filter, &model) }),
        Action(
            "keys", [.char("?"), .function(1)], keyText: "?", hint: "keys", help: "keys of this screen",
            group: .always,
            run: { model in
                model.popup = .keys(KeysPopup())
                return []
            }),
        Action(
            "sort", [.char("s")], keyText: "s < >", help: "sort", group: .always,
            run: { model in SortChoice.open(&model) }),
        Action(
            "sort.left", [.char("<")], keyText: "", help: "sort by the column before", group: .always,
            run: { model in SortChoice.step(-1, &model) }),
        Action(
            "sort.right", [.char(">")], keyText: "", help: "sort by the column after", group: .always,
            run: { model in SortChoice.step(1, &model) }),
        Action(
            "mark", [.char(" ")], keyText: "Space v", help: "mark, range", group: .always,
            run: { model in Moves.mark(&model) }),
        Action(
            "range", [.char("v")], keyText: "", help: "mark a range", group: .always,
            run: { model in Moves.range(&model) }),
        Action(
            "invert", [.char("*")], keyText: "* \\", help: "invert, clear", group: .always,
            run: { model in Moves.invert(&model) }),
        Action(
            "clear", [.char("\\")], keyText: "", help: "clear the marks", group: .always,
            run: { model in
                model.list.marks = []
                return []
            }),
        Action(
            "interval", [.char("a")], keyText: "a r z", help: "interval, refresh, freeze", group: .always,
            run: { model in Moves.interval(&model) }),
        Action(
            "refresh", [.char("r")], keyText: "", help: "refresh now", group: .always,
            run: { model in
                model.say("asked again")
                return [.refresh]
            }),
        Action(
            "freeze", [.char("z")], keyText: "", help: "freeze the screen", group: .always,
            run: { model in Moves.freeze(&model) }),
        Action(
            "save", [.control("s")], keyText: "C-s", help: "save what is shown", group: .always,
            run: { model in Prompts.open(.save, &model) }),
        Action(
            "leave", [.char("q")], keyText: "q C-c", help: "back, quit", group: .always,
            run: { model in Navigation.leave(&model) }),
        Action("quit", [.control("c")], keyText: "", help: "quit", group: .always, run: { _ in [.quit] }),
        Action(
            "suspend", [.control("z")], keyText: "C-z C-l", help: "suspend, repaint", group: .always,
            run: { _ in [.suspend] }),
        Action("repaint", [.control("l")], keyText: "", help: "repaint", group: .always, run: { _ in [.repaint] }),
    ]
}
