import TerminalUI

/// What works on Overview.
enum OverviewActions {
    static let table: [Action] =
        [
            Actions.everywhere("tab.next").hinted("pane", keys: "Tab"),
            Actions.everywhere("row").hinted("row", keys: "↑↓", short: ""),
            Action("overview.open", [.enter], hint: "open", help: "open", run: { OverviewScreen.open(&$0) }),
            Actions.everywhere("problems").hinted("problems only", short: "problems"),
            Actions.everywhere("interval").hinted("interval", keys: "a"),
            Actions.everywhere("refresh").hinted("refresh", keys: "r"),
            Actions.everywhere("freeze").hinted("freeze", keys: "z"),
        ] + [ClusterActions.open.hinted(""), ChartSpan.action] + bundled + [elect]

    private static let elect = Action(
        "cluster.elect", [.char("L")], help: "elect preferred leaders everywhere", group: .change,
        run: { PartitionActions.elect(WizardScreen.allPartitions($0, withInternal: true), &$0) })

    /// Broker verbs work on the tile with the cursor too, so that the sentence "U on broker 2 starts it" holds here.
    private static let bundled: [Action] = BrokerActions.verbs.filter { !$0.keys.contains(.char("E")) }.map {
        $0.hinted("")
    }
}
