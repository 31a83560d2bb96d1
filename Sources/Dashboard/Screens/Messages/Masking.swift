/// What nobody shall see of a cluster's keys, values and headers, as `klamm.properties` has it.
///
/// Messages are masked as they are read, before filters look at them and before they are kept, so that no screen, file or
/// clipboard can have what is hidden.
package struct Masking: Sendable, Equatable {
    /// What becomes of something that is hidden.
    package enum Action: String, Sendable, CaseIterable {
        /// A field is left out; a whole key or value becomes empty.
        case remove
        /// `***` stands in its place.
        case replace
        /// Its letters and digits are made alike, so that its shape can still be seen.
        case mask
    }

    /// What is done to some fields, or to the whole.
    package struct Step: Sendable, Equatable {
        package var action: Action
        /// Fields of JSON by name, at any depth, or by the names that lead to them (`user.email`); none is the whole.
        package var fields: [String]

        /// What is done to some fields.
        package init(_ action: Action, fields: [String] = []) {
            self.action = action
            self.fields = fields
        }
    }

    /// What is hidden in some topics.
    package struct Rule: Sendable, Equatable {
        /// As it is called in the file.
        package var name: String
        /// Names of topics, in which `*` stands for any letters; `re:` takes a regular expression, `!` leaves out.
        package var topics: [String]
        package var key: [Step]
        package var value: [Step]
        /// Headers by their names.
        package var headers: [Step]

        /// A rule.
        package init(
            name: String, topics: [String], key: [Step] = [], value: [Step] = [], headers: [Step] = []
        ) {
            self.name = name
            self.topics = topics
            self.key = key
            self.value = value
            self.headers = headers
        }

        /// Whether it hides nothing at all.
        var isEmpty: Bool { key.isEmpty && value.isEmpty && headers.isEmpty }

        func covers(_ topic: String) -> Bool {
            let left = topics.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
            let wanted = topics.filter { !$0.hasPrefix("!") }
            guard !left.contains(where: { Self.matches(topic, $0) }) else { return false }
            return wanted.isEmpty || wanted.contains { Self.matches(topic, $0) }
        }

        private static func matches(_ name: String, _ pattern: String) -> Bool {
            guard pattern.hasPrefix("re:") else { return matches(name[...], pattern[...]) }
            // One that is none hides more, not less.
            return (try? Regex(String(pattern.dropFirst(3)))).map { name.firstMatch(of: $0) != nil } ?? true
        }

        private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
            guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
            let start = pattern[..<star]
            guard name.hasPrefix(start) else { return false }
            // Each part between two stars is looked for as early as it can be; the last one ends the name.
            var name = name.dropFirst(start.count)
            var parts = pattern[pattern.index(after: star)...].split(separator: "*", omittingEmptySubsequences: false)
            let end = parts.removeLast()
            for part in parts where !part.isEmpty {
                guard let found = name.firstRange(of: part) else { return false }
                name = name[found.upperBound...]
            }
            return name.hasSuffix(end)
        }
    }

    package var rules: [Rule]

    /// Some rules; none hides nothing.
    package init(_ rules: [Rule] = []) { self.rules = rules }

    /// What is hidden in a topic; nil for nothing.
    package func of(_ topic: String) -> TopicMask? {
        let covering = rules.filter { $0.covers(topic) && !$0.isEmpty }
        guard !covering.isEmpty else { return nil }
        return TopicMask(
            rules: covering.map(\.name), key: covering.flatMap(\.key), value: covering.flatMap(\.value),
            headers: covering.flatMap(\.headers))
    }
}

/// What is hidden in the messages of a topic.
package struct TopicMask: Sendable, Equatable {
    /// What stands for something that is hidden.
    static let replacement = "***"

    /// The names of the rules that cover it.
    package var rules: [String]
    package var key: [Masking.Step]
    package var value: [Masking.Step]
    package var headers: [Masking.Step] = []

    /// The message as it may be seen.
    package func masked(_ message: ReadMessage) -> ReadMessage {
        var masked = message
        masked.key = message.key.map { hide($0, key, message, isKey: true) }
        masked.value = message.value.map { hide($0, value, message, isKey: false) }
        masked.headers = message.headers.compactMap(hide)
        let isHidden = masked.key != message.key || masked.value != message.value || masked.headers != message.headers
        if isHidden { masked.maskedBy = rules }
        return masked
    }

    /// A header as it may be seen, nil for not at all; it is told by its name, case ignored.
    private func hide(_ header: RecordHeader) -> RecordHeader? {
        let name = header.key.lowercased()
        let step = headers.first { step in
            step.fields.isEmpty || step.fields.contains { $0.lowercased() == name }
        }
        guard let step else { return header }
        if step.action == .remove { return nil }
        return RecordHeader(key: header.key, value: header.value.map { Self.hidden($0, step.action) })
    }

    /// Fields are looked for in JSON, as stored or as MessagePack is shown, and in JSON that stands as text in it. In what is neither nobody knows where they
    /// are, so that all of it is hidden.
    private func hide(_ bytes: [UInt8], _ steps: [Masking.Step], _ message: ReadMessage, isKey: Bool) -> [UInt8] {
        guard let first = steps.first, !bytes.isEmpty else { return bytes }
        if let whole = steps.first(where: \.fields.isEmpty) { return Self.hidden(bytes, whole.action) }
        if let masked = JSONMask.hide(steps, in: bytes) { return masked }
        if case .json(let text) = Payload.decode(bytes, .automatic, message, isKey: isKey).0,
            let masked = JSONMask.hide(steps, in: Array(text.utf8))
        {
            return masked
        }
        return Self.hidden(bytes, first.action)
    }

    private static func hidden(_ bytes: [UInt8], _ action: Masking.Action) -> [UInt8] {
        switch action {
        case .remove: []
        case .replace: Array(replacement.utf8)
        case .mask: Array((String(validating: bytes, as: UTF8.self).map(shape) ?? replacement).utf8)
        }
    }

    /// Only the shape of a text: `Ann Lee, 42` becomes `Xxx Xxx- nn`.
    static func shape(_ text: String) -> String {
        String(
            text.map { character in
                if character.isWhitespace { return character }
                if character.isNumber { return "n" }
                return character.isLetter ? character.isUppercase ? "X" : "x" : "-"
            })
    }
}
