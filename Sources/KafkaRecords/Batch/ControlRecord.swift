import KafkaProtocol
import NIOCore

/// The kinds of control records, by the number in their key.
package struct ControlRecordType: RawRepresentable, Sendable, Hashable {
    package var rawValue: Int16

    package init(rawValue: Int16) { self.rawValue = rawValue }

    package static let abort = ControlRecordType(rawValue: 0)
    package static let commit = ControlRecordType(rawValue: 1)
    package static let leaderChange = ControlRecordType(rawValue: 2)
    package static let snapshotHeader = ControlRecordType(rawValue: 3)
    package static let snapshotFooter = ControlRecordType(rawValue: 4)
    package static let kraftVersion = ControlRecordType(rawValue: 5)
    package static let kraftVoters = ControlRecordType(rawValue: 6)
}

/// The key that says what a control record is. Its value depends on the kind.
package struct ControlRecordKey: Sendable, Hashable {
    package var version: Int16 = 0
    package var type: ControlRecordType

    package init(_ type: ControlRecordType) { self.type = type }

    /// Reads a control record's key; nil when it is too short.
    package init?(_ key: ByteBuffer?) {
        guard var key, let version = key.readInteger(as: Int16.self), let type = key.readInteger(as: Int16.self) else {
            return nil
        }
        self.version = version
        self.type = ControlRecordType(rawValue: type)
    }

    package var bytes: ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeInteger(version)
        bytes.writeInteger(type.rawValue)
        return bytes
    }
}

/// The end of a transaction in a partition (KIP-98): a batch of one control record under the producer's id and epoch.
package struct TransactionMarker: Sendable, Hashable {
    package var producerID: Int64
    package var producerEpoch: Int16
    package var isCommit: Bool
    package var coordinatorEpoch: Epoch

    package init(producerID: Int64, producerEpoch: Int16, isCommit: Bool, coordinatorEpoch: Epoch) {
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.isCommit = isCommit
        self.coordinatorEpoch = coordinatorEpoch
    }

    /// Reads the marker in a control batch; nil when the batch holds something else.
    package init?(_ batch: RecordBatch) throws {
        guard batch.attributes.isControl, batch.attributes.isTransactional, let record = try batch.records().first,
            let type = ControlRecordKey(record.key)?.type, type == .commit || type == .abort,
            var value = record.value, value.readInteger(as: Int16.self) != nil,
            let epoch = value.readInteger(as: Int32.self)
        else { return nil }
        self.init(
            producerID: batch.producerID, producerEpoch: batch.producerEpoch, isCommit: type == .commit,
            coordinatorEpoch: epoch)
    }

    /// The marker as a batch.
    package func batch(timestamp: Timestamp) throws -> RecordBatch {
        var value = ByteBuffer()
        value.writeInteger(Int16(0))
        value.writeInteger(coordinatorEpoch)
        var builder = RecordBatchBuilder()
        builder.producerID = producerID
        builder.producerEpoch = producerEpoch
        builder.isTransactional = true
        builder.isControl = true
        builder.append(
            timestamp: timestamp, key: ControlRecordKey(isCommit ? .commit : .abort).bytes, value: value)
        return try builder.build()
    }
}
