import Properties

/// The lines `cluster.NAME.mask.RULE.topics`, `.key`, `.value` and `.headers` of a cluster, as they are read. Who wrote them meant to be
/// careful: what cannot be understood hides more, never less, and is said.
struct MaskSettings: Sendable, Equatable {
    private struct Draft: Sendable, Equatable {
        var name: String
        /// The first line that names it.
        var key: String
        var topics: [String]?
        var steps: [Part: [Masking.Step]] = [:]

        var rule: Masking.Rule {
            Masking.Rule(
                name: name, topics: topics ?? ["*"], key: steps[.key] ?? [], value: steps[.value] ?? [],
                headers: steps[.headers] ?? [])
        }
    }

    private enum Part: String, Sendable, CaseIterable {
        case key, value, headers
    }

    /// All of a part is hidden.
    private static let whole = [Masking.Step(.replace)]

    private var drafts: [Draft] = []

    /// What is hidden.
    var masking: Masking { Masking(drafts.map(\.rule)) }

    /// Takes a line; `name` is what follows `cluster.NAME.`.
    ///
    /// - Throws: `PropertiesError` with the line when it cannot be understood; all that it may mean is hidden then.
    mutating func take(_ name: Substring, _ entry: Properties.Entry, of file: Properties) throws {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let rule = parts.count > 1 ? parts[1] : ""
        var draft = drafts.first { $0.name == rule } ?? Draft(name: rule, key: entry.key)
        defer {
            drafts.removeAll { $0.name == rule }
            drafts.append(draft)
        }
        switch (parts.count == 3 && !rule.isEmpty ? parts[2] : "") {
        case "topics":
            let topics = Self.words(entry.value)
            guard !topics.isEmpty, topics.allSatisfy(Self.isPattern) else {
                draft.topics = ["*"]
                throw file.error(
                    entry.key,
                    "`\(entry.key)` must be names of topics, in which * stands for any letters, re: takes a regular "
                        + "expression and ! leaves out, not `\(entry.value)`; the rule covers all topics")
            }
            draft.topics = topics
        case let name where Part(rawValue: name) != nil:
            guard let part = Part(rawValue: name) else { return }
            draft.steps[part] = Self.whole
            draft.steps[part] = try Self.steps(entry, of: file)
        default:
            for part in Part.allCases { draft.steps[part] = Self.whole }
            throw file.error(
                entry.key,
                "`\(entry.key)` is not like cluster.NAME.mask.RULE.topics, .key, .value or .headers; all of them are hidden"
            )
        }
    }

    /// What is wrong with rules as a whole, at their first lines.
    func complaints(_ file: Properties) -> [PropertiesError] {
        drafts.flatMap { draft -> [PropertiesError] in
            var found: [PropertiesError] = []
            if draft.topics == nil, !draft.steps.isEmpty {
                found.append(file.error(draft.key, "`\(prefix(draft)).topics` is missing; the rule covers all topics"))
            }
            if draft.steps.isEmpty {
                found.append(
                    file.error(draft.key, "`\(prefix(draft))` hides nothing: give `.key`, `.value` or `.headers`"))
            }
            return found
        }
    }

    /// `cluster.prod.mask.people`.
    private func prefix(_ draft: Draft) -> String {
        draft.key.split(separator: ".", omittingEmptySubsequences: false).prefix(4).joined(separator: ".")
    }

    /// Whether it can stand in the name of a topic, or for a part of one.
    private static func isOfPattern(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-*".contains(character))
    }

    /// Whether it says which topics: a name, `re:` and a regular expression, or one of them after `!`.
    private static func isPattern(_ word: String) -> Bool {
        let pattern = word.hasPrefix("!") ? word.dropFirst() : word[...]
        if pattern.hasPrefix("re:") { return pattern.count > 3 && (try? Regex(String(pattern.dropFirst(3)))) != nil }
        return !pattern.isEmpty && pattern.allSatisfy(isOfPattern)
    }

    private static func words(_ text: String) -> [String] {
        text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// `remove ssn, card.number; mask email`, or only `replace` for the whole.
    private static func steps(_ entry: Properties.Entry, of file: Properties) throws -> [Masking.Step] {
        let steps = entry.value.split(separator: ";").map { text -> Masking.Step? in
            var words = words(String(text))
            guard !words.isEmpty, let action = Masking.Action(rawValue: words.removeFirst().lowercased()) else {
                return nil
            }
            return Masking.Step(action, fields: words)
        }
        guard !steps.isEmpty, !steps.contains(nil) else {
            let actions = Masking.Action.allCases.map(\.rawValue).joined(separator: ", ")
            throw file.error(
                entry.key,
                "`\(entry.key)` must be one of \(actions) and then fields, like `mask email; remove ssn`, not "
                    + "`\(entry.value)`; all of it is hidden")
        }
        return steps.compactMap { $0 }
    }
}
