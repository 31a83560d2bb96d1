import NIOCore

/// A request of one API and, by its `Response`, the answer to it.
package protocol KafkaRequest: WireStruct {
    associatedtype Response: WireStruct
    static var api: APIKey { get }
    /// The versions whose layout is known here; what a broker advertises is in `APITable`.
    static var versions: ClosedRange<Int16> { get }
    /// The first version with compact lengths and tagged fields; `Int16.max` when there is none.
    static var flexibleSince: Int16 { get }
}

extension WireStruct {
    /// The bytes of this message's body.
    package func encoded(version: Int16, flexible: Bool) throws -> ByteBuffer {
        var wire = Wire(.writing, version: version, flexible: flexible)
        var copy = self
        try wire.body(&copy)
        return wire.buffer
    }

    /// Reads a body and leaves what follows it in `buffer`; surplus bytes are legal in Kafka.
    package init(decoding buffer: inout ByteBuffer, version: Int16, flexible: Bool) throws {
        var wire = Wire(.reading, version: version, flexible: flexible, buffer: buffer)
        self.init()
        try wire.body(&self)
        buffer = wire.buffer
    }

    /// The fields of a version as words, to hold the declaration against Kafka's schemas.
    package static func describe(version: Int16, flexible: Bool) throws -> String {
        var wire = Wire(.describing, version: version, flexible: flexible)
        var sample = Self()
        try wire.body(&sample)
        return wire.description.joined(separator: " ")
    }
}

/// What precedes every request: header version 1, or 2 with tagged fields.
package struct RequestHeader: Sendable, Equatable {
    package var api: Int16
    package var version: Int16
    package var correlationID: Int32
    package var clientID: String?

    package init(api: Int16, version: Int16, correlationID: Int32, clientID: String?) {
        self.api = api
        self.version = version
        self.correlationID = correlationID
        self.clientID = clientID
    }

    /// Reads the four fields that every header has; `skipTags` must follow when the version is flexible.
    package init(decoding buffer: inout ByteBuffer) throws {
        guard let api = buffer.readInteger(as: Int16.self), let version = buffer.readInteger(as: Int16.self),
            let correlationID = buffer.readInteger(as: Int32.self)
        else { throw WireError.truncated }
        // The client id keeps its two-byte length in header version 2 as well.
        var wire = Wire(.reading, version: 0, flexible: false, buffer: buffer)
        var clientID: String?
        try wire.string(&clientID)
        buffer = wire.buffer
        self.init(api: api, version: version, correlationID: correlationID, clientID: clientID)
    }

    /// Skips the tag section that ends the header of a flexible request or response.
    package static func skipTags(_ buffer: inout ByteBuffer) throws {
        var wire = Wire(.reading, version: 0, flexible: true, buffer: buffer)
        var nothing = NoFields()
        try wire.body(&nothing)
        buffer = wire.buffer
    }
}

/// A struct without fields: only its tag section.
package struct NoFields: WireStruct {
    package init() {}
    package mutating func code(_ wire: inout Wire) throws {}
}

/// Whole frames: the four-byte size, the header and the body.
package enum Frame {
    /// A request ready for the socket.
    package static func request<R: KafkaRequest>(
        _ request: R, version: Int16, correlationID: Int32, clientID: String?
    ) throws -> ByteBuffer {
        let flexible = version >= R.flexibleSince
        var wire = Wire(.writing, version: 0, flexible: false)
        var api = R.api.rawValue
        var number = version
        var correlation = correlationID
        var client = clientID
        try wire.int16(&api)
        try wire.int16(&number)
        try wire.int32(&correlation)
        try wire.string(&client)
        if flexible { wire.buffer.writeInteger(UInt8(0)) }
        return sized(wire.buffer, try request.encoded(version: version, flexible: flexible))
    }

    /// A response ready for the socket. ApiVersions keeps header version 0 at every version, so that a client that does
    /// not know the broker yet can read it (KIP-511).
    package static func response<R: KafkaRequest>(
        _ response: R.Response, to: R.Type, version: Int16, correlationID: Int32
    ) throws -> ByteBuffer {
        let flexible = version >= R.flexibleSince
        var header = ByteBuffer()
        header.writeInteger(correlationID)
        if flexible && R.api != .apiVersions { header.writeInteger(UInt8(0)) }
        return sized(header, try response.encoded(version: version, flexible: flexible))
    }

    /// Reads a response body; `buffer` stands after the correlation id.
    package static func readResponse<R: KafkaRequest>(
        _ buffer: inout ByteBuffer, to: R.Type, version: Int16
    ) throws -> R.Response {
        let flexible = version >= R.flexibleSince
        if flexible && R.api != .apiVersions { try RequestHeader.skipTags(&buffer) }
        return try R.Response(decoding: &buffer, version: version, flexible: flexible)
    }

    private static func sized(_ header: ByteBuffer, _ body: ByteBuffer) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.reserveCapacity(4 + header.readableBytes + body.readableBytes)
        frame.writeInteger(Int32(header.readableBytes + body.readableBytes))
        frame.writeImmutableBuffer(header)
        frame.writeImmutableBuffer(body)
        return frame
    }
}
