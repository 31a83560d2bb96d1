import KafkaProtocol
import KafkaRecords
import NIOCore

/// A record with the partition it is from.
package struct ConsumedRecord: Sendable, Hashable {
    package var partition: TopicPartition
    package var record: Record
    /// What it shares with its batch; nil for messages of magic 0 and 1.
    package var batch: BatchOrigin?
}

/// What a record's batch says of all its records: who sent them, how they were packed.
package struct BatchOrigin: Sendable, Hashable {
    package var baseOffset: Offset
    package var attributes: BatchAttributes
    package var producerID: Int64
    package var producerEpoch: Int16
    package var baseSequence: Int32
    package var leaderEpoch: Epoch
    /// As stored, header and compressed records.
    package var bytes: Int
    package var recordCount: Int32

    init(_ batch: RecordBatch) {
        baseOffset = batch.baseOffset
        attributes = batch.attributes
        producerID = batch.producerID
        producerEpoch = batch.producerEpoch
        baseSequence = batch.baseSequence
        leaderEpoch = batch.partitionLeaderEpoch
        bytes = batch.sizeInBytes
        recordCount = batch.recordCount
    }
}

/// A batch whose records cannot be read, and were passed over.
package struct DamagedBatch: Sendable, Equatable {
    package var partition: TopicPartition
    package var firstOffset: Offset
    package var lastOffset: Offset
    /// The newest time its header tells; damage may have reached that too.
    package var timestamp: Timestamp
    package var reason: ClientError
}

/// What a Fetch answer gave for one partition, unpacked: pure.
struct FetchedPartition: Sendable {
    var records: [Record] = []
    /// One for each record: the batch it was in.
    var origins: [BatchOrigin?] = []
    /// Where to go on; control records and aborted ones have been passed over.
    var nextOffset: Offset
    /// Batches that were passed over, with why.
    var damaged: [(batch: RecordBatch, error: any Error)] = []
    /// Bytes that its records take, unpacked.
    private(set) var unpacked = 0

    /// Unpacks the records from `offset` on.
    ///
    /// - Parameters:
    ///   - aborted: the aborted transactions whose records are to be left out; empty for read uncommitted.
    ///   - passesDamage: goes on behind a batch whose records cannot be read.
    ///   - room: bytes of unpacked records after which the rest is left for later; at least one batch is taken.
    ///   - largest: bytes that one batch may unfold to.
    /// - Throws: `RecordsError` at damage in the first batch; damage further on ends the result before it.
    init(
        _ bytes: ByteBuffer, from offset: Offset, aborted: [FetchResponse.AbortedTransaction] = [],
        passesDamage: Bool = false, room: Int = .max, largest: Int = RecordLimits.decompressed
    ) throws {
        nextOffset = offset
        var filter = AbortedFilter(aborted)
        var reader = LogEntryReader(bytes)
        do {
            while unpacked < room, let entry = try reader.next() {
                let found: [Record]
                var origin: BatchOrigin?
                switch entry {
                case .messages(let messages): found = messages
                case .batch(let batch):
                    do {
                        guard batch.isCRCValid else { throw RecordsError.crcMismatch }
                        found = try filter.isVisible(batch) ? batch.records(limit: largest) : []
                    } catch  where passesDamage {
                        if batch.lastOffset >= nextOffset { damaged.append((batch, error)) }
                        found = []
                    }
                    origin = BatchOrigin(batch)
                }
                if entry.nextOffset > offset { unpacked += found.reduce(0) { $0 + $1.size } }
                let wanted = found.filter { $0.offset >= nextOffset }
                records += wanted
                origins += repeatElement(origin, count: wanted.count)
                nextOffset = max(nextOffset, entry.nextOffset)
            }
        } catch {
            if nextOffset == offset { throw error }
        }
    }
}

/// Leaves out control batches and the batches of aborted transactions (KIP-98).
private struct AbortedFilter {
    private var starts: [FetchResponse.AbortedTransaction]
    private var open: Set<Int64> = []

    init(_ aborted: [FetchResponse.AbortedTransaction]) {
        starts = aborted.sorted { $0.firstOffset > $1.firstOffset }
    }

    mutating func isVisible(_ batch: RecordBatch) throws -> Bool {
        while let next = starts.last, next.firstOffset <= batch.lastOffset {
            open.insert(next.producerID)
            starts.removeLast()
        }
        if batch.attributes.isControl {
            if let marker = try TransactionMarker(batch), !marker.isCommit { open.remove(marker.producerID) }
            return false
        }
        return !(batch.attributes.isTransactional && open.contains(batch.producerID))
    }
}

extension Record {
    /// Bytes of its parts.
    fileprivate var size: Int {
        (key?.readableBytes ?? 0) + (value?.readableBytes ?? 0)
            + headers.reduce(0) { $0 + $1.key.utf8.count + ($1.value?.readableBytes ?? 0) } + 16
    }
}
