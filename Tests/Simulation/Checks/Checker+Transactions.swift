import Broker
import KafkaProtocol
import KafkaRecords

/// Transactions: a reader of what is committed sees all of one or nothing of it, and all of those that were acknowledged.
extension Checker {
    /// Why some transaction is still open somewhere; nil when none is.
    var openTransaction: String? {
        for partition in cluster.alive.flatMap({ $0.node?.replicas.partitions.values.map { $0 } ?? [] })
        where partition.isLeader && partition.log.lastStableOffset < partition.log.highWatermark {
            return "\(partition.topicPartition) has an open transaction from \(partition.log.lastStableOffset) on"
        }
        return nil
    }

    /// Holds what readers see against what transactional producers were told.
    func verifyTransactions() {
        do {
            var visible: Set<Mark> = []
            for broker in cluster.alive {
                for partition in broker.node?.replicas.partitions.values.map({ $0 }) ?? [] where partition.isLeader {
                    visible.formUnion(try Self.committedMarks(of: partition))
                }
            }
            for transactor in transactors {
                for transaction in transactor.transactions { verify(transaction, visible) }
            }
        } catch {
            fail("a leader cannot read its log: \(error)")
        }
    }

    private func verify(_ transaction: SimulatedTransactor.Transaction, _ visible: Set<Mark>) {
        let seen = transaction.marks.filter(visible.contains)
        switch transaction.outcome {
        case .committed where seen.count < transaction.marks.count:
            fail("of the committed transaction \(transaction.marks) only \(seen) can be read")
        case .aborted where !seen.isEmpty, .open where !seen.isEmpty:
            fail("of the transaction \(transaction.marks), which was aborted, \(seen) can be read")
        case .unknown where !seen.isEmpty && seen.count < transaction.marks.count:
            fail("of the transaction \(transaction.marks) only \(seen) can be read")
        default: break
        }
    }

    /// The records that a read_committed consumer is given, by what the batches and markers themselves say.
    private static func committedMarks(of partition: Partition) throws -> Set<Mark> {
        var visible: Set<Mark> = []
        var open: [Int64: [Mark]] = [:]
        var next = partition.log.logStartOffset
        while next < partition.log.highWatermark {
            let read = try partition.log.read(from: next, maxBytes: 1 << 20, upTo: partition.log.highWatermark, now: 0)
            guard read.nextOffset > next else { break }
            for batch in try RecordBatchReader.all(read.records) {
                if let marker = try TransactionMarker(batch) {
                    let ended = open.removeValue(forKey: marker.producerID) ?? []
                    if marker.isCommit { visible.formUnion(ended) }
                } else if batch.attributes.isTransactional {
                    let marks = try batch.records().compactMap { $0.value.flatMap(Mark.init(decoding:)) }
                    open[batch.producerID, default: []] += marks
                }
            }
            next = read.nextOffset
        }
        return visible
    }
}
