/// The contents of a `.properties` file: entries in order with their lines, and everything else as it stood.
///
/// One format serves brokers, clients, settings, themes and the layout of bundled clusters. Values are read by key; text
/// is written back with comments and order kept.
package struct Properties: Sendable, Equatable {
    /// A key and its value, both without escapes.
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var value: String
        /// Where it was read, from 1; 0 when it was set by the program.
        package var line: Int
    }

    /// A line of the file: an entry, or a comment or blank line verbatim.
    enum Line: Sendable, Equatable {
        case entry(Entry)
        case other(String)
    }

    /// The file's name for messages.
    package let file: String
    private var lines: [Line] = []
    private var index: [String: Int] = [:]

    /// Nothing yet; `file` names it in messages.
    package init(file: String = "properties") { self.file = file }

    /// Reads a text.
    ///
    /// - Throws: `PropertiesError` with the line of a bad escape, a missing key or a key given twice.
    package init(parsing text: String, file: String) throws {
        self.init(file: file)
        for line in try PropertiesParser(file: file, text: text).parse() { append(line) }
    }

    /// All entries in the order of the file.
    package var entries: [Entry] {
        lines.compactMap { line in
            guard case .entry(let entry) = line else { return nil }
            return entry
        }
    }

    /// All values by key.
    package var dictionary: [String: String] {
        Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
    }

    /// The value of a key. Setting keeps the entry's place, or appends it; nil removes it.
    package subscript(key: String) -> String? {
        get { entry(key)?.value }
        set {
            guard let newValue else { return remove(key) }
            guard let position = index[key] else {
                return append(.entry(Entry(key: key, value: newValue, line: 0)))
            }
            lines[position] = .entry(Entry(key: key, value: newValue, line: entry(key)?.line ?? 0))
        }
    }

    /// The entry of a key, with its line.
    package func entry(_ key: String) -> Entry? {
        guard let position = index[key], case .entry(let entry) = lines[position] else { return nil }
        return entry
    }

    /// An integer in a range, or nil when the key is missing.
    package func int(_ key: String, in range: ClosedRange<Int> = Int.min...Int.max) throws -> Int? {
        guard let entry = entry(key) else { return nil }
        guard let value = Int(entry.value), range.contains(value) else {
            throw error(
                key, "`\(key)` must be a number from \(range.lowerBound) to \(range.upperBound), not `\(entry.value)`")
        }
        return value
    }

    /// `true` or `false`, or nil when the key is missing.
    package func bool(_ key: String) throws -> Bool? {
        guard let entry = entry(key) else { return nil }
        guard let value = Bool(entry.value.lowercased()) else {
            throw error(key, "`\(key)` must be true or false, not `\(entry.value)`")
        }
        return value
    }

    /// A value that must be there.
    package func required(_ key: String) throws -> String {
        guard let value = self[key] else { throw error(key, "`\(key)` is missing") }
        return value
    }

    /// An error about a key that points at its line.
    package func error(_ key: String, _ reason: String) -> PropertiesError {
        PropertiesError(file: file, line: entry(key)?.line ?? 0, reason: reason)
    }

    /// Adds a comment of one or more lines, or a blank line for "".
    package mutating func comment(_ text: String) {
        guard !text.isEmpty else { return append(.other("")) }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            append(.other(line.isEmpty ? "#" : "# \(line)"))
        }
    }

    /// The text of the file; reading it gives the same entries again.
    package var text: String {
        lines.map { line in
            switch line {
            case .other(let text): text
            case .entry(let entry): Self.escaped(entry.key, key: true) + "=" + Self.escaped(entry.value, key: false)
            }
        }.map { $0 + "\n" }.joined()
    }

    private mutating func append(_ line: Line) {
        if case .entry(let entry) = line { index[entry.key] = lines.count }
        lines.append(line)
    }

    private mutating func remove(_ key: String) {
        guard let position = index[key] else { return }
        let kept = lines.enumerated().filter { $0.offset != position }.map(\.element)
        lines = []
        index = [:]
        for line in kept { append(line) }
    }

    private static func escaped(_ text: String, key: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\u{c}": result += "\\f"
            case " " where key || result.isEmpty: result += "\\ "
            case "=" where key, ":" where key: result += "\\" + String(scalar)
            case "#" where key && result.isEmpty, "!" where key && result.isEmpty: result += "\\" + String(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
