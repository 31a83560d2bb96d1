import TerminalUI

/// Changes of configurations in sentences, in units a person reads.
package enum ConfigWords {
    /// `orders: retention.ms → 3 h`, `2 topics: retention.ms → 3 h`.
    static func summary(_ alterations: [ConfigAlteration]) -> String {
        let owners = owners(alterations.map(\.resource))
        guard let first = alterations.first, alterations.allSatisfy({ $0.changes == first.changes }) else {
            let names = Set(alterations.flatMap { $0.changes.map(\.name) }).sorted()
            return "\(owners): \(names.joined(separator: ", "))"
        }
        let changes = first.changes.map { "\($0.name) → \(ConfigText.exact($0.name, $0.value))" }
        return "\(owners): \(changes.joined(separator: ", "))"
    }

    /// The same with what it was before, where it is one owner and its item tells: `orders: retention.ms 2 h → 3 h`.
    static func summary(_ alterations: [ConfigAlteration], _ items: [ChangeItem]) -> String {
        guard alterations.count == 1, let only = alterations.first,
            let detail = items.first(where: { $0.name == only.resource.name })?.detail, detail.contains(" → ")
        else { return summary(alterations) }
        return "\(only.resource.name): " + (only.changes.count == 1 ? "\(only.changes[0].name) " : "") + detail
    }

    /// What a journal keeps of an owner: `2 h → 3 h`, of several configurations each with its name.
    package static func detail(from before: [ConfigChange], to after: [ConfigChange]) -> String {
        after.map { change in
            let old = before.first { $0.name == change.name }
            return (after.count == 1 ? "" : "\(change.name) ") + "\(ConfigText.exact(change.name, old?.value)) → "
                + ConfigText.exact(change.name, change.value)
        }.joined(separator: ", ")
    }

    /// What a detail says that a configuration became; nil when it does not tell of it.
    ///
    /// - Parameter isOnly: whether it is about one configuration, which it does not name.
    static func left(_ detail: String, of name: String, isOnly: Bool) -> String? {
        func after(_ text: String) -> String? { text.firstRange(of: " → ").map { String(text[$0.upperBound...]) } }
        if isOnly { return after(detail) }
        guard let own = (", " + detail).firstRange(of: ", \(name) ") else { return nil }
        let rest = String((", " + detail)[own.upperBound...])
        // A value has no blank after its commas, so the next comma with one ends it.
        return after(rest.firstRange(of: ", ").map { String(rest[..<$0.lowerBound]) } ?? rest)
    }

    /// Whether a summary tells of a configuration.
    static func tells(_ summary: String, of name: String) -> Bool {
        [": ", ", "].contains { summary.contains("\($0)\(name) ") }
    }

    /// `orders`, `2 topics`, `3 brokers`, or `4 resources` where they are of several kinds.
    static func owners(_ resources: [ConfigResource]) -> String {
        if resources.count == 1 { return resources[0].name }
        let kinds = Set(resources.map(\.kind))
        return "\(resources.count) \(kinds.count == 1 ? kinds.first ?? "" : "resource")s"
    }
}

extension ConfigResource {
    /// What it is: `topic`.
    var kind: String {
        switch self {
        case .topic: "topic"
        case .broker, .allBrokers: "broker"
        case .loggers: "logger"
        }
    }
}

extension Change {
    /// In words, with what was changed where the items tell it in a few.
    package func told(_ items: [ChangeItem]) -> String {
        if case .alterConfigs(let alterations) = self { ConfigWords.summary(alterations, items) } else { summary }
    }
}
