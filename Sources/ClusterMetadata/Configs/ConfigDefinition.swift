/// What a config is: its type, default, meaning, and which values it takes.
package struct ConfigDefinition: Sendable {
    /// Whether a broker config may be changed while brokers run, for one or for all of them (KIP-226).
    package enum UpdateMode: Sendable { case readOnly, clusterWide }

    package let name: String
    package let type: ConfigType
    /// Nil when there is none.
    package let defaultValue: String?
    package let rule: ConfigRule
    /// One sentence.
    package let documentation: String
    /// The broker keys that supply a topic config's default, strongest first.
    package let synonyms: [ConfigSynonym]
    package let updateMode: UpdateMode

    package init(
        _ name: String, _ type: ConfigType, _ defaultValue: String?, _ rule: ConfigRule = .any,
        synonyms: [ConfigSynonym] = [], update: UpdateMode = .readOnly, about documentation: String
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.rule = rule
        self.synonyms = synonyms
        updateMode = update
        self.documentation = documentation
    }

    /// Sensitive values are never shown.
    package var isSensitive: Bool { type == .password }
}

/// A broker key that supplies the default of a topic config, in its own unit.
package struct ConfigSynonym: Sendable, ExpressibleByStringLiteral {
    package let key: String
    /// How many of the topic config's units one of the broker key's is: 3 600 000 for hours against milliseconds.
    package let scale: Int64

    package init(_ key: String, scale: Int64 = 1) {
        self.key = key
        self.scale = scale
    }

    package init(stringLiteral key: String) { self.init(key) }

    /// A value of the broker key in the topic config's unit.
    package func convert(_ value: String) -> String {
        guard scale != 1, let number = Int64(value), number > 0 else { return value }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return String(overflow ? Int64.max : product)
    }
}

/// Which values a config takes, beyond being of its type.
package enum ConfigRule: Sendable, Equatable {
    case any
    case atLeast(Int64)
    case within(ClosedRange<Int64>)
    /// A share between 0 and 1.
    case share
    case oneOf([String])
    /// A list that is not empty and holds only these.
    case someOf([String])
    /// A list that holds only these, or nothing.
    case anyOf([String])
    /// `partition:broker` pairs, or `*`.
    case throttledReplicas
    /// `address:count` pairs; the address may have colons too.
    case addressCounts
}

extension ConfigDefinition {
    /// Why the value is refused, or nil when it is taken.
    package func problem(with value: String) -> String? {
        let text = value.trimmed
        if let problem = typeProblem(text) { return problem }
        switch rule {
        case .any: return nil
        case .atLeast(let low): return inRange(text, low...Int64.max) ? nil : "Value must be at least \(low)"
        case .within(let range):
            return inRange(text, range) ? nil : "Value must be from \(range.lowerBound) to \(range.upperBound)"
        case .share:
            guard let share = Double(text), (0...1).contains(share) else { return "Value must be from 0 to 1" }
            return nil
        case .oneOf(let words):
            return words.contains(text) ? nil : "Value must be one of \(words.joined(separator: ", "))"
        case .someOf(let words):
            let items = value.configList
            return !items.isEmpty && items.allSatisfy(words.contains)
                ? nil : "Value must be a list of \(words.joined(separator: ", "))"
        case .anyOf(let words):
            return value.configList.allSatisfy(words.contains)
                ? nil : "Value must be a list of \(words.joined(separator: ", "))"
        case .addressCounts:
            return value.configList.allSatisfy { $0.addressCount != nil }
                ? nil : "Value must be a list of address:count"
        case .throttledReplicas:
            return value.configList.allSatisfy(Self.isThrottledReplica)
                ? nil : "Value must be * or a list of partition:broker"
        }
    }

    private func inRange(_ text: String, _ range: ClosedRange<Int64>) -> Bool {
        Int64(text).map(range.contains) ?? false
    }

    private func typeProblem(_ text: String) -> String? {
        switch type {
        case .boolean: ["true", "false"].contains(text.lowercased()) ? nil : "Value must be true or false"
        case .int: Int32(text) == nil ? "Value must be a 32-bit number" : nil
        case .short: Int16(text) == nil ? "Value must be a 16-bit number" : nil
        case .long: Int64(text) == nil ? "Value must be a 64-bit number" : nil
        case .double: Double(text)?.isFinite == true ? nil : "Value must be a number"
        case .unknown, .string, .list, .class, .password: nil
        }
    }

    private static func isThrottledReplica(_ item: String) -> Bool {
        if item == "*" { return true }
        let parts = item.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { UInt32($0) != nil }
    }
}

extension String {
    /// The items of a list value, which commas separate.
    package var configList: [String] {
        split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    /// The parts of `address:count`, nil when it is none.
    package var addressCount: (address: String, count: Int)? {
        guard let colon = lastIndex(of: ":"), colon != startIndex, let count = Int(self[index(after: colon)...]),
            count >= 0
        else { return nil }
        return (String(self[..<colon]), count)
    }

    /// The text without white space around it.
    package var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
