import KafkaProtocol
import TerminalUI

/// What works on the clusters of the settings, and when they are asked how they do.
enum ClusterActions {
    /// From the end of one question to a cluster to the next, milliseconds: each opens connections and reads all topics.
    static let interval: Int64 = 10_000

    /// Asks those clusters of the table whose turn it is, some at a time, and only while somebody looks at it.
    static func ask(_ model: inout Model) -> [Command] {
        guard model.place == .clusters, model.frozen == nil else { return [] }
        let waiting = model.clustersAsked.values.count { $0.isWaiting }
        let due = model.clusters.map(\.name).filter { model.clustersAsked[$0]?.isDue(now: model.now) ?? true }
        return due.prefix(max(0, DashboardLimits.clustersAsked - waiting)).map { name in
            model.clustersAsked[name, default: ClusterAsked()].begin()
            return .askCluster(name)
        }
    }

    /// A question has ended, so that another cluster may be asked.
    static func answered(_ name: String, _ outcome: ClusterOutcome, _ model: inout Model) -> [Command] {
        model.clustersAsked[name, default: ClusterAsked()].end(outcome, now: model.now, pause: interval)
        return ask(&model)
    }

    /// Goes to the table with the cursor on the cluster being shown.
    static func enter(_ model: inout Model) -> [Command] {
        model.list.cursorID = model.cluster.name
        return ask(&model)
    }

    /// Leads to the table; where nobody answers the hint line has it, if there is another cluster.
    static let open = Action(
        "clusters", [.char("c")], help: "all clusters", hintNow: { $0.clusters.count > 1 ? "other clusters" : nil },
        run: { Navigation.go(.clusters, &$0) })

    static let table: [Action] = [
        Action(
            "cluster.show", [.enter], hint: "show", help: "show the cluster in place of this one",
            availability: { Screens.cursorID($0) == nil ? .hidden : .yes },
            run: { model in
                guard let name = Screens.cursorID(model) else { return [] }
                return name == model.cluster.name ? Navigation.go(.overview, &model) : [.showCluster(name)]
            }),
        Action(
            "cluster.ask", [.char("r")], hint: "ask now", help: "ask all clusters now",
            run: { model in
                for name in model.clusters.map(\.name) { model.clustersAsked[name]?.hurry() }
                model.say("asked again")
                return [.refresh] + ask(&model)
            }),
        Actions.everywhere("problems").hinted("problems only", keys: "!"),
        Actions.everywhere("describe").hinted("all of it"),
        Actions.everywhere("sort").hinted("sort", keys: "s"),
    ]
}
