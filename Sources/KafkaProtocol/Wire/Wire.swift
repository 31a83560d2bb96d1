import NIOCore

/// A part of a message: a struct whose `code` names its fields once, in wire order.
///
/// The same declaration is read, written and described, so both directions can never disagree.
package protocol WireStruct: WireElement {
    init()
    /// Visits every field in the order of Kafka's schema, tagged fields last. On reading, fields that the version lacks
    /// keep their default.
    mutating func code(_ wire: inout Wire) throws
}

/// One pass over the fields of a message: reading from, writing to, or describing bytes (see the wire format in Kafka's
/// protocol guide; flexible versions are KIP-482).
///
/// Lengths come from the network and are checked against what remains before anything is reserved.
package struct Wire {
    /// What the pass does.
    package enum Mode: Sendable { case reading, writing, describing }

    package let mode: Mode
    /// The version of the message that `since` and `until` are held against.
    package let version: Int16
    /// Whether this version uses compact lengths and tagged fields.
    package let flexible: Bool
    /// What is left to read, or what has been written.
    package var buffer: ByteBuffer
    /// In `.describing`: one word per field that this version has.
    package private(set) var description: [String] = []

    private var tags: [(tag: UInt32, payload: ByteBuffer)]?

    package init(_ mode: Mode, version: Int16, flexible: Bool, buffer: ByteBuffer = ByteBuffer()) {
        self.mode = mode
        self.version = version
        self.flexible = flexible
        self.buffer = buffer
    }

    /// Whether the version lies in `since...until`.
    package func has(_ since: Int16, _ until: Int16 = .max) -> Bool { version >= since && version <= until }

    // MARK: Fixed-width fields

    package mutating func int8(_ value: inout Int8, since: Int16 = 0, until: Int16 = .max) throws {
        try integer(&value, since, until, "int8")
    }

    package mutating func int16(_ value: inout Int16, since: Int16 = 0, until: Int16 = .max) throws {
        try integer(&value, since, until, "int16")
    }

    package mutating func uint16(_ value: inout UInt16, since: Int16 = 0, until: Int16 = .max) throws {
        try integer(&value, since, until, "uint16")
    }

    package mutating func int32(_ value: inout Int32, since: Int16 = 0, until: Int16 = .max) throws {
        try integer(&value, since, until, "int32")
    }

    package mutating func uint32(_ value: inout UInt32, since: Int16 = 0, until: Int16 = .max) throws {
        try integer(&value, since, until, "uint32")
    }

    package mutating func int64(_ value: inout Int64, since: Int16 = 0, until: Int16 = .max) throws {
        try integer(&value, since, until, "int64")
    }

    package mutating func error(_ value: inout ErrorCode, since: Int16 = 0, until: Int16 = .max) throws {
        try integer(&value.rawValue, since, until, "int16")
    }

    package mutating func bool(_ value: inout Bool, since: Int16 = 0, until: Int16 = .max) throws {
        var byte: Int8 = value ? 1 : 0
        try integer(&byte, since, until, "bool")
        if has(since, until) { value = byte != 0 }
    }

    package mutating func float64(_ value: inout Double, since: Int16 = 0, until: Int16 = .max) throws {
        var bits = value.bitPattern
        try integer(&bits, since, until, "float64")
        if has(since, until) { value = Double(bitPattern: bits) }
    }

    package mutating func uuid(_ value: inout UUID, since: Int16 = 0, until: Int16 = .max) throws {
        guard has(since, until) else { return }
        if mode == .describing { return description.append("uuid") }
        try raw(&value.high)
        try raw(&value.low)
    }

    // MARK: Strings and bytes

    package mutating func string(_ value: inout String, since: Int16 = 0, until: Int16 = .max) throws {
        guard has(since, until) else { return }
        var nullable: String? = value
        try string(&nullable, null: false)
        value = nullable ?? ""
    }

    /// A string that may be null from version `nullable` on; null elsewhere is written as "" and refused on reading.
    package mutating func string(
        _ value: inout String?, since: Int16 = 0, until: Int16 = .max, nullable: Int16 = 0
    ) throws {
        guard has(since, until) else { return }
        try string(&value, null: version >= nullable)
    }

    package mutating func bytes(_ value: inout ByteBuffer, since: Int16 = 0, until: Int16 = .max) throws {
        guard has(since, until) else { return }
        var nullable: ByteBuffer? = value
        try bytes(&nullable, null: false, "bytes")
        value = nullable ?? ByteBuffer()
    }

    /// Bytes that must not be null, but are read as none when they are: for a field that foreign servers leave null.
    package mutating func lenientBytes(_ value: inout ByteBuffer) throws {
        var nullable: ByteBuffer? = value
        try bytes(&nullable, null: mode == .reading, "bytes")
        value = nullable ?? ByteBuffer()
    }

    /// Bytes that may be null from version `nullable` on. What is read is a slice that shares the frame's storage.
    package mutating func bytes(
        _ value: inout ByteBuffer?, since: Int16 = 0, until: Int16 = .max, nullable: Int16 = 0
    ) throws {
        guard has(since, until) else { return }
        try bytes(&value, null: version >= nullable, "bytes")
    }

    /// Record batches: on the wire the same as bytes, null unless the schema forbids it.
    package mutating func records(
        _ value: inout ByteBuffer?, since: Int16 = 0, until: Int16 = .max, nullable: Bool = true
    ) throws {
        guard has(since, until) else { return }
        try bytes(&value, null: nullable, "records")
    }

    // MARK: Structs and arrays

    /// A struct that is always present.
    package mutating func structure<T: WireStruct>(_ value: inout T, since: Int16 = 0, until: Int16 = .max) throws {
        guard has(since, until) else { return }
        try body(&value)
    }

    /// A struct behind a presence byte (−1 absent, 1 present).
    package mutating func structure<T: WireStruct>(_ value: inout T?, since: Int16 = 0, until: Int16 = .max) throws {
        guard has(since, until) else { return }
        var content = value ?? T()
        if mode == .describing {
            try body(&content)
            return description.append((description.popLast() ?? "") + "?")
        }
        var present: Int8 = value == nil ? -1 : 1
        try raw(&present)
        guard present >= 0 else { return value = nil }
        try body(&content)
        value = content
    }

    package mutating func array<T: WireElement>(_ values: inout [T], since: Int16 = 0, until: Int16 = .max) throws {
        guard has(since, until) else { return }
        var nullable: [T]? = values
        try elements(&nullable, null: false)
        values = nullable ?? []
    }

    package mutating func array<T: WireElement>(
        _ values: inout [T]?, since: Int16 = 0, until: Int16 = .max, nullable: Int16 = 0
    ) throws {
        guard has(since, until) else { return }
        try elements(&values, null: version >= nullable)
    }

    // MARK: Tagged fields (KIP-482)

    /// A field of the tag section: left out while it equals `default`. Must be visited after all ordinary fields, in
    /// ascending order of tags.
    package mutating func tagged<T: Equatable>(
        _ tag: UInt32, _ value: inout T, default initial: T, since: Int16 = 0, until: Int16 = .max,
        _ code: (inout Wire, inout T) throws -> Void
    ) throws {
        guard flexible, has(since, until) else { return }
        switch mode {
        case .reading:
            try readTags()
            guard let payload = tags?.first(where: { $0.tag == tag })?.payload else { return }
            var inner = Wire(.reading, version: version, flexible: flexible, buffer: payload)
            try code(&inner, &value)
        case .writing:
            guard value != initial else { return }
            var inner = Wire(.writing, version: version, flexible: flexible)
            try code(&inner, &value)
            tags = (tags ?? []) + [(tag, inner.buffer)]
        case .describing:
            var inner = Wire(.describing, version: version, flexible: flexible)
            var sample = value
            try code(&inner, &sample)
            description.append("tag\(tag)(\(inner.description.joined(separator: " ")))")
        }
    }

    /// The fields of a struct and the tag section that ends it in flexible versions.
    package mutating func body<T: WireStruct>(_ value: inout T) throws {
        if mode == .describing { return try describe(&value) }
        let outer = tags
        tags = nil
        try value.code(&self)
        if flexible { try endTags() }
        tags = outer
    }

    /// A struct in braces, because its tag section is invisible otherwise.
    private mutating func describe<T: WireStruct>(_ value: inout T) throws {
        let outer = description
        description = []
        try value.code(&self)
        description = outer + ["{\(description.joined(separator: " "))}"]
    }

    private mutating func readTags() throws {
        guard tags == nil else { return }
        let count = try readUnsignedVarint()
        var found: [(tag: UInt32, payload: ByteBuffer)] = []
        for _ in 0..<count {
            let tag = try readUnsignedVarint()
            let size = try readUnsignedVarint()
            guard let payload = buffer.readSlice(length: Int(size)) else { throw WireError.truncated }
            found.append((tag, payload))
        }
        tags = found
    }

    private mutating func endTags() throws {
        switch mode {
        case .reading: try readTags()
        case .writing:
            writeUnsignedVarint(UInt32(tags?.count ?? 0))
            for (tag, payload) in tags ?? [] {
                writeUnsignedVarint(tag)
                writeUnsignedVarint(UInt32(payload.readableBytes))
                buffer.writeImmutableBuffer(payload)
            }
        case .describing: break
        }
    }

    // MARK: Primitives

    /// Reads a varint without zigzag of at most five bytes.
    package mutating func readUnsignedVarint() throws -> UInt32 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 28, by: 7) {
            guard let byte = buffer.readInteger(as: UInt8.self) else { throw WireError.truncated }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                guard let narrow = UInt32(exactly: value) else { throw WireError.badVarint }
                return narrow
            }
        }
        throw WireError.badVarint
    }

    /// Writes a varint without zigzag.
    package mutating func writeUnsignedVarint(_ value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }

    private mutating func integer<I: FixedWidthInteger>(
        _ value: inout I, _ since: Int16, _ until: Int16, _ word: String
    ) throws {
        guard has(since, until) else { return }
        if mode == .describing { return description.append(word) }
        try raw(&value)
    }

    private mutating func raw<I: FixedWidthInteger>(_ value: inout I) throws {
        if mode == .writing {
            buffer.writeInteger(value)
        } else {
            guard let read = buffer.readInteger(as: I.self) else { throw WireError.truncated }
            value = read
        }
    }

    /// A length before a string (two bytes), or before bytes and arrays (four), or compact; nil is null.
    private mutating func length(_ value: Int?, short: Bool, null: Bool) throws -> Int? {
        if mode == .writing {
            if flexible {
                writeUnsignedVarint(UInt32((value ?? (null ? -1 : 0)) + 1))
            } else if short {
                guard let narrow = Int16(exactly: value ?? (null ? -1 : 0)) else {
                    throw WireError.badLength(Int64(value ?? 0))
                }
                buffer.writeInteger(narrow)
            } else {
                buffer.writeInteger(Int32(value ?? (null ? -1 : 0)))
            }
            return value
        }
        let count: Int
        if flexible {
            count = Int(try readUnsignedVarint()) - 1
        } else if short {
            guard let read = buffer.readInteger(as: Int16.self) else { throw WireError.truncated }
            count = Int(read)
        } else {
            guard let read = buffer.readInteger(as: Int32.self) else { throw WireError.truncated }
            count = Int(read)
        }
        if count == -1 {
            guard null else { throw WireError.unexpectedNull }
            return nil
        }
        // Every element takes at least one byte, so a count beyond what remains is a lie.
        guard count >= 0, count <= buffer.readableBytes else { throw WireError.badLength(Int64(count)) }
        return count
    }

    private mutating func string(_ value: inout String?, null: Bool) throws {
        switch mode {
        case .describing: description.append(null ? "string?" : "string")
        case .writing:
            _ = try length(value.map(\.utf8.count), short: true, null: null)
            if let value { buffer.writeString(value) }
        case .reading:
            guard let count = try length(nil, short: true, null: null) else { return value = nil }
            guard let text = buffer.readString(length: count) else { throw WireError.truncated }
            value = text
        }
    }

    private mutating func bytes(_ value: inout ByteBuffer?, null: Bool, _ word: String) throws {
        switch mode {
        case .describing: description.append(null ? word + "?" : word)
        case .writing:
            _ = try length(value?.readableBytes, short: false, null: null)
            if let value { buffer.writeImmutableBuffer(value) }
        case .reading:
            guard let count = try length(nil, short: false, null: null) else { return value = nil }
            guard let slice = buffer.readSlice(length: count) else { throw WireError.truncated }
            value = slice
        }
    }

    private mutating func elements<T: WireElement>(_ values: inout [T]?, null: Bool) throws {
        switch mode {
        case .describing:
            var inner = Wire(.describing, version: version, flexible: flexible)
            var sample = T.wireDefault
            try sample.element(of: &inner)
            description.append("[\(inner.description.joined(separator: " "))]" + (null ? "?" : ""))
        case .writing:
            _ = try length(values?.count, short: false, null: null)
            guard let list = values else { return }
            for var element in list { try element.element(of: &self) }
        case .reading:
            guard let count = try length(nil, short: false, null: null) else { return values = nil }
            var list: [T] = []
            // A hostile count is at most the frame's size; growing beyond this is left to append.
            list.reserveCapacity(min(count, 1024))
            for _ in 0..<count {
                var element = T.wireDefault
                try element.element(of: &self)
                list.append(element)
            }
            values = list
        }
    }
}

/// A value that may stand in an array, or for a field of a generic message.
package protocol WireElement: Sendable, Equatable {
    static var wireDefault: Self { get }
    mutating func element(of wire: inout Wire) throws
}

extension WireStruct {
    package static var wireDefault: Self { Self() }
    package mutating func element(of wire: inout Wire) throws { try wire.body(&self) }
}

extension Int8: WireElement {
    package static var wireDefault: Int8 { 0 }
    package mutating func element(of wire: inout Wire) throws { try wire.int8(&self) }
}

extension Int16: WireElement {
    package static var wireDefault: Int16 { 0 }
    package mutating func element(of wire: inout Wire) throws { try wire.int16(&self) }
}

extension Int32: WireElement {
    package static var wireDefault: Int32 { 0 }
    package mutating func element(of wire: inout Wire) throws { try wire.int32(&self) }
}

extension Int64: WireElement {
    package static var wireDefault: Int64 { 0 }
    package mutating func element(of wire: inout Wire) throws { try wire.int64(&self) }
}

extension String: WireElement {
    package static var wireDefault: String { "" }
    package mutating func element(of wire: inout Wire) throws { try wire.string(&self) }
}

extension UUID: WireElement {
    package static var wireDefault: UUID { .zero }
    package mutating func element(of wire: inout Wire) throws { try wire.uuid(&self) }
}

extension Optional: WireElement where Wrapped: WireStruct {
    package static var wireDefault: Wrapped? { nil }
    package mutating func element(of wire: inout Wire) throws { try wire.structure(&self) }
}
