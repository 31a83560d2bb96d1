import KafkaProtocol
import KafkaRecords
import NIOCore

/// What makes a record itself, as one number: its key and value, and the leader epoch it was written in.
package struct RecordIdentity: Hashable, Sendable {
    package let offset: Offset
    package let hash: UInt64
    /// Whose number it is; nil for records that no simulated client wrote.
    package let mark: Mark?

    /// The records in whole batches.
    package static func all(in records: ByteBuffer) throws -> [RecordIdentity] {
        var reader = RecordBatchReader(records)
        var found: [RecordIdentity] = []
        while let batch = try reader.next() {
            let epoch = UInt64(UInt32(bitPattern: batch.partitionLeaderEpoch))
            try batch.forEachRecord { record in
                var hash: UInt64 = 0xcbf2_9ce4_8422_2325
                func fold(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
                for part in [record.key, record.value] {
                    fold(part == nil ? 0 : 1)
                    for byte in part?.readableBytesView ?? ByteBuffer().readableBytesView { fold(byte) }
                }
                for shift in 0..<4 { fold(UInt8(truncatingIfNeeded: epoch >> (UInt64(shift) * 8))) }
                let mark = record.value.flatMap(Mark.init(decoding:))
                found.append(RecordIdentity(offset: record.offset, hash: hash, mark: mark))
            }
        }
        return found
    }
}

/// What a simulated producer writes: its own id and a number that it uses once.
package struct Mark: Hashable, Sendable, CustomStringConvertible {
    package let producer: Int32
    package let number: Int64
    private static let magic: UInt32 = 0x6d61_726b

    package init(producer: Int32, number: Int64) {
        self.producer = producer
        self.number = number
    }

    init?(decoding value: ByteBuffer) {
        var bytes = value
        guard bytes.readableBytes == 16, bytes.readInteger(as: UInt32.self) == Self.magic,
            let producer = bytes.readInteger(as: Int32.self), let number = bytes.readInteger(as: Int64.self)
        else { return nil }
        self.init(producer: producer, number: number)
    }

    package var encoded: ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeInteger(Self.magic)
        bytes.writeInteger(producer)
        bytes.writeInteger(number)
        return bytes
    }

    package var description: String { "\(producer)#\(number)" }
}
