import KafkaProtocol
import KafkaRecords
import NIOCore

@testable import Broker

/// An answer, once it has come.
final class Captured<Response> {
    var response: Response?
}

/// Partitions in memory.
final class MemoryCoordinatorLog: CoordinatorLog {
    var committing = true
    var failure: ErrorCode?
    var isReady = true
    private var batches: [TopicPartition: [RecordBatch]] = [:]
    private var waiting: [() -> Void] = []
    /// What has been appended and is not committed.
    private var uncommitted: [TopicPartition: Offset] = [:]

    func append(
        records: ByteBuffer, to partition: TopicPartition, done: @escaping (Result<Offset, ErrorCode>) -> Void
    ) {
        if let failure { return done(.failure(failure)) }
        let start = batches[partition]?.last?.nextOffset ?? 0
        var end = start
        for var batch in (try? RecordBatchReader.all(records)) ?? [] {
            batch.assign(baseOffset: end, partitionLeaderEpoch: 0)
            end = batch.nextOffset
            batches[partition, default: []].append(batch)
        }
        let offset = end
        if uncommitted[partition] == nil { uncommitted[partition] = start }
        waiting.append { done(.success(offset)) }
        if committing { commitAll() }
    }

    func commitAll() {
        uncommitted = [:]
        while !waiting.isEmpty { waiting.removeFirst()() }
    }

    func offsets(of partition: TopicPartition) -> Range<Offset>? {
        isReady ? 0..<(batches[partition]?.last?.nextOffset ?? 0) : nil
    }

    func read(_ partition: TopicPartition, from offset: Offset, maxBytes: Int) -> ByteBuffer? {
        var found = ByteBuffer()
        for batch in batches[partition] ?? [] where batch.nextOffset > offset {
            if found.readableBytes > 0 && found.readableBytes + batch.sizeInBytes > maxBytes { break }
            found.writeImmutableBuffer(batch.bytes)
        }
        return found
    }

    func awaitCommit(of partition: TopicPartition, upTo offset: Offset, done: @escaping (Bool) -> Void) {
        guard let first = uncommitted[partition], first < offset else { return done(true) }
        waiting.append { done(true) }
    }
}
