import KafkaProtocol
import KafkaRecords
import NIOCore

/// A record with the partition it is from.
package struct ConsumedRecord: Sendable, Hashable {
    package var partition: TopicPartition
    package var record: Record
}

/// What a Fetch answer gave for one partition, unpacked: pure.
struct FetchedPartition: Sendable, Equatable {
    var records: [Record] = []
    /// Where to go on; control records and aborted ones have been passed over.
    var nextOffset: Offset

    /// Unpacks the records from `offset` on.
    ///
    /// - Parameter aborted: the aborted transactions whose records are to be left out; empty for read uncommitted.
    /// - Throws: `RecordsError` at damage in the first batch; damage further on ends the result before it.
    init(
        _ bytes: ByteBuffer, from offset: Offset, aborted: [FetchResponse.AbortedTransaction] = []
    ) throws {
        nextOffset = offset
        var filter = AbortedFilter(aborted)
        var reader = LogEntryReader(bytes)
        do {
            while let entry = try reader.next() {
                let found: [Record]
                switch entry {
                case .messages(let messages): found = messages
                case .batch(let batch):
                    guard batch.isCRCValid else { throw RecordsError.crcMismatch }
                    found = try filter.isVisible(batch) ? batch.records() : []
                }
                records += found.filter { $0.offset >= nextOffset }
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
