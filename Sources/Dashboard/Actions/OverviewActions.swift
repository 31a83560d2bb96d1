import TerminalUI

/// What works on Overview.
enum OverviewActions {
    static let table: [Action] =
        [
            Action(
                "overview.pane", [], keyText: "Tab", hint: "pane", help: "next pane", run: { Navigation.tab(1, &$0) }),
            Action("overview.open", [.enter], hint: "open", help: "open", run: { OverviewScreen.open(&$0) }),
            Action(
                "overview.problems", [.char("!")], hint: "problems only", help: "problems only",
                run: { model in
                    model.list.problemsOnly.toggle()
                    return []
                }),
            Action(
                "overview.interval", [.char("a")], hint: "interval", help: "refresh interval",
                run: { Moves.interval(&$0) }),
            Action(
                "overview.refresh", [.char("r")], hint: "refresh", help: "refresh now",
                run: { model in
                    model.say("asked again")
                    return [.refresh]
                }),
            Action(
                "overview.freeze", [.char("z")], hint: "freeze", help: "freeze the screen", run: { Moves.freeze(&$0) }),
        ] + bundled

    /// Broker verbs work on the tile with the cursor too, so that the sentence "U on broker 2 starts it" holds here.
    private static let bundled: [Action] = BrokerActions.verbs.filter { !$0.keys.contains(.char("E")) }
}
