import KafkaProtocol
import NIOCore

/// The first record of a quorum leader's epoch (KIP-595).
package struct LeaderChangeMessage: WireStruct {
    /// A voter by id (and from version 1 by directory).
    package struct Voter: WireStruct {
        package var voterID: BrokerID = -1
        package var voterDirectoryID = UUID.zero

        package init() {}

        package init(_ voterID: BrokerID) { self.voterID = voterID }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&voterID)
            try wire.uuid(&voterDirectoryID, since: 1)
        }
    }

    package var version: Int16 = 0
    package var leaderID: BrokerID = -1
    package var voters: [Voter] = []
    package var grantingVoters: [Voter] = []

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int16(&version)
        try wire.int32(&leaderID)
        try wire.array(&voters)
        try wire.array(&grantingVoters)
    }
}

/// The first record of a snapshot (KIP-630).
package struct SnapshotHeaderRecord: WireStruct {
    package var version: Int16 = 0
    /// The append time of the last batch that the snapshot covers.
    package var lastContainedLogTimestamp: Timestamp = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int16(&version)
        try wire.int64(&lastContainedLogTimestamp)
    }
}

/// The last record of a snapshot (KIP-630): its presence shows that the file is whole.
package struct SnapshotFooterRecord: WireStruct {
    package var version: Int16 = 0

    package init() {}

    package mutating func code(_ wire: inout Wire) throws { try wire.int16(&version) }
}

/// A control record of the metadata quorum with its value.
package enum QuorumControlRecord: Sendable, Equatable {
    case leaderChange(LeaderChangeMessage)
    case snapshotHeader(SnapshotHeaderRecord)
    case snapshotFooter(SnapshotFooterRecord)
    /// A kind that is known or newer but not looked into here.
    case other(ControlRecordType)

    /// Reads the control record in a control batch.
    ///
    /// - Throws: `RecordsError` or `WireError` when the batch or the value is malformed.
    package init(_ batch: RecordBatch) throws {
        guard batch.attributes.isControl, let record = try batch.records().first,
            let type = ControlRecordKey(record.key)?.type
        else { throw RecordsError.malformedRecord("no control record") }
        var value = record.value ?? ByteBuffer()
        // The version is the value's first field and read as such; it decides the layout.
        let version = value.getInteger(at: value.readerIndex, as: Int16.self) ?? 0
        switch type {
        case .leaderChange: self = .leaderChange(try .init(decoding: &value, version: version, flexible: true))
        case .snapshotHeader: self = .snapshotHeader(try .init(decoding: &value, version: version, flexible: true))
        case .snapshotFooter: self = .snapshotFooter(try .init(decoding: &value, version: version, flexible: true))
        default: self = .other(type)
        }
    }

    /// The control record as a batch of its own; nil for `.other`.
    package func batch(baseOffset: Offset, epoch: Epoch, timestamp: Timestamp) throws -> RecordBatch? {
        let key: ControlRecordKey
        let value: ByteBuffer
        switch self {
        case .leaderChange(let message):
            key = ControlRecordKey(.leaderChange)
            value = try message.encoded(version: message.version, flexible: true)
        case .snapshotHeader(let message):
            key = ControlRecordKey(.snapshotHeader)
            value = try message.encoded(version: message.version, flexible: true)
        case .snapshotFooter(let message):
            key = ControlRecordKey(.snapshotFooter)
            value = try message.encoded(version: message.version, flexible: true)
        case .other: return nil
        }
        var builder = RecordBatchBuilder(baseOffset: baseOffset)
        builder.partitionLeaderEpoch = epoch
        builder.isControl = true
        builder.append(timestamp: timestamp, key: key.bytes, value: value)
        return try builder.build()
    }
}
