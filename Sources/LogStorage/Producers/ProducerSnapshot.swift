import KafkaProtocol
import KafkaRecords
import NIOCore

/// The file form of the producers of a partition (`.snapshot`): INT16 version 1, UINT32 CRC-32C over everything after it,
/// INT32 count, and one entry per producer and retained batch, oldest first.
///
/// Kafka writes the last batch only, so that after a restart the batches before it are refused when their producer, which
/// was not answered, repeats them. Whoever keeps one entry per producer, as Kafka does, is left with the last one here too.
enum ProducerSnapshot {
    private static let version: Int16 = 1
    /// Where the checksummed part begins.
    private static let bodyStart = 6
    private static let entrySize = 8 + 2 + 4 + 8 + 4 + 8 + 4 + 8

    static func encode(_ producers: [ProducerEntry]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(version)
        buffer.writeInteger(UInt32(0))
        buffer.writeInteger(Int32(clamping: producers.reduce(0) { $0 + max(1, $1.batches.count) }))
        for producer in producers {
            for batch in producer.batches.dropLast() { write(producer, batch, batch.timestamp, to: &buffer) }
            write(producer, producer.batches.last, producer.lastTimestamp, to: &buffer)
        }
        buffer.setInteger(Checksum.crc32c(buffer, skipping: bodyStart), at: 2)
        return buffer
    }

    private static func write(
        _ producer: ProducerEntry, _ batch: ProducerBatch?, _ timestamp: Timestamp, to buffer: inout ByteBuffer
    ) {
        buffer.writeInteger(producer.producerID)
        buffer.writeInteger(producer.epoch)
        buffer.writeInteger(batch?.lastSequence ?? -1)
        buffer.writeInteger(batch?.lastOffset ?? -1)
        buffer.writeInteger(batch.map { Int32(truncatingIfNeeded: $0.lastOffset - $0.firstOffset) } ?? 0)
        buffer.writeInteger(timestamp)
        buffer.writeInteger(producer.coordinatorEpoch)
        buffer.writeInteger(producer.transactionStart ?? -1)
    }

    /// - Throws: `StorageError.corruptFile` for anything that is not a whole snapshot with the right checksum.
    static func decode(_ buffer: ByteBuffer, path: String) throws -> [ProducerEntry] {
        var rest = buffer
        func corrupt(_ reason: String) -> StorageError { .corruptFile(path, reason) }
        guard let version = rest.readInteger(as: Int16.self), let crc = rest.readInteger(as: UInt32.self),
            let count = rest.readInteger(as: Int32.self)
        else { throw corrupt("cut off") }
        guard version == Self.version else { throw corrupt("version \(version)") }
        guard Checksum.crc32c(buffer, skipping: bodyStart) == crc else { throw corrupt("checksum mismatch") }
        guard count >= 0, Int(count) == rest.readableBytes / entrySize, rest.readableBytes % entrySize == 0 else {
            throw corrupt("\(count) producers in \(rest.readableBytes) bytes")
        }
        var producers: [ProducerEntry] = []
        producers.reserveCapacity(Int(count))
        while var entry = readEntry(&rest) {
            if let before = producers.last, before.producerID == entry.producerID, before.epoch == entry.epoch {
                entry.batches = (before.batches + entry.batches).suffix(ProducerEntry.retainedBatches)
                producers.removeLast()
            }
            producers.append(entry)
        }
        return producers
    }

    private static func readEntry(_ buffer: inout ByteBuffer) -> ProducerEntry? {
        guard
            let (pid, epoch, lastSequence, lastOffset, delta, timestamp, coordinatorEpoch, start) =
                buffer.readMultipleIntegers(as: (Int64, Int16, Int32, Int64, Int32, Int64, Int32, Int64).self)
        else { return nil }
        var entry = ProducerEntry(producerID: pid, epoch: epoch)
        entry.coordinatorEpoch = coordinatorEpoch
        entry.lastTimestamp = timestamp
        entry.transactionStart = start >= 0 ? start : nil
        if lastOffset >= 0, delta >= 0, Int64(delta) <= lastOffset {
            // Sequences count modulo 2^31.
            let first = lastSequence < 0 ? -1 : (lastSequence &- delta) & Int32.max
            entry.batches = [
                ProducerBatch(
                    firstSequence: first, lastSequence: lastSequence, firstOffset: lastOffset - Int64(delta),
                    lastOffset: lastOffset, timestamp: timestamp)
            ]
        }
        return entry
    }
}
