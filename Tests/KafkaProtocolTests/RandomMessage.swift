import NIOCore

@testable import KafkaProtocol

/// Makes random bytes of a message from the words that `describe` gives for one version, independently of the code that
/// reads and writes it.
struct RandomMessage<Generator: RandomNumberGenerator> {
    private var words: Substring
    private let flexible: Bool
    private var generator: Generator

    init(_ words: String, flexible: Bool, generator: Generator) {
        self.words = words[...]
        self.flexible = flexible
        self.generator = generator
    }

    /// The body; nil when the words are not understood.
    mutating func bytes() -> ByteBuffer? { field(plain: false) }

    /// One field of any kind. `plain` keeps clear of zero, one, null and empty, which may be the default of a tagged
    /// field and would then not be written again.
    private mutating func field(plain: Bool) -> ByteBuffer? {
        switch words.first {
        case "{": structure(plain: plain)
        case "[": array(plain: plain)
        default: primitive(plain: plain)
        }
    }

    private mutating func structure(plain: Bool) -> ByteBuffer? {
        guard let content = fields(plain: plain) else { return nil }
        guard take("?") else { return content }
        if !plain, Bool.random(using: &generator) { return ByteBuffer(integer: Int8(-1)) }
        var buffer = ByteBuffer(integer: Int8(1))
        buffer.writeImmutableBuffer(content)
        return buffer
    }

    private mutating func fields(plain: Bool) -> ByteBuffer? {
        guard take("{") else { return nil }
        var buffer = ByteBuffer()
        var tags: [(UInt32, ByteBuffer)] = []
        while !take("}") {
            _ = take(" ")
            if words.hasPrefix("tag") {
                words = words.dropFirst(3)
                let digits = words.prefix(while: \.isNumber)
                words = words.dropFirst(digits.count)
                guard let tag = UInt32(digits), take("("), let content = field(plain: true), take(")") else {
                    return nil
                }
                tags.append((tag, content))
            } else {
                guard let content = field(plain: plain) else { return nil }
                buffer.writeImmutableBuffer(content)
            }
        }
        guard flexible else { return buffer }
        writeVarint(tags.count, &buffer)
        for (tag, content) in tags {
            writeVarint(Int(tag), &buffer)
            writeVarint(content.readableBytes, &buffer)
            buffer.writeImmutableBuffer(content)
        }
        return buffer
    }

    private mutating func array(plain: Bool) -> ByteBuffer? {
        guard take("[") else { return nil }
        let start = words
        let count = Int.random(in: plain ? 1...2 : 0...2, using: &generator)
        var content = ByteBuffer()
        for index in 0..<max(count, 1) {
            words = start
            guard let element = field(plain: plain) else { return nil }
            if index < count { content.writeImmutableBuffer(element) }
        }
        guard take("]") else { return nil }
        let null = take("?") && !plain && Bool.random(using: &generator)
        var buffer = ByteBuffer()
        writeLength(null ? nil : count, short: false, &buffer)
        if !null { buffer.writeImmutableBuffer(content) }
        return buffer
    }

    private mutating func primitive(plain: Bool) -> ByteBuffer? {
        let word = words.prefix { $0.isLetter || $0.isNumber }
        words = words.dropFirst(word.count)
        var buffer = ByteBuffer()
        switch word {
        case "bool": buffer.writeInteger(plain ? 1 : UInt8.random(in: 0...1, using: &generator))
        case "int8": buffer.writeInteger(integer(plain, Int8.self))
        case "int16": buffer.writeInteger(integer(plain, Int16.self))
        case "uint16": buffer.writeInteger(integer(plain, UInt16.self))
        case "int32": buffer.writeInteger(integer(plain, Int32.self))
        case "uint32": buffer.writeInteger(integer(plain, UInt32.self))
        case "int64", "float64": buffer.writeInteger(integer(plain, Int64.self))
        case "uuid":
            buffer.writeInteger(integer(plain, UInt64.self))
            buffer.writeInteger(integer(plain, UInt64.self))
        case "string", "bytes", "records":
            let text = [
                "", "a", "zwölf", "\u{0}long enough to need more than one byte of length in compact form \u{1F600}",
            ]
            let null = take("?") && !plain && Int.random(in: 0...2, using: &generator) == 0
            let value = plain ? "tagged" : text[Int.random(in: 0..<text.count, using: &generator)]
            writeLength(null ? nil : value.utf8.count, short: word == "string", &buffer)
            if !null { buffer.writeString(value) }
        default: return nil
        }
        return buffer
    }

    private mutating func integer<I: FixedWidthInteger>(_ plain: Bool, _: I.Type) -> I {
        plain ? I.random(in: 100...120, using: &generator) : I.random(in: I.min...I.max, using: &generator)
    }

    private func writeLength(_ value: Int?, short: Bool, _ buffer: inout ByteBuffer) {
        if flexible {
            writeVarint((value ?? -1) + 1, &buffer)
        } else if short {
            buffer.writeInteger(Int16(value ?? -1))
        } else {
            buffer.writeInteger(Int32(value ?? -1))
        }
    }

    private func writeVarint(_ value: Int, _ buffer: inout ByteBuffer) {
        var wire = Wire(.writing, version: 0, flexible: true, buffer: buffer)
        wire.writeUnsignedVarint(UInt32(value))
        buffer = wire.buffer
    }

    private mutating func take(_ character: Character) -> Bool {
        guard words.first == character else { return false }
        words = words.dropFirst()
        return true
    }
}
