import KafkaProtocol

/// A message filter made ready for many messages: patterns compiled, words as bytes.
struct MessageMatcher {
    /// What a message is to the filter.
    enum Outcome: Equatable {
        case match, noMatch
        /// No match, and a field was asked for that could not be read from the key or value; why.
        case skipped(String)
    }

    private let expression: MessageFilter.Expression?
    private let formats: PayloadFormats
    private var patterns: [String: Regex<AnyRegexOutput>] = [:]

    init(_ filter: MessageFilter, formats: PayloadFormats = PayloadFormats()) {
        expression = filter.expression
        self.formats = formats
        if let expression { collect(expression) }
    }

    private mutating func collect(_ expression: MessageFilter.Expression) {
        switch expression {
        case .test(.pattern(let text, _)): patterns[text] = try? Regex(text)
        case .test: break
        case .not(let inner): collect(inner)
        case .all(let all), .any(let all): for inner in all { collect(inner) }
        }
    }

    func outcome(_ message: ReadMessage) -> Outcome {
        guard let expression else { return .match }
        var unread: String?
        if holds(expression, message, &unread) { return .match }
        return unread.map { .skipped($0) } ?? .noMatch
    }

    private func holds(_ expression: MessageFilter.Expression, _ message: ReadMessage, _ unread: inout String?) -> Bool
    {
        switch expression {
        case .test(let test): return holds(test, message, &unread)
        case .not(let inner): return !holds(inner, message, &unread)
        case .all(let all):
            for inner in all where !holds(inner, message, &unread) { return false }
            return true
        case .any(let any):
            for inner in any where holds(inner, message, &unread) { return true }
            return false
        }
    }

    private func holds(_ test: MessageFilter.Test, _ message: ReadMessage, _ unread: inout String?) -> Bool {
        switch test {
        case .word(let word):
            return contains(bytes(.key, message), word) || contains(bytes(.value, message), word)
                || message.headers.contains { contains(Array($0.key.utf8), word) || contains($0.value, word) }
        case .absent(let field, let isAbsent): return isAbsent == self.isAbsent(field, message)
        case .pattern(let text, let field):
            guard let pattern = patterns[text] else { return false }
            let parts = field.map { [$0] } ?? [.key, .value]
            return parts.contains { part in
                values(part, message, &unread).contains { $0.plain.firstMatch(of: pattern) != nil }
            }
        case .contains(let field, let wanted):
            switch field {
            case .key, .value: return contains(bytes(field, message), wanted)
            case .partition, .offset, .size, .time:
                let numbers = wanted.split(separator: ",").compactMap { Filter.number(String($0)) }
                return number(field, message).map { numbers.contains($0) } ?? false
            default:
                return values(field, message, &unread).contains { $0.plain.lowercased().contains(wanted) }
            }
        case .compare(let field, let comparison, let wanted):
            if let number = number(field, message) {
                guard let limit = Double(wanted) else { return false }
                return Self.compare(number, comparison, limit)
            }
            let found = values(field, message, &unread)
            if comparison == .notEqual { return !found.isEmpty && !found.contains { Self.compare($0, .equal, wanted) } }
            return found.contains { Self.compare($0, comparison, wanted) }
        }
    }

    // MARK: parts of a message

    private func isAbsent(_ field: MessageFilter.Field, _ message: ReadMessage) -> Bool {
        switch field {
        case .key: message.key == nil
        case .value: message.value == nil
        case .header(let name):
            !message.headers.contains { $0.key.lowercased() == name.lowercased() && $0.value != nil }
        default: false
        }
    }

    private func number(_ field: MessageFilter.Field, _ message: ReadMessage) -> Double? {
        switch field {
        case .partition: Double(message.partition)
        case .offset: Double(message.offset)
        case .time: Double(message.timestamp)
        case .size: Double(message.value?.count ?? 0)
        default: nil
        }
    }

    /// Key or value as text when a format decodes them, else as stored.
    private func bytes(_ field: MessageFilter.Field, _ message: ReadMessage) -> [UInt8]? {
        field == .key
            ? Payload.searchable(message.key, formats.key, message, isKey: true)
            : Payload.searchable(message.value, formats.value, message, isKey: false)
    }

    private func values(
        _ field: MessageFilter.Field, _ message: ReadMessage, _ unread: inout String?
    ) -> [JSONFound] {
        func text(_ bytes: [UInt8]?) -> [JSONFound] {
            bytes.map { [.string(String(decoding: $0, as: UTF8.self))] } ?? []
        }
        switch field {
        case .key, .value: return text(bytes(field, message))
        case .topic: return [.string(message.topic)]
        case .header(let name):
            return message.headers.filter { $0.key.lowercased() == name.lowercased() }.flatMap { text($0.value) }
        case .path(let path), .keyPath(let path):
            let isKey = if case .keyPath = field { true } else { false }
            guard let bytes = bytes(isKey ? .key : .value, message), !bytes.isEmpty else { return [] }
            guard let found = JSONReader.values(at: path, in: bytes) else {
                unread = "the \(isKey ? "key" : "value") has no \(path.joined(separator: ".")): \(Self.noJSON(bytes))"
                return []
            }
            return found
        case .partition, .offset, .time, .size: return []
        }
    }

    /// Why bytes are no JSON.
    private static func noJSON(_ bytes: [UInt8]) -> String {
        guard Payload.isStartOfJSON(bytes), let place = JSONReader.problem(in: bytes) else {
            return Payload.text(bytes) == nil ? "it is not text" : "it is text, not JSON"
        }
        return "not JSON at line \(place.line), column \(place.column)"
    }

    // MARK: comparing

    private static func compare(_ found: JSONFound, _ comparison: MessageFilter.Comparison, _ wanted: String) -> Bool {
        if case .number(let number) = found {
            guard let limit = Filter.number(wanted) else { return false }
            return compare(number, comparison, limit)
        }
        let text = found.plain
        if let a = Double(text), let b = Double(wanted) { return compare(a, comparison, b) }
        return compare(text, comparison, wanted)
    }

    private static func compare<Value: Comparable>(
        _ a: Value, _ comparison: MessageFilter.Comparison, _ b: Value
    ) -> Bool {
        switch comparison {
        case .equal: a == b
        case .notEqual: a != b
        case .atLeast: a >= b
        case .atMost: a <= b
        case .above: a > b
        case .below: a < b
        }
    }

    /// Whether bytes contain a lower-case word, case ignored. ASCII words, which nearly all are, need no decoding.
    private func contains(_ bytes: [UInt8]?, _ word: String) -> Bool {
        guard let bytes else { return false }
        let wanted = Array(word.utf8)
        guard wanted.allSatisfy({ $0 < 0x80 }) else {
            return String(decoding: bytes, as: UTF8.self).lowercased().contains(word)
        }
        return Self.contains(bytes, wanted)
    }

    static func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first else { return true }
        guard bytes.count >= wanted.count else { return false }
        return bytes.withUnsafeBufferPointer { hay in
            let upper = first >= 0x61 && first <= 0x7A ? first - 0x20 : first
            search: for start in 0...(hay.count - wanted.count) {
                guard hay[start] == first || hay[start] == upper else { continue }
                for index in 1..<max(1, wanted.count) {
                    let byte = hay[start + index]
                    let lowered = byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte
                    if lowered != wanted[index] { continue search }
                }
                return true
            }
            return false
        }
    }
}
