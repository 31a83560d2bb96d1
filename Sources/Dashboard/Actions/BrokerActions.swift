import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What works on brokers.
enum BrokerActions {
    /// The broker a verb acts on.
    static func chosen(_ model: Model) -> [BrokerID] {
        if case .broker(let id, _) = model.place { return [id] }
        if model.place == .overview, OverviewScreen.focus(model) != .brokers { return [] }
        guard let page = Screens.list(model) else { return [] }
        return page.chosen(model.list).compactMap { Int32($0) }
    }

    /// What a verb says without a broker to act on: on Overview the cursor may be in another pane.
    private static func nobody(_ model: Model) -> Action.Availability {
        model.place == .overview ? .no("no broker under the cursor: Tab to the Brokers pane") : .hidden
    }

    private static func verb(
        _ id: String, _ key: Character, hint: String = "", short: String? = nil, help: String,
        when state: @escaping @Sendable (BrokerSnapshot) -> String?,
        plan: @escaping @Sendable (BrokerID, Model) -> PlanRequest
    ) -> Action {
        Action(
            id, [.char(key)], hint: hint, shortHint: short, help: help, group: .change,
            availability: { model in
                guard model.cluster.isBundled else { return .no("Klamm did not start these brokers") }
                let ids = chosen(model)
                guard let id = ids.first, let broker = model.snapshot.broker(id) else { return nobody(model) }
                if ids.count > 1 { return Action.one(ids.map(String.init), "broker") }
                return state(broker).map { .no($0) } ?? .yes
            },
            run: { model in
                guard let id = chosen(model).first else { return [] }
                return Plans.show(plan(id, model), &model)
            })
    }

    static let verbs: [Action] = [
        verb(
            "broker.kill", "K", hint: "kill −9", short: "kill", help: "kill the broker (SIGKILL)",
            when: { BrokerWords.isDown($0) ? "broker \($0.id) is down already" : nil }, plan: { id, _ in .kill(id) }),
        verb(
            "broker.stop", "S", hint: "stop", help: "stop the broker (controlled shutdown)",
            when: { BrokerWords.isDown($0) ? "broker \($0.id) is down already" : nil }, plan: { id, _ in .stop(id) }),
        Action(
            "broker.start", [.char("U")], hint: "start", help: "start the broker", group: .change,
            availability: { model in
                guard model.cluster.isBundled else { return .no("Klamm did not start these brokers") }
                let ids = chosen(model)
                guard let first = ids.first else { return nobody(model) }
                let down = ids.filter { id in model.snapshot.broker(id).map { BrokerWords.isDown($0) } ?? false }
                guard down.isEmpty else { return .yes }
                let isStarting = model.snapshot.broker(first)?.state == .starting
                return .no("broker \(first) is \(isStarting ? "starting" : "already up")")
            },
            run: { model in
                let ids = chosen(model).filter { id in
                    model.snapshot.broker(id).map { BrokerWords.isDown($0) } ?? false
                }
                // One voter alone is not ready before a majority is: those that are down are started together then.
                let isEnough = Plans.votersMissing(after: ids, model.snapshot) == 0
                let down = model.snapshot.brokers.filter { BrokerWords.isDown($0) }.map(\.id)
                return Plans.show(.start(isEnough ? ids : down), &model)
            }),
        verb(
            "broker.pause", "Z", hint: "pause/resume", short: "pause", help: "pause or resume the broker",
            when: { BrokerWords.isDown($0) ? "broker \($0.id) is down" : nil },
            plan: { id, model in
                let paused = model.snapshot.broker(id).map { BrokerWords.isPaused($0) } ?? false
                return paused ? .resume(id) : .pause(id)
            }),
        Action(
            "broker.add", [.char("A")], hint: "add broker", shortHint: "add", help: "add a broker", group: .change,
            availability: { $0.cluster.isBundled ? .yes : .no("Klamm did not start these brokers") },
            run: { Plans.show(.addBroker, &$0) }),
        verb(
            "broker.remove", "D", help: "remove the broker from the cluster, with its files", when: { _ in nil },
            plan: { id, _ in .removeBroker(id) }),
        Action(
            "broker.rolling", [.char("B")], help: "restart the brokers one after the other, or the marked ones",
            group: .change,
            availability: { $0.cluster.isBundled ? .yes : .no("Klamm did not start these brokers") },
            run: { model in
                let isOne = if case .broker = model.place { true } else { false }
                let marked = model.list.marks.isEmpty && !isOne ? [] : chosen(model)
                return Plans.show(.rollingRestart(marked.isEmpty ? model.snapshot.brokers.map(\.id) : marked), &model)
            }),
        Action(
            "broker.drain", [.char("W")], hint: "drain", help: "move everything off the broker, or the marked ones",
            group: .change,
            availability: { chosen($0).isEmpty ? nobody($0) : .yes },
            run: { model in
                let ids = Set(chosen(model))
                let partitions = WizardScreen.allPartitions(model, withInternal: true).filter {
                    !ids.isDisjoint(with: model.snapshot.partition($0)?.replicas ?? [])
                }
                let text = "all partitions on \(WizardScreen.brokers(ids))"
                return WizardMoves.open(partitions, text: text, by: .off(ids), &model)
            }),
        Action(
            "broker.config", [.char("E")], hint: "config", help: "configs of the broker", group: .change,
            availability: { Action.one(chosen($0).map(String.init), "broker") },
            run: { model in
                guard let id = chosen(model).first else { return [] }
                return Navigation.go(.broker(id, .configs), &model)
            }),
    ]

    /// Gives partitions back to the chosen brokers, which are to lead them.
    private static let elect = Action(
        "broker.elect", [.char("L")], help: "elect the broker where it is the preferred leader", group: .change,
        availability: { chosen($0).isEmpty ? .hidden : .yes },
        run: { model in
            let ids = Set(chosen(model))
            let partitions = WizardScreen.allPartitions(model, withInternal: true).filter { id in
                model.snapshot.partition(id)?.targetReplicas.first.map(ids.contains) ?? false
            }
            return PartitionActions.elect(partitions, &model)
        })

    static let list: [Action] =
        [
            Action(
                "broker.open", [.enter], hint: "open", help: "open the broker",
                availability: { chosen($0).isEmpty ? .hidden : .yes },
                run: { model in
                    guard let page = Screens.list(model), let id = page.cursorID(model.list).flatMap({ Int32($0) })
                    else { return [] }
                    return Navigation.go(.broker(id, .partitions), &model)
                })
        ] + verbs + [elect]

    /// The tabs of a broker.
    static func detail(_ tab: BrokerTab) -> [Action] {
        switch tab {
        case .partitions: partitions
        case .configs: ConfigActions.table
        case .dirs: LogDirActions.table(verbs)
        case .log: log
        }
    }

    private static let tab = Actions.everywhere("tab.next").hinted("tab", keys: "Tab")

    private static func verb(_ key: Character) -> [Action] { verbs.filter { $0.keys.contains(.char(key)) } }

    private static let partitions: [Action] =
        [
            tab,
            Action(
                "broker.partition", [.enter], hint: "partition", help: "open the partition's topic",
                run: { PartitionActions.open(&$0) }),
            PartitionActions.reassign, PartitionActions.elect,
        ] + verb("W") + verb("E") + verb("K") + [Actions.everywhere("sort").hinted("sort", keys: "s")]
        + (verb("S") + verb("U") + verb("Z")).map { $0.hinted("") }

    private static let log: [Action] = [
        tab,
        Action(
            "log.follow", [.char("f")], hint: "follow", help: "go to the end and stay there",
            run: { model in
                _ = Moves.cursor(.char("G"), &model)
                return []
            }),
        Actions.everywhere("filter").hinted("search"),
        Action(
            "log.next", [.char("n")], keyText: "n N", hint: "next previous", help: "next, previous match",
            availability: { $0.list.filter.isEmpty ? .no("nothing is searched for: / searches") : .yes },
            run: { LogScreen.find(1, &$0) }),
        Action(
            "log.previous", [.char("N")], keyText: "", help: "previous match",
            availability: { $0.list.filter.isEmpty ? .no("nothing is searched for: / searches") : .yes },
            run: { LogScreen.find(-1, &$0) }),
        Action(
            "log.wrap", [.char("w")], hint: "wrap", help: "the line under the cursor in full",
            run: { model in
                model.list.wide.toggle()
                return []
            }),
        Actions.everywhere("copy").hinted("copy line"),
        Actions.everywhere("save").hinted("save"),
        Actions.everywhere("ends").hinted("ends", keys: "g G"),
    ]
}
