import NIOCore

/// One record of `__consumer_offsets`: the key opens with a two-byte type, the value with a two-byte version, and a null
/// value deletes.
package enum GroupRecord: Sendable, Equatable {
    /// A group's position in a partition; nil forgets it. Key type 1 (0 was the same in old versions).
    case offset(group: String, TopicPartition, OffsetCommitValue?)
    /// A classic group; nil deletes it. Key type 2.
    case group(String, GroupMetadataValue?)
    /// A part of a consumer group of the new protocol. Key types 3 to 8 and 16.
    case consumer(group: String, ConsumerGroupRecord)

    /// The record's bytes. Throws when an identifier does not fit its two-byte length.
    package func encoded() throws -> EncodedRecord {
        var wire = Wire(.writing, version: 0, flexible: false)
        switch self {
        case .offset(var group, var partition, let value):
            var type: Int16 = 1
            try wire.int16(&type)
            try wire.string(&group)
            try wire.string(&partition.topic)
            try wire.int32(&partition.partition)
            return EncodedRecord(key: wire.buffer, value: try value.map { try Self.blob($0, $0.writtenVersion) })
        case .group(var group, let value):
            var type: Int16 = 2
            try wire.int16(&type)
            try wire.string(&group)
            return EncodedRecord(
                key: wire.buffer, value: try value.map { try Self.blob($0, GroupMetadataValue.writtenVersion) })
        case .consumer(var group, let record):
            var (type, rest) = record.key
            try wire.int16(&type)
            try wire.string(&group)
            if rest != nil { try wire.string(&rest) }
            return EncodedRecord(key: wire.buffer, value: try record.value())
        }
    }

    /// Reads a record. Nil for key types that are not known here, which a reader must skip (KIP-915).
    package static func decode(_ encoded: EncodedRecord) throws -> GroupRecord? {
        var wire = Wire(.reading, version: 0, flexible: false, buffer: encoded.key)
        var type: Int16 = 0
        var group = ""
        try wire.int16(&type)
        switch type {
        case 0, 1:
            var partition = TopicPartition("", 0)
            try wire.string(&group)
            try wire.string(&partition.topic)
            try wire.int32(&partition.partition)
            let value: OffsetCommitValue? = try encoded.value.map {
                try Self.value($0, newest: OffsetCommitValue.newestVersion)
            }
            return .offset(group: group, partition, value)
        case 2:
            try wire.string(&group)
            let value: GroupMetadataValue? = try encoded.value.map {
                try Self.value($0, newest: GroupMetadataValue.newestVersion)
            }
            return .group(group, value)
        default:
            var rest = ""
            guard ConsumerGroupRecord.isKnown(type) else { return nil }
            try wire.string(&group)
            if ConsumerGroupRecord.keyHasRest(type) { try wire.string(&rest) }
            return try ConsumerGroupRecord.decode(type: type, rest: rest, encoded.value)
                .map { .consumer(group: group, $0) }
        }
    }

    private static func blob(_ value: some WireStruct, _ version: Int16) throws -> ByteBuffer {
        try value.versionedBlob(version: version)
    }

    /// Values are flexible from version 4 on; a newer version is not readable, as its layout is unknown.
    private static func value<T: WireStruct>(_ buffer: ByteBuffer, newest: Int16) throws -> T {
        var rest = buffer
        guard let version = rest.readInteger(as: Int16.self) else { throw WireError.truncated }
        guard (0...newest).contains(version) else { throw WireError.badLength(Int64(version)) }
        return try T(decoding: &rest, version: version, flexible: version >= 4)
    }
}
