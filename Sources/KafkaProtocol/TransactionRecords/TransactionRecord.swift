import NIOCore

/// One record of `__transaction_state`: a transactional id, and its state or nil when it is forgotten. The key opens with a
/// two-byte version, the value too.
package struct TransactionRecord: Sendable, Equatable {
    package var transactionalID: String
    package var value: TransactionLogValue?

    package init(_ transactionalID: String, _ value: TransactionLogValue?) {
        self.transactionalID = transactionalID
        self.value = value
    }

    /// The record's bytes. Throws when the id does not fit its two-byte length.
    package func encoded() throws -> EncodedRecord {
        var key = Wire(.writing, version: 0, flexible: false)
        var version: Int16 = 0
        var id = transactionalID
        try key.int16(&version)
        try key.string(&id)
        return EncodedRecord(
            key: key.buffer, value: try value?.versionedBlob(version: TransactionLogValue.writtenVersion))
    }

    /// Reads a record. Nil for key versions that are not known here, which a reader must skip (KIP-915).
    package static func decode(_ encoded: EncodedRecord) throws -> TransactionRecord? {
        var key = Wire(.reading, version: 0, flexible: false, buffer: encoded.key)
        var version: Int16 = 0
        var id = ""
        try key.int16(&version)
        guard version == 0 else { return nil }
        try key.string(&id)
        return TransactionRecord(id, try encoded.value.map(TransactionLogValue.decode))
    }
}

/// The value of a record of `__transaction_state`, in the versions 0 and 1 that Kafka ever wrote.
package struct TransactionLogValue: WireStruct {
    /// What Kafka writes while transactions version 2 (KIP-890) is off.
    package static let writtenVersion: Int16 = 0

    package var producerID: Int64 = 0
    package var previousProducerID: Int64 = -1
    package var nextProducerID: Int64 = -1
    package var producerEpoch: Int16 = 0
    package var timeoutMs: Int32 = 0
    package var status: Int8 = 0
    /// Null in state Empty.
    package var partitions: [NamedPartitions]?
    package var lastUpdateTimestamp: Timestamp = 0
    package var startTimestamp: Timestamp = 0
    package var clientTransactionVersion: Int16 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.int32(&timeoutMs)
        try wire.int8(&status)
        try wire.array(&partitions)
        try wire.int64(&lastUpdateTimestamp)
        try wire.int64(&startTimestamp)
        try wire.tagged(0, &previousProducerID, default: -1, since: 1) { try $0.int64(&$1) }
        try wire.tagged(1, &nextProducerID, default: -1, since: 1) { try $0.int64(&$1) }
        try wire.tagged(2, &clientTransactionVersion, default: 0, since: 1) { try $0.int16(&$1) }
    }

    /// Values are flexible from version 1 on; a newer version is not readable, as its layout is unknown.
    package static func decode(_ buffer: ByteBuffer) throws -> TransactionLogValue {
        var rest = buffer
        guard let version = rest.readInteger(as: Int16.self) else { throw WireError.truncated }
        guard (0...1).contains(version) else { throw WireError.badLength(Int64(version)) }
        return try TransactionLogValue(decoding: &rest, version: version, flexible: version >= 1)
    }
}
