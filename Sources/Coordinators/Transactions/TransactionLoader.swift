import KafkaProtocol
import KafkaRecords

/// Reads a partition of `__transaction_state` from its start, record by record, into a coordinator.
package struct TransactionLoader: CoordinatorLoader, Sendable {
    private let config: TransactionConfig
    private let epoch: Epoch
    private var transactions: [String: TransactionMetadata] = [:]
    /// Records that could not be read, for the log of the broker.
    package private(set) var unreadable = 0

    /// - Parameter epoch: the leader epoch of the partition.
    package init(config: TransactionConfig, epoch: Epoch) {
        self.config = config
        self.epoch = epoch
    }

    /// The next record of the log. One that cannot be read is counted and left out, so that it does not keep a whole
    /// partition of transactional ids from being served.
    package mutating func replay(_ record: EncodedRecord, in producerID: Int64? = nil) {
        do {
            if let decoded = try TransactionRecord.decode(record) { replay(decoded) }
        } catch {
            unreadable += 1
        }
    }

    /// The last value of an id wins; null deletes.
    package mutating func replay(_ record: TransactionRecord) {
        guard let value = record.value else { return transactions[record.transactionalID] = nil }
        guard let metadata = TransactionMetadata(record.transactionalID, value) else { return unreadable += 1 }
        transactions[record.transactionalID] = metadata
    }

    /// Nobody writes to this topic in transactions.
    package mutating func replay(_ marker: TransactionMarker) {}

    /// The coordinator. The effects go on with what was decided and not carried out everywhere.
    package func finish(now: Timestamp) -> (TransactionCoordinator, [TransactionEffect]) {
        var coordinator = TransactionCoordinator(config: config, epoch: epoch, now: now)
        // By the clock of the coordinator before; where that was ahead, a transaction that nobody ends would stay open for
        // as long. Kafka takes the time as it is.
        coordinator.transactions = transactions.mapValues { known in
            var known = known
            known.startTimestamp = min(known.startTimestamp, now)
            return known
        }
        let effects = coordinator.run(now) { machine in
            for known in transactions.values.sorted(by: { $0.transactionalID < $1.transactionalID })
            where known.state.isPreparing { machine.writeMarkers(of: known) }
        }
        return (coordinator, effects)
    }
}
