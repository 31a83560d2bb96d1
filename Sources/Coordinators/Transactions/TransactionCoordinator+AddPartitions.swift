import KafkaProtocol

extension TransactionCoordinator {
    /// AddPartitionsToTxn and AddOffsetsToTxn: begins a transaction, or widens it. One answer counts for all partitions.
    package mutating func addPartitions(
        _ partitions: Set<TopicPartition>, to id: String, producerID: Int64, epoch: Int16, token: RequestToken,
        now: Timestamp
    ) -> [TransactionEffect] {
        run(now) { machine in
            guard !id.isEmpty else { return machine.refuse(token, .invalidRequest) }
            guard let known = machine.transactions[id], known.producerID == producerID else {
                return machine.refuse(token, .invalidProducerIdMapping)
            }
            if known.producerEpoch != epoch { return machine.refuse(token, .producerFenced) }
            if known.pendingState != nil || known.state.isPreparing {
                return machine.refuse(token, .concurrentTransactions)
            }
            if known.state == .ongoing, partitions.isSubset(of: known.partitions) {
                return machine.emit(.reply(token, .done))
            }
            var target = known
            if known.state != .ongoing {
                target.partitions = []
                target.startTimestamp = machine.now
            }
            target.state = .ongoing
            target.partitions.formUnion(partitions)
            guard machine.hasRoomToWrite, target.partitions.count <= CoordinatorLimits.partitionsPerTransaction else {
                return machine.refuse(token, .coordinatorNotAvailable)
            }
            machine.write(target, .added(token))
        }
    }

    /// Tells a partition leader whether partitions are in the open transaction of a producer (KIP-890).
    package func verify(
        _ partitions: Set<TopicPartition>, in id: String, producerID: Int64, epoch: Int16
    ) -> [TopicPartition: ErrorCode] {
        func all(_ error: ErrorCode) -> [TopicPartition: ErrorCode] {
            Dictionary(partitions.map { ($0, error) }, uniquingKeysWith: { first, _ in first })
        }
        guard !id.isEmpty else { return all(.invalidRequest) }
        guard let known = transactions[id], known.producerID == producerID else {
            return all(.invalidProducerIdMapping)
        }
        if known.producerEpoch != epoch { return all(.producerFenced) }
        if known.state.isPreparing { return all(.concurrentTransactions) }
        let open = known.state == .ongoing ? known.partitions : []
        return Dictionary(
            partitions.map { ($0, open.contains($0) ? .none : .transactionAbortable) },
            uniquingKeysWith: { first, _ in first })
    }
}
