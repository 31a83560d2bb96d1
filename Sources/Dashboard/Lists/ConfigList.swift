import ClusterInsight
import TerminalUI

/// Configurations of a topic or broker: those that were set first, with documentation of the one under the cursor.
enum ConfigList {
    /// A broker's configurations say when they apply, a topic's who set them and when.
    private static func columns(_ resource: ConfigResource) -> [TableColumn] {
        var columns: [TableColumn] = [.words("set", title: "", width: 1, gap: 0)]
        switch resource {
        case .broker, .allBrokers, .loggers:
            columns += [
                .name("name", title: "CONFIG", min: 28, gap: 1), .words("value", title: "VALUE", width: 22),
                .words("source", title: "SOURCE", width: 16, dropOrder: 3),
                .words("default", title: "DEFAULT", width: 20, dropOrder: 2),
                .words("applies", title: "APPLIES", width: 8, dropOrder: 1),
            ]
        case .topic:
            columns += [
                .name("name", title: "CONFIG", min: 28, gap: 1), .words("value", title: "VALUE", width: 20),
                .words("source", title: "SOURCE", width: 16, dropOrder: 3),
                .words("default", title: "DEFAULT", width: 20, dropOrder: 2),
                .words("by", title: "SET", width: 20, dropOrder: 1),
            ]
        }
        return columns
    }

    static func page(_ resource: ConfigResource, _ model: Model) -> ListPage {
        let entries = model.configs[resource]?.value ?? []
        let spec = ListSpec<ConfigEntry>(
            title: isLoggers(resource) ? "Loggers" : "Configs", columns: columns(resource),
            defaultSort: TableSort(column: "set", descending: true),
            id: { $0.name }, text: { "\($0.name) \($0.isSensitive ? "" : $0.value ?? "")" },
            value: { value($0, $1, resource, model) }, isProblem: { $0.differs },
            cells: { cells($0, resource, model) },
            cellSurfaces: { model.recent.surfaces(.config(resource, $0.name)) })
        var page = spec.page(sorted(entries), model.list)
        let order = model.list.problemsOnly ? "modified only" : "modified first"
        page.titleRight = age(resource, model) ?? StyledText(isLoggers(resource) ? "loggers, \(order)" : order)
        page.empty = [StyledText(model.configs[resource] == nil ? "reading" : "Nothing is configured here.", .muted)]
        page.nothingWrong = "Nothing differs from the default."
        if hasRoomToExplain(model), let id = page.cursorID(model.list),
            let entry = entries.first(where: { $0.name == id })
        {
            page.bottom = explanation(entry, resource, model)
        }
        return page
    }

    /// Where there are few rows, configs come before what is said of one, which `Enter` shows.
    static func hasRoomToExplain(_ model: Model) -> Bool { Frame.body(model.size).height >= 10 }

    private static func isLoggers(_ resource: ConfigResource) -> Bool {
        if case .loggers = resource { true } else { false }
    }

    /// Configurations in view are asked for each five seconds; after more than two of them without an answer it is said.
    private static let oldAfter: Int64 = 12_000

    /// How old they are, once nobody answers any more.
    static func age(_ resource: ConfigResource, _ model: Model) -> StyledText? {
        guard let at = model.configs[resource]?.at, model.shownNow - at > oldAfter else { return nil }
        return StyledText("~ told \(Format.age(Double(model.shownNow - at) / 1_000)) ago", .stale)
    }

    /// Set dynamically first, then in the broker's file, then defaults; by name within each.
    private static func sorted(_ entries: [ConfigEntry]) -> [ConfigEntry] {
        func rank(_ entry: ConfigEntry) -> Int {
            switch entry.source {
            case .dynamicTopic, .dynamicBroker, .dynamicLogger: 0
            default: 1
            }
        }
        return entries.sorted { (rank($0), $0.name) < (rank($1), $1.name) }
    }

    private static func value(
        _ entry: ConfigEntry, _ column: String, _ resource: ConfigResource, _ model: Model
    ) -> SortValue {
        switch column {
        case "set": .int(entry.differs ? 1 : 0)
        case "name": .text(entry.name)
        case "value": .text(entry.isSensitive ? "" : entry.value ?? "")
        case "source": .text(entry.source.rawValue)
        case "default": .text(entry.defaultValue ?? "")
        case "applies": .text(entry.isReadOnly ? "restart" : "at once")
        case "by": setHere(entry, resource, model).map { .number($0.at) } ?? .unknown
        default: .unknown
        }
    }

    private static func cells(
        _ entry: ConfigEntry, _ resource: ConfigResource, _ model: Model
    ) -> [String: StyledText] {
        let role: Role = entry.isSensitive ? .configSensitive : entry.differs ? .configOverride : .configDefault
        func shown(_ value: String?) -> String {
            guard let value else { return "none" }
            return model.rawConfigs ? value : ConfigText.human(entry.name, value)
        }
        return [
            "set": StyledText(entry.differs ? "*" : " ", .configOverride),
            "name": StyledText(entry.name, role),
            "value": entry.isSensitive
                ? StyledText("(hidden)", .configSensitive) : StyledText(shown(entry.value), role),
            "source": StyledText(entry.source.rawValue, .muted),
            "default": StyledText(entry.isSensitive ? "none" : shown(entry.defaultValue), .muted),
            "applies": StyledText(entry.isReadOnly ? "restart" : "at once", .muted),
            "by": StyledText(setBy(entry, resource, model), .muted),
        ]
    }

    /// When it was set from here, by the journal; `—` for what others set, blank for defaults.
    private static func setBy(_ entry: ConfigEntry, _ resource: ConfigResource, _ model: Model) -> String {
        guard entry.isOverride else { return "" }
        return setHere(entry, resource, model).map { words($0, model) } ?? "—"
    }

    /// `12:04 here`, `12:01 at create`.
    private static func words(_ change: JournalEntry, _ model: Model) -> String {
        let time = Format.moment(change.at, now: model.now, zone: model.zone)
        return change.change.hasPrefix("create topic") ? "\(time) at create" : "\(time) here"
    }

    /// The change made here that set a configuration; nil for defaults and for what others set. What all brokers take was
    /// set for all of them.
    private static func setHere(
        _ entry: ConfigEntry, _ resource: ConfigResource, _ model: Model
    ) -> JournalEntry? {
        switch entry.source {
        case .dynamicTopic, .dynamicBroker, .dynamicLogger: journaled(entry, resource, model)
        case .dynamicDefault: journaled(entry, .allBrokers, model)
        default: nil
        }
    }

    /// The newest change made here that set a configuration, else the one that created its topic.
    private static func journaled(
        _ entry: ConfigEntry, _ resource: ConfigResource, _ model: Model
    ) -> JournalEntry? {
        let own = model.journal.filter { $0.cluster == model.cluster.name }
        let name = resource.name
        return own.first { change in
            ConfigWords.tells(change.change, of: entry.name)
                && change.items.contains { $0.name == name && $0.failure == nil }
        } ?? own.first { !$0.failed && $0.change == "create topic \(name)" }
    }

    /// Raw value, type, documentation, and the order in which values apply.
    static func explanation(
        _ entry: ConfigEntry, _ resource: ConfigResource, _ model: Model
    ) -> [StyledText] {
        let width = max(20, Frame.body(model.size).width - 4)
        let raw = entry.isSensitive ? "(hidden)" : entry.value ?? "none"
        let type = entry.type.map { "   \($0)" } ?? ""
        var lines = [StyledText(""), StyledText("\(entry.name) = \(raw)\(ConfigText.unit(entry.name))\(type)")]
        let text = Wrap.lines(entry.documentation ?? "The broker sends no documentation for it.", width: width)
        let hasOrder = !entry.synonyms.isEmpty && !entry.isSensitive
        lines += text.prefix(hasOrder ? 1 : 2).enumerated().map { index, line in
            let isCut = index == (hasOrder ? 0 : 1) && text.count > index + 1
            return StyledText(isCut ? String(line.prefix(width - 2)) + " …" : line, .muted)
        }
        if hasOrder {
            let chain = entry.synonyms.prefix(4).map { synonym in
                let value = synonym.value.map { model.rawConfigs ? $0 : ConfigText.human(entry.name, $0) } ?? "none"
                return "\(synonym.source.rawValue) \(value)"
            }
            // Topics have a column for it.
            let isTopic = if case .topic = resource { true } else { false }
            let set = isTopic ? "" : setHere(entry, resource, model).map { " Set at \(words($0, model))." } ?? ""
            lines.append(StyledText("Order: \(chain.joined(separator: ", then ")).\(set)", .muted))
        }
        return lines
    }
}

/// Configuration values in units a person reads, and back.
package enum ConfigText {
    /// `604800000` of a `.ms` key as `7 d`, bytes as `1.0 GiB`.
    static func human(_ name: String, _ value: String) -> String {
        if isSecret(name) { return "(hidden)" }
        guard let number = Int(value) else { return value }
        if name.hasSuffix(".ms") { return unlimited(number) ?? Format.configDuration(milliseconds: number) }
        if name.hasSuffix(".bytes") || name.hasSuffix(".rate") {
            return unlimited(number) ?? Format.configBytes(number) + (name.hasSuffix(".rate") ? "/s" : "")
        }
        if name.hasPrefix("flush.") { return unlimited(number) ?? value }
        return value
    }

    /// Whether the values of a configuration are never shown, copied or journaled, by Kafka's names for them.
    package static func isSecret(_ name: String) -> Bool {
        ["password", "secret", "jaas"].contains { name.lowercased().contains($0) }
    }

    /// A value in human units where those are exact, else raw; nil is `default`.
    static func exact(_ name: String, _ value: String?) -> String {
        guard let value else { return "default" }
        let text = human(name, value)
        if isSecret(name) { return text }
        return raw(name, text) == value ? text : value
    }

    /// The unit of a raw value in brackets, from the key's ending: ` (milliseconds)`.
    static func unit(_ name: String) -> String {
        if name.hasSuffix(".ms") { return " (milliseconds)" }
        if name.hasSuffix(".throttled.rate") { return " (bytes per second)" }
        return name.hasSuffix(".bytes") ? " (bytes)" : ""
    }

    /// Kafka writes no limit as −1 or as the largest long.
    private static func unlimited(_ number: Int) -> String? { number == -1 || number == .max ? "no limit" : nil }

    /// What was typed as Kafka wants it: `7 d`, `7d`, `1.5 s`, `1 GiB`, or unchanged.
    static func raw(_ name: String, _ text: String) -> String? {
        let trimmed = text.filter { $0 != " " }.lowercased()
        if trimmed == "nolimit" { return "-1" }
        if Int(trimmed) != nil { return trimmed }
        let units: [(String, Double)] =
            name.hasSuffix(".ms")
            ? [("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
            : name.hasSuffix(".bytes") || name.hasSuffix(".rate")
                ? [
                    ("kib", 1_024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("k", 1_024), ("m", 1_048_576),
                    ("g", 1_073_741_824), ("b", 1),
                ] : []
        guard !units.isEmpty else { return text }
        for (unit, factor) in units where trimmed.hasSuffix(unit) {
            guard let number = Double(trimmed.dropLast(unit.count)), number.isFinite, abs(number * factor) < 9e18 else {
                return nil
            }
            return String(Int64(number * factor))
        }
        return nil
    }
}
