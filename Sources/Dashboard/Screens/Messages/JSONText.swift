import TerminalUI

/// JSON as text: checked, coloured and spread over lines, without changing any number or the order of keys.
enum JSONText {
    /// One piece of JSON.
    private enum Token {
        case open(Character), close(Character), comma, colon
        case string(String), number(String), literal(String)
    }

    /// The text as a JSON string with quotes.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }

    /// The text on one line in the colours of JSON.
    static func coloured(_ text: String) -> StyledText {
        guard let tokens = tokens(String(text.prefix(200))) else { return StyledText(text) }
        var out = StyledText(spans: [])
        var rest = text[...]
        for (index, token) in tokens.enumerated() {
            let blanks = rest.prefix(while: \.isWhitespace)
            let piece = piece(token, isKey: isKey(tokens, index))
            out += StyledText(String(blanks)) + piece
            rest = rest.dropFirst(blanks.count + piece.plain.count)
        }
        return rest.isEmpty ? out : out + StyledText(String(rest))
    }

    /// The lines of a value, two blanks per level; nil when it is not JSON.
    static func pretty(_ text: String) -> [StyledText]? {
        guard text.utf8.count <= DashboardLimits.shownBytes, let tokens = tokens(text), balanced(tokens) else {
            return nil
        }
        var lines: [StyledText] = []
        var line = StyledText(spans: [])
        var depth = 0
        func feed() {
            lines.append(line)
            line = StyledText(String(repeating: "  ", count: depth))
        }
        for (index, token) in tokens.enumerated() {
            switch token {
            case .open:
                line += piece(token, isKey: false)
                guard depth < DashboardLimits.nesting else { return nil }
                depth += 1
                if case .close? = tokens.dropFirst(index + 1).first { continue }
                feed()
            case .close:
                depth -= 1
                if index > 0, case .open = tokens[index - 1] {} else { feed() }
                line += piece(token, isKey: false)
            case .comma:
                line += ","
                feed()
            case .colon: line += ": "
            default: line += piece(token, isKey: isKey(tokens, index))
            }
        }
        lines.append(line)
        return lines
    }

    private static func piece(_ token: Token, isKey: Bool) -> StyledText {
        switch token {
        case .open(let bracket), .close(let bracket): StyledText(String(bracket))
        case .comma: ","
        case .colon: ":"
        case .string(let text): StyledText(text, isKey ? .jsonKey : .jsonString)
        case .number(let text): StyledText(text, .jsonNumber)
        case .literal(let text): StyledText(text, .jsonLiteral)
        }
    }

    private static func isKey(_ tokens: [Token], _ index: Int) -> Bool {
        if tokens.indices.contains(index + 1), case .colon = tokens[index + 1] { return true }
        return false
    }

    private static func balanced(_ tokens: [Token]) -> Bool {
        var open: [Character] = []
        var needsValue = true
        for (index, token) in tokens.enumerated() {
            switch token {
            case .open(let bracket):
                guard needsValue else { return false }
                open.append(bracket)
                needsValue = true
            case .close(let bracket):
                guard let last = open.popLast(), (last == "{") == (bracket == "}") else { return false }
                if needsValue, index > 0 {
                    guard case .open = tokens[index - 1] else { return false }
                }
                needsValue = false
            case .comma, .colon:
                guard !needsValue, !open.isEmpty else { return false }
                needsValue = true
            default:
                guard needsValue else { return false }
                needsValue = false
            }
        }
        return open.isEmpty && !needsValue && !tokens.isEmpty
    }

    private static func tokens(_ text: String) -> [Token]? {
        var tokens: [Token] = []
        var rest = Substring(text)
        while let first = rest.first {
            switch first {
            case " ", "\n", "\t", "\r", "\r\n": rest = rest.dropFirst()
            case "{", "[":
                tokens.append(.open(first))
                rest = rest.dropFirst()
            case "}", "]":
                tokens.append(.close(first))
                rest = rest.dropFirst()
            case ",":
                tokens.append(.comma)
                rest = rest.dropFirst()
            case ":":
                tokens.append(.colon)
                rest = rest.dropFirst()
            case "\"":
                guard let string = string(&rest) else { return tokens.isEmpty ? nil : nil }
                tokens.append(.string(string))
            default:
                let word = rest.prefix { $0.isLetter || $0.isNumber || "+-.".contains($0) }
                guard !word.isEmpty else { return nil }
                rest = rest.dropFirst(word.count)
                if ["true", "false", "null"].contains(String(word)) {
                    tokens.append(.literal(String(word)))
                } else if Double(word) != nil {
                    tokens.append(.number(String(word)))
                } else {
                    return nil
                }
            }
        }
        return tokens
    }

    /// Takes a string with its quotes from the front.
    private static func string(_ rest: inout Substring) -> String? {
        var index = rest.index(after: rest.startIndex)
        while index < rest.endIndex {
            if rest[index] == "\\" {
                index = rest.index(after: index)
                guard index < rest.endIndex else { return nil }
            } else if rest[index] == "\"" {
                let end = rest.index(after: index)
                let string = String(rest[..<end])
                rest = rest[end...]
                return string
            }
            index = rest.index(after: index)
        }
        return nil
    }
}
