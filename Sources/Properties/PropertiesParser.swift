/// Reads the `.properties` format as `java.util.Properties` does: `key=value`, `key: value` or `key value`, comments
/// with `#` or `!`, a backslash at the end of a line to go on, and the escapes `\t \n \r \f \u00e9`.
///
/// It walks scalars, not characters: an accent after `=` must not glue the two together.
struct PropertiesParser {
    private typealias Scalars = ArraySlice<Unicode.Scalar>

    private let file: String
    private let lines: [Scalars]

    init(file: String, text: String) {
        self.file = file
        let scalars = Array(text.unicodeScalars)
        var lines: [Scalars] = []
        var start = 0
        for (index, scalar) in scalars.enumerated() where scalar == "\n" || scalar == "\r" {
            // The second half of CR LF ends no line of its own.
            if scalar == "\n", index > 0, scalars[index - 1] == "\r" {
                start = index + 1
                continue
            }
            lines.append(scalars[start..<index])
            start = index + 1
        }
        if start < scalars.count { lines.append(scalars[start...]) }
        self.lines = lines
    }

    /// All lines in order; comments and blank lines are kept, so that a rewritten file looks as it did.
    func parse() throws -> [Properties.Line] {
        var result: [Properties.Line] = []
        var seen: [String: Int] = [:]
        var index = 0
        while index < lines.count {
            let number = index + 1
            let first = lines[index].drop(while: \.isPropertySpace).first
            guard let first, first != "#", first != "!" else {
                result.append(.other(Self.string(lines[index])))
                index += 1
                continue
            }
            let entry = try entry(joined(from: &index)[...], number: number)
            if let first = seen.updateValue(number, forKey: entry.key) {
                throw error(number, "`\(entry.key)` is already given in line \(first)")
            }
            result.append(.entry(entry))
        }
        return result
    }

    /// One entry with its continuation lines, whose leading space does not count.
    private func joined(from index: inout Int) -> [Unicode.Scalar] {
        var text: [Unicode.Scalar] = []
        while index < lines.count {
            let part = lines[index].drop(while: \.isPropertySpace)
            index += 1
            let slashes = part.reversed().prefix { $0 == "\\" }.count
            guard slashes % 2 == 1 else { return text + part }
            text += part.dropLast()
        }
        return text
    }

    private func entry(_ text: Scalars, number: Int) throws -> Properties.Entry {
        let end = keyEnd(text)
        let key = try unescaped(text[..<end], number)
        guard !key.isEmpty else { throw error(number, "there is no key before `=`") }
        var rest = text[end...].drop(while: \.isPropertySpace)
        if rest.first == "=" || rest.first == ":" { rest = rest.dropFirst().drop(while: \.isPropertySpace) }
        return Properties.Entry(key: key, value: try unescaped(rest, number), line: number)
    }

    private func keyEnd(_ text: Scalars) -> Int {
        var escaped = false
        for index in text.indices {
            let scalar = text[index]
            if !escaped, scalar == "=" || scalar == ":" || scalar.isPropertySpace { return index }
            escaped = scalar == "\\" && !escaped
        }
        return text.endIndex
    }

    private func unescaped(_ text: Scalars, _ number: Int) throws -> String {
        guard text.contains("\\") else { return Self.string(text) }
        // UTF-16, because an emoji is written as two `\u` halves.
        var units: [UInt16] = []
        var rest = text
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let escape = rest.popFirst() else {
                units.append(contentsOf: UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter)
                continue
            }
            switch escape {
            case "t": units.append(9)
            case "n": units.append(10)
            case "f": units.append(12)
            case "r": units.append(13)
            case "u":
                guard rest.count >= 4, let unit = UInt16(Self.string(rest.prefix(4)), radix: 16) else {
                    throw error(number, "`\\u` is not followed by four hexadecimal digits")
                }
                units.append(unit)
                rest = rest.dropFirst(4)
            default: units.append(contentsOf: UTF16.encode(escape) ?? UTF16.encodedReplacementCharacter)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }

    private static func string(_ scalars: Scalars) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private func error(_ line: Int, _ reason: String) -> PropertiesError {
        PropertiesError(file: file, line: line, reason: reason)
    }
}

extension Unicode.Scalar {
    fileprivate var isPropertySpace: Bool { self == " " || self == "\t" || self == "\u{c}" }
}
