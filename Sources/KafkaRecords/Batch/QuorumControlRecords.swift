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

/// By which rules the voters are kept from here on (KIP-853): 0 configured, 1 in the log.
package struct KRaftVersionRecord: WireStruct {
    package var version: Int16 = 0
    package var kraftVersion: Int16 = 0

    package init() {}

    package init(_ kraftVersion: Int16) { self.kraftVersion = kraftVersion }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int16(&version)
        try wire.int16(&kraftVersion)
    }
}

/// Who votes from here on (KIP-853).
package struct VotersRecord: WireStruct {
    /// A voter by id and directory, where it listens, and what it supports.
    package struct Voter: WireStruct {
        package var voterID: BrokerID = -1
        package var voterDirectoryID = UUID.zero
        package var endpoints: [QuorumLeaderEndpoint] = []
        package var supportedVersions = KRaftVersionRange()

        package init() {}

        package init(
            _ id: BrokerID, directory: UUID, endpoints: [QuorumLeaderEndpoint], versions: ClosedRange<Int16>
        ) {
            voterID = id
            voterDirectoryID = directory
            self.endpoints = endpoints
            supportedVersions = KRaftVersionRange(versions)
        }

        package mutating func code(_ wire: inout Wire) throws {
            try wire.int32(&voterID)
            try wire.uuid(&voterDirectoryID)
            try wire.array(&endpoints)
            try wire.structure(&supportedVersions)
        }
    }

    package var version: Int16 = 0
    package var voters: [Voter] = []

    package init() {}

    package init(_ voters: [Voter]) { self.voters = voters }

    package mutating func code(_ wire: inout Wire) throws {
        try wire.int16(&version)
        try wire.array(&voters)
    }
}

/// A control record of the metadata quorum with its value.
package enum QuorumControlRecord: Sendable, Equatable {
    case leaderChange(LeaderChangeMessage)
    case snapshotHeader(SnapshotHeaderRecord)
    case snapshotFooter(SnapshotFooterRecord)
    case kraftVersion(KRaftVersionRecord)
    case kraftVoters(VotersRecord)
    /// A kind that is known or newer but not looked into here.
    case other(ControlRecordType)

    /// Reads the first control record in a control batch.
    ///
    /// - Throws: `RecordsError` or `WireError` when the batch or the value is malformed.
    package init(_ batch: RecordBatch) throws {
        guard let first = try Self.all(in: batch).first else {
            throw RecordsError.malformedRecord("no control record")
        }
        self = first
    }

    /// Reads every control record in a control batch.
    ///
    /// - Throws: `RecordsError` or `WireError` when the batch or a value is malformed.
    package static func all(in batch: RecordBatch) throws -> [QuorumControlRecord] {
        guard batch.attributes.isControl else { throw RecordsError.malformedRecord("no control record") }
        return try batch.records().map { try QuorumControlRecord($0) }
    }

    private init(_ record: Record) throws {
        guard let type = ControlRecordKey(record.key)?.type else {
            throw RecordsError.malformedRecord("no control record")
        }
        var value = record.value ?? ByteBuffer()
        // The version is the value's first field and read as such; it decides the layout.
        let version = value.getInteger(at: value.readerIndex, as: Int16.self) ?? 0
        switch type {
        case .leaderChange: self = .leaderChange(try .init(decoding: &value, version: version, flexible: true))
        case .snapshotHeader: self = .snapshotHeader(try .init(decoding: &value, version: version, flexible: true))
        case .snapshotFooter: self = .snapshotFooter(try .init(decoding: &value, version: version, flexible: true))
        case .kraftVersion: self = .kraftVersion(try .init(decoding: &value, version: version, flexible: true))
        case .kraftVoters: self = .kraftVoters(try .init(decoding: &value, version: version, flexible: true))
        default: self = .other(type)
        }
    }

    /// The control record as a batch of its own; nil for `.other`.
    package func batch(baseOffset: Offset, epoch: Epoch, timestamp: Timestamp) throws -> RecordBatch? {
        if case .other = self { return nil }
        return try Self.batch(of: [self], baseOffset: baseOffset, epoch: epoch, timestamp: timestamp)
    }

    /// Several control records as one batch; those that are `.other` are left out.
    package static func batch(
        of records: [QuorumControlRecord], baseOffset: Offset, epoch: Epoch, timestamp: Timestamp
    ) throws -> RecordBatch {
        var builder = RecordBatchBuilder(baseOffset: baseOffset)
        builder.partitionLeaderEpoch = epoch
        builder.isControl = true
        for record in records {
            guard let (type, value) = try record.encoded() else { continue }
            builder.append(timestamp: timestamp, key: ControlRecordKey(type).bytes, value: value)
        }
        return try builder.build()
    }

    private func encoded() throws -> (ControlRecordType, ByteBuffer)? {
        switch self {
        case .leaderChange(let message):
            (.leaderChange, try message.encoded(version: message.version, flexible: true))
        case .snapshotHeader(let message):
            (.snapshotHeader, try message.encoded(version: message.version, flexible: true))
        case .snapshotFooter(let message):
            (.snapshotFooter, try message.encoded(version: message.version, flexible: true))
        case .kraftVersion(let message):
            (.kraftVersion, try message.encoded(version: message.version, flexible: true))
        case .kraftVoters(let message):
            (.kraftVoters, try message.encoded(version: message.version, flexible: true))
        case .other: nil
        }
    }
}
