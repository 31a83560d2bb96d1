/// A value found in JSON by its path.
enum JSONFound: Equatable {
    case string(String)
    case number(Double)
    /// `true`, `false`, `null`, or an object as it is written.
    case text(String)

    /// As it is searched and compared as text.
    var plain: String {
        switch self {
        case .string(let text), .text(let text): text
        case .number(let number):
            number == number.rounded() && abs(number) < 9e15 ? String(Int64(number)) : String(number)
        }
    }
}

/// Looks values up in JSON bytes without building a tree: what is not on the path is passed over.
struct JSONReader {
    /// Why bytes are no JSON.
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var at = 0
    /// Takes members of objects, and the names that lead to the present place; nil where nobody wants them.
    private var visit: Visit?
    private var names: [String] = []

    /// The names that lead to a member, its own last; where it begins, and its value.
    typealias Visit = (_ names: [String], _ start: Int, _ value: Range<Int>) -> Void

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The values at a path: names of fields (case ignored), numbers of array elements; a name also looks into every
    /// element of an array. Nil when the bytes are no JSON.
    static func values(at path: [String], in bytes: [UInt8]) -> [JSONFound]? {
        var reader = JSONReader(bytes)
        var found: [JSONFound] = []
        do {
            try reader.value(path[...], depth: 0, &found)
            reader.blanks()
            return reader.at == bytes.count ? found : nil
        } catch {
            return nil
        }
    }

    /// Tells of every member of every object and every element of every array, those within others first; elements bear
    /// the names that lead to their array.
    ///
    /// - Returns: whether the bytes are JSON; what was told before it turned out that they are not is worth nothing.
    static func members(in bytes: [UInt8], _ visit: (_ names: [String], _ start: Int, _ value: Range<Int>) -> Void)
        -> Bool
    {
        withoutActuallyEscaping(visit) { visit in
            var reader = JSONReader(bytes)
            reader.visit = visit
            var found: [JSONFound] = []
            guard (try? reader.value(nil, depth: 0, &found)) != nil else { return false }
            reader.blanks()
            return reader.at == bytes.count
        }
    }

    /// Where bytes stop being JSON, counted from 1; nil when they are JSON.
    static func problem(in bytes: [UInt8]) -> (line: Int, column: Int)? {
        var reader = JSONReader(bytes)
        var found: [JSONFound] = []
        let isRead = (try? reader.value(nil, depth: 0, &found)) != nil
        reader.blanks()
        if isRead, reader.at == bytes.count { return nil }
        let before = bytes.prefix(reader.at)
        let line = before.count { $0 == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return (line, String(decoding: before[start...], as: UTF8.self).count + 1)
    }

    private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func blanks() {
        while let next = byte, next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { at += 1 }
    }

    private mutating func take(_ character: Character) throws {
        guard byte == character.asciiValue else { throw Malformed() }
        at += 1
    }

    /// Reads one value; nil passes over it.
    private mutating func value(_ path: ArraySlice<String>?, depth: Int, _ found: inout [JSONFound]) throws {
        guard depth <= DashboardLimits.nesting else { throw Malformed() }
        blanks()
        let start = at
        switch byte {
        case UInt8(ascii: "{"):
            try object(path, depth: depth, &found)
            if path?.isEmpty == true { found.append(.text(text(start..<at))) }
        case UInt8(ascii: "["): try array(path, depth: depth, &found)
        case UInt8(ascii: "\""):
            let string = try string(wanted: path?.isEmpty == true)
            if path?.isEmpty == true { found.append(.string(string)) }
        default:
            while let next = byte, !Self.endsWord(next) { at += 1 }
            let word = text(start..<at)
            if ["true", "false", "null"].contains(word) {
                if path?.isEmpty == true { found.append(.text(word)) }
            } else if let number = Double(word) {
                if path?.isEmpty == true { found.append(.number(number)) }
            } else {
                throw Malformed()
            }
        }
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }

    private mutating func object(_ path: ArraySlice<String>?, depth: Int, _ found: inout [JSONFound]) throws {
        try take("{")
        blanks()
        if byte == UInt8(ascii: "}") { return at += 1 }
        while true {
            blanks()
            let wanted = path?.first
            let start = at
            let name = try string(wanted: wanted != nil || visit != nil)
            blanks()
            try take(":")
            let isOnPath = wanted.map { name.lowercased() == $0.lowercased() } ?? false
            if visit != nil { names.append(name) }
            blanks()
            let valueStart = at
            try value(isOnPath ? path?.dropFirst() : nil, depth: depth + 1, &found)
            if let visit {
                visit(names, start, valueStart..<at)
                names.removeLast()
            }
            blanks()
            if byte == UInt8(ascii: "}") { return at += 1 }
            try take(",")
        }
    }

    private mutating func array(_ path: ArraySlice<String>?, depth: Int, _ found: inout [JSONFound]) throws {
        try take("[")
        blanks()
        if byte == UInt8(ascii: "]") { return at += 1 }
        let index = path?.first.flatMap { Int($0) }
        var number = 0
        while true {
            let inner = index == nil ? path : number == index ? path?.dropFirst() : nil
            blanks()
            let start = at
            try value(inner, depth: depth + 1, &found)
            if let visit { visit(names, start, start..<at) }
            number += 1
            blanks()
            if byte == UInt8(ascii: "]") { return at += 1 }
            try take(",")
        }
    }

    /// Reads a string; its text only when it is wanted.
    private mutating func string(wanted: Bool) throws -> String {
        try take("\"")
        let start = at
        var hasEscapes = false
        while let next = byte, next != UInt8(ascii: "\"") {
            if next == UInt8(ascii: "\\") {
                hasEscapes = true
                at += 1
            }
            at += 1
        }
        guard at < bytes.count else { throw Malformed() }
        let inner = start..<at
        at += 1
        guard wanted else { return "" }
        return hasEscapes ? try Self.unescaped(bytes[inner]) : text(inner)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) throws -> String {
        var units: [UInt16] = []
        var rest = String(decoding: bytes, as: UTF8.self).utf16[...]
        while let unit = rest.popFirst() {
            guard unit == 0x5C else {
                units.append(unit)
                continue
            }
            guard let escape = rest.popFirst() else { throw Malformed() }
            switch escape {
            case 0x6E: units.append(0x0A)
            case 0x74: units.append(0x09)
            case 0x72: units.append(0x0D)
            case 0x62: units.append(0x08)
            case 0x66: units.append(0x0C)
            case 0x75:
                guard rest.count >= 4, let unit = UInt16(String(rest.prefix(4)) ?? "", radix: 16) else {
                    throw Malformed()
                }
                units.append(unit)
                rest = rest.dropFirst(4)
            default: units.append(escape)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
