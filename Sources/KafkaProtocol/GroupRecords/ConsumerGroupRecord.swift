import NIOCore

/// One record of a consumer group of the new protocol (KIP-848) in `__consumer_offsets`; nil deletes. What is known of such a
/// group is what these records say.
package enum ConsumerGroupRecord: Sendable, Equatable {
    /// The group and its epoch. Key type 3.
    case epoch(Int32?)
    /// The topics that members subscribe to, as the last group epoch saw them. Key type 4.
    case topics([ConsumerGroupTopic]?)
    /// A member and its subscription. Key type 5.
    case member(id: String, ConsumerGroupMemberValue?)
    /// The group epoch that the target assignment belongs to. Key type 6.
    case targetEpoch(Int32?)
    /// What a member shall have. Key type 7.
    case target(member: String, [TopicIDPartitions]?)
    /// What a member has. Key type 8.
    case current(member: String, ConsumerGroupCurrentValue?)
    /// The topics that a regular expression of members stands for. Key type 16.
    case resolvedRegex(String, ConsumerGroupRegexValue?)

    /// The type in the key, and what follows the group id in it.
    var key: (type: Int16, rest: String?) {
        switch self {
        case .epoch: (3, nil)
        case .topics: (4, nil)
        case .member(let id, _): (5, id)
        case .targetEpoch: (6, nil)
        case .target(let id, _): (7, id)
        case .current(let id, _): (8, id)
        case .resolvedRegex(let regex, _): (16, regex)
        }
    }

    /// Versioned; nil for a tombstone.
    func value() throws -> ByteBuffer? {
        switch self {
        case .epoch(let epoch), .targetEpoch(let epoch): try epoch.map { try Self.blob(EpochValue($0)) }
        case .topics(let topics): try topics.map { try Self.blob(ListValue($0)) }
        case .member(_, let value): try value.map(Self.blob)
        case .target(_, let value): try value.map { try Self.blob(ListValue($0)) }
        case .current(_, let value): try value.map(Self.blob)
        case .resolvedRegex(_, let value): try value.map(Self.blob)
        }
    }

    /// Reads what `key` and `value` made; nil for other types of keys.
    static func decode(type: Int16, rest: String, _ value: ByteBuffer?) throws -> ConsumerGroupRecord? {
        switch type {
        case 3: .epoch(try value.map { try read(EpochValue.self, $0).epoch })
        case 4: .topics(try value.map { try read(ListValue<ConsumerGroupTopic>.self, $0).list })
        case 5: .member(id: rest, try value.map { try read(ConsumerGroupMemberValue.self, $0) })
        case 6: .targetEpoch(try value.map { try read(EpochValue.self, $0).epoch })
        case 7: .target(member: rest, try value.map { try read(ListValue<TopicIDPartitions>.self, $0).list })
        case 8: .current(member: rest, try value.map { try read(ConsumerGroupCurrentValue.self, $0) })
        case 16: .resolvedRegex(rest, try value.map { try read(ConsumerGroupRegexValue.self, $0) })
        default: nil
        }
    }

    static func isKnown(_ type: Int16) -> Bool { (3...8).contains(type) || type == 16 }

    /// Whether keys of a type name more than the group.
    static func keyHasRest(_ type: Int16) -> Bool { [5, 7, 8, 16].contains(type) }

    /// All values have version 0, which is flexible.
    private static func blob(_ value: some WireStruct) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(Int16(0))
        buffer.writeImmutableBuffer(try value.encoded(version: 0, flexible: true))
        return buffer
    }

    private static func read<T: WireStruct>(_ type: T.Type, _ buffer: ByteBuffer) throws -> T {
        var rest = buffer
        guard let version = rest.readInteger(as: Int16.self) else { throw WireError.truncated }
        guard version == 0 else { throw WireError.badLength(Int64(version)) }
        return try T(decoding: &rest, version: 0, flexible: true)
    }
}

/// The value of a record that holds an epoch alone.
private struct EpochValue: WireStruct {
    var epoch: Int32 = 0

    init() {}
    init(_ epoch: Int32) { self.epoch = epoch }

    mutating func code(_ wire: inout Wire) throws { try wire.int32(&epoch) }
}

/// The value of a record that holds a list alone.
private struct ListValue<Element: WireStruct>: WireStruct {
    var list: [Element] = []

    init() {}
    init(_ list: [Element]) { self.list = list }

    mutating func code(_ wire: inout Wire) throws { try wire.array(&list) }
}
