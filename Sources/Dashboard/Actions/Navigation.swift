import TerminalUI

/// Going from place to place.
package enum Navigation {
    /// Goes to a place and remembers the one left.
    package static func go(_ place: Place, _ model: inout Model) -> [Command] {
        guard place != model.place else { return [] }
        model.back.append(model.place)
        if model.back.count > DashboardLimits.history { model.back.removeFirst() }
        model.forward = []
        return enter(place, &model)
    }

    /// Shows a place and asks for what it needs.
    static func enter(_ place: Place, _ model: inout Model) -> [Command] {
        let sameObject = place.crumbs == model.place.crumbs
        if !sameObject, place.parent != nil { model.lists[place.kind] = nil }
        model.place = place
        switch place {
        case .topic(let name, .config): return configs(.topic(name), model)
        case .broker(let id, .configs): return configs(model.showsLoggers ? .loggers(id) : .broker(id), model)
        case .broker(_, .dirs): return LogDirActions.enter(&model)
        case .broker(let id, .log): return model.cluster.isBundled ? [.followLog(id)] : []
        case .transactions, .producers: return WriterActions.enter(&model)
        case .analysis(let topic): return AnalysisActions.enter(topic, &model)
        case .clusters: return ClusterActions.enter(&model)
        case .topic(let name, .messages): return MessageMoves.begin(topics: [name], from: .end, &model)
        default: return []
        }
    }

    private static func configs(_ resource: ConfigResource, _ model: Model) -> [Command] {
        [.fetchConfigs([resource])]
    }

    /// The place visited before.
    static func back(_ model: inout Model) -> [Command] {
        guard let place = model.back.popLast() else { return [] }
        model.forward.append(model.place)
        return enter(place, &model)
    }

    /// The place left by going back.
    static func forward(_ model: inout Model) -> [Command] {
        guard let place = model.forward.popLast() else { return [] }
        model.back.append(model.place)
        return enter(place, &model)
    }

    /// One step out; at the root of a screen it quits.
    static func leave(_ model: inout Model) -> [Command] {
        if let parent = model.place.parent { return go(parent, &model) }
        return [.quit]
    }

    /// Esc: filter, then marks, then the screen.
    static func escape(_ model: inout Model) -> [Command] {
        if model.place.showsMessages, model.messages.isReading, model.messages.request?.follow == false {
            return MessageMoves.stop(&model)
        }
        if case .analysis(let topic) = model.place, model.analyses.reading == topic {
            return AnalysisActions.stop(&model)
        }
        if !model.list.filter.isEmpty {
            model.list.filter = ""
            return []
        }
        if model.place.showsMessages, model.messages.request?.filter.expression != nil {
            return MessageMoves.filter("", &model)
        }
        if !model.list.marks.isEmpty {
            model.list.marks = []
            return []
        }
        if model.place == .plan { model.wizard = nil }
        if let parent = model.place.parent { return go(parent, &model) }
        return []
    }

    /// The next tab of a detail, or the next pane of Overview.
    static func tab(_ step: Int, _ model: inout Model) -> [Command] {
        switch model.place {
        case .overview:
            let panes = OverviewScreen.panes(model)
            let index = panes.firstIndex(of: OverviewScreen.focus(model)) ?? 0
            model.pane = panes[(index + step + panes.count) % panes.count]
            return []
        case .broker(let id, let tab):
            let count = BrokerTab.allCases.count
            guard let next = BrokerTab(rawValue: (tab.rawValue + step + count) % count) else { return [] }
            return enter(.broker(id, next), &model)
        case .topic(let name, let tab):
            let count = TopicTab.allCases.count
            guard let next = TopicTab(rawValue: (tab.rawValue + step + count) % count) else { return [] }
            return enter(.topic(name, next), &model)
        case .group:
            model.showsMembers.toggle()
            model.list = ListState()
            return []
        case .partitions: return enter(.partitionMap, &model)
        case .partitionMap: return enter(.partitions, &model)
        case .events: return enter(.journal, &model)
        case .journal: return enter(.events, &model)
        default: return []
        }
    }
}
