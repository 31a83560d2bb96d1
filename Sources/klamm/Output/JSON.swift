/// A JSON value to be written; objects keep the order in which they were made.
indirect enum JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByDictionaryLiteral
{
    case object([(String, JSON)])
    case array([JSON])
    case string(String)
    case int(Int64)
    /// Finite.
    case double(Double)
    case bool(Bool)
    case null

    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .int(value) }
    init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements) }
    init(booleanLiteral value: Bool) { self = .bool(value) }

    /// A string, or null.
    static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
    /// A number, or null.
    static func number(_ value: (some BinaryInteger)?) -> JSON { value.map { .int(Int64(clamping: $0)) } ?? .null }
    static func numbers(_ values: [some BinaryInteger]) -> JSON { .array(values.map { .number($0) }) }

    /// The text, indented by two spaces; arrays of plain values stay on one line.
    func text(indent: Int = 0) -> String {
        switch self {
        case .object(let pairs): Self.block(pairs, indent)
        case .array(let values):
            values.contains(where: \.isBlock)
                ? "[\n" + values.map { Self.margin(indent + 1) + $0.text(indent: indent + 1) }.joined(separator: ",\n")
                    + "\n" + Self.margin(indent) + "]"
                : "[" + values.map { $0.text() }.joined(separator: ", ") + "]"
        case .string(let text): Self.quoted(text)
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .null: "null"
        }
    }

    /// The text on one line.
    var compact: String {
        switch self {
        case .object(let pairs): "{" + pairs.map { Self.quoted($0.0) + ":" + $0.1.compact }.joined(separator: ",") + "}"
        case .array(let values): "[" + values.map(\.compact).joined(separator: ",") + "]"
        default: text()
        }
    }

    private var isBlock: Bool {
        switch self {
        case .object: true
        case .array(let values): values.contains(where: \.isBlock)
        default: false
        }
    }

    private static func margin(_ indent: Int) -> String { String(repeating: "  ", count: indent) }

    private static func block(_ pairs: [(String, JSON)], _ indent: Int) -> String {
        guard !pairs.isEmpty else { return "{}" }
        let lines = pairs.map { margin(indent + 1) + quoted($0.0) + ": " + $0.1.text(indent: indent + 1) }
        return "{\n" + lines.joined(separator: ",\n") + "\n" + margin(indent) + "}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
