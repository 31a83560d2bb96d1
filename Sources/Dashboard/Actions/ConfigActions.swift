import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What works on configurations of topics and brokers.
enum ConfigActions {
    private static func resource(_ model: Model) -> ConfigResource? {
        switch model.place {
        case .broker(let id, .configs): model.showsLoggers ? .loggers(id) : .broker(id)
        case .topic(let name, .config): .topic(name)
        default: nil
        }
    }

    /// Configurations in view are asked for so often, milliseconds: others change them too.
    private static let interval: Int64 = 5_000

    /// Asks for the configurations in view when they have grown old, in a list or in a plan.
    static func askAgain(_ model: inout Model) -> [Command] {
        let shown = inView(model)
        guard !shown.isEmpty, model.now - model.configsAskedAt >= interval else { return [] }
        model.configsAskedAt = model.now
        return [.fetchConfigs(shown)]
    }

    private static func inView(_ model: Model) -> [ConfigResource] {
        if case .plan(let plan) = model.popup { return plan.request?.configResources ?? [] }
        guard let resource = resource(model), model.configs[resource] != nil, model.frozen == nil, model.popup == nil
        else { return [] }
        return [resource]
    }

    /// Asks for what a change may have changed, and once more a second later: brokers hear of it one after the other.
    static func askAgain(after change: Change, _ model: inout Model) -> [Command] {
        guard case .alterConfigs(let alterations) = change, let shown = resource(model) else { return [] }
        model.configsAskedAt = model.now - interval + 1_000
        let isShown = alterations.contains { $0.resource == shown || $0.resource == .allBrokers }
        return isShown ? [.fetchConfigs([shown])] : []
    }

    private static func entry(_ model: Model) -> ConfigEntry? {
        guard let resource = resource(model), let id = Screens.cursorID(model) else { return nil }
        return model.configs[resource]?.value.first { $0.name == id }
    }

    /// The marked ones, else the one under the cursor, by name.
    private static func chosen(_ model: Model) -> [ConfigEntry] {
        guard let resource = resource(model) else { return [] }
        let names = Set(Screens.chosen(model))
        return (model.configs[resource]?.value ?? []).filter { names.contains($0.name) }.sorted { $0.name < $1.name }
    }

    /// Whose override the value is, as far as it can be removed from here.
    private static func setter(_ entry: ConfigEntry, _ model: Model) -> ConfigResource? {
        guard let resource = resource(model) else { return nil }
        if entry.source == resource.ownEntrySource { return resource }
        if case .broker = resource, entry.source == .dynamicDefault { return .allBrokers }
        return nil
    }

    static let table: [Action] = [
        Actions.everywhere("tab.next").hinted("tab", keys: "Tab"),
        Action(
            "config.text", [.enter], hint: "full text", help: "value and documentation in full",
            run: { model in
                guard let entry = entry(model) else { return [] }
                var lines = [StyledText(entry.isSensitive ? "(hidden)" : entry.value ?? "none"), ""]
                lines += Wrap.lines(entry.documentation ?? "The broker sends no documentation for it.", width: 78)
                    .map { StyledText($0, .muted) }
                model.popup = .text(
                    TextPopup(title: entry.name, lines: lines, copy: entry.isSensitive ? "" : entry.value ?? ""))
                return []
            }),
        Action(
            "config.change", [.char("E")], hint: "change", help: "change the value, or those of the marked",
            group: .change,
            availability: { model in
                guard !chosen(model).isEmpty else { return .hidden }
                let fixed = chosen(model).first(where: \.isReadOnly)
                return fixed.map { .no("\($0.name) cannot be changed while the broker runs") } ?? .yes
            },
            run: { model in
                guard let resource = resource(model) else { return [] }
                return ConfigForm.open([resource], chosen(model), &model)
            }),
        Action(
            "config.default", [.char("D")], hint: "default", help: "remove the override, or those of the marked",
            group: .change,
            availability: { model in
                let entries = chosen(model)
                guard !entries.isEmpty else { return .hidden }
                if let unset = entries.first(where: { setter($0, model) == nil }) {
                    return .no("\(unset.name) is not set here")
                }
                return Set(entries.map { setter($0, model) }).count == 1
                    ? .yes : .no("some of the marked are set for all brokers, others for this one")
            },
            run: { model in
                let entries = chosen(model)
                guard let resource = entries.first.flatMap({ setter($0, model) }) else { return [] }
                return Plans.show(.configs([resource], entries.map { ConfigChange(name: $0.name, value: nil) }), &model)
            }),
        Action(
            "config.copy", [.char("y")], hint: "copy", help: "copy value, name, row, JSON or command",
            run: { CopyChoice.open(&$0) }),
        Action(
            "config.raw", [.char("w")], hint: "raw", help: "raw values",
            run: { model in
                model.rawConfigs.toggle()
                return []
            }),
        Action(
            "config.compare", [.char("c")], hint: "compare", help: "compare the brokers",
            hintNow: { ConfigComparison.isPossible($0) ? $0.comparesBrokers ? "all configs" : "compare" : nil },
            availability: { ConfigComparison.isPossible($0) ? .yes : .hidden },
            run: { ConfigComparison.toggle(&$0) }),
        Action(
            "config.loggers", [.char("l")], help: "levels of the broker's loggers, or its configs again",
            availability: { if case .broker(_, .configs) = $0.place { .yes } else { .hidden } },
            run: { model in
                guard case .broker(let id, .configs) = model.place else { return [] }
                model.showsLoggers.toggle()
                model.list = ListState()
                return model.showsLoggers ? [.fetchConfigs([.loggers(id)])] : []
            }),
        Action(
            "config.modified", [.char("!")], hint: "modified only",
            help: "modified only", hintNow: { $0.list.problemsOnly ? "all" : "modified only" },
            run: { model in
                model.list.problemsOnly.toggle()
                return []
            }),
    ]
}
