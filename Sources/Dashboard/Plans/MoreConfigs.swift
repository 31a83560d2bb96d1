import ClusterInsight
import TerminalUI

/// Further configurations of a new topic as they are typed: `segment.ms=1 h, compression.type=zstd`.
enum MoreConfigs {
    /// Fields of their own have these.
    private static let ownFields: Set<String> = [
        "min.insync.replicas", "cleanup.policy", "retention.ms", "max.message.bytes",
    ]

    /// What topics of this cluster can be configured with, as far as any topic was asked.
    static func known(_ model: Model) -> [ConfigEntry] {
        model.configs.first { if case .topic = $0.key { true } else { false } }?.value.value ?? []
    }

    /// What stands beside the empty field.
    static func note(_ model: Model) -> String {
        let count = known(model).count { !ownFields.contains($0.name) }
        return count == 0 ? "name=value, …" : "\(count) more, with their documentation"
    }

    private static func parts(_ text: String) -> [(name: String, value: String?)] {
        text.split(separator: ",").map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (trimmed(sides[0]), sides.count > 1 ? trimmed(sides[1]) : nil)
        }.filter { !$0.name.isEmpty || $0.value != nil }
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text.drop { $0 == " " }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }

    /// What is wrong with it; nil when nothing is.
    static func problem(_ text: String, of known: [ConfigEntry]) -> String? {
        let names = Set(known.map(\.name))
        for (name, value) in parts(text) {
            if !names.isEmpty, !names.contains(name) { return "no config is named \(name)" }
            guard let value, !value.isEmpty else { return "\(name) needs a value: \(name)=…" }
            if ConfigText.raw(name, value) == nil { return "\(value) is no value of \(name)" }
        }
        return nil
    }

    /// The values as brokers take them.
    static func values(_ text: String) -> [String: String] {
        parts(text).reduce(into: [:]) { values, part in
            values[part.name] = part.value.flatMap { ConfigText.raw(part.name, $0) }
        }
    }

    /// Kafka's own words about what is typed last: one config, or those whose names go on like it.
    static func documentation(_ text: String, _ model: Model) -> [StyledText] {
        guard let last = parts(text).last?.name, !last.isEmpty else { return [] }
        let known = known(model)
        guard let entry = known.first(where: { $0.name == last }) else {
            let names = known.map(\.name).filter { $0.hasPrefix(last) }.prefix(4)
            return names.isEmpty ? [] : [Plans.fact("configs", StyledText(names.joined(separator: ", ")))]
        }
        let standard = entry.defaultValue.map { "default \(ConfigText.human(entry.name, $0)). " } ?? ""
        let values = ConfigChoices.values(entry.name, type: entry.type, now: nil).map {
            [Plans.fact("values", StyledText($0.joined(separator: ", ")))]
        }
        return (values ?? []) + Plans.documentation(standard + (entry.documentation ?? ""))
    }
}
