import KafkaProtocol
import LogStorage
import NIOCore

/// Partitions of internal topics as this broker's replicas hold them.
extension ReplicaManager: CoordinatorLog {
    package func append(
        records batches: ByteBuffer, to partition: TopicPartition,
        done: @escaping (Result<Offset, ErrorCode>) -> Void
    ) {
        var isAnswered = false
        append(batches, to: partition, timeout: Limits.coordinatorAppendTimeout) { result in
            guard !isAnswered else { return }
            isAnswered = true
            // The records are in the log and committed: the in-sync set shrank afterwards, which undoes nothing.
            if case .failure(.notEnoughReplicasAfterAppend) = result { return done(.success(-1)) }
            done(result)
        }
    }

    package func offsets(of partition: TopicPartition) -> Range<Offset>? {
        guard let replica = self.partition(partition), replica.isLeader else { return nil }
        return replica.log.logStartOffset..<max(replica.log.logEndOffset, replica.log.logStartOffset)
    }

    package func read(_ partition: TopicPartition, from offset: Offset, maxBytes: Int) -> ByteBuffer? {
        guard let replica = self.partition(partition), replica.isLeader else { return nil }
        let found = try? replica.log.read(
            from: offset, maxBytes: maxBytes, upTo: replica.log.logEndOffset, atLeastOne: true, now: clock.wall)
        return found?.records
    }

    package func awaitCommit(of partition: TopicPartition, upTo offset: Offset, done: @escaping (Bool) -> Void) {
        let operation = DelayedOperation(
            on: .partitions([partition]),
            attempt: { [unowned self] _ in
                guard let replica = self.partition(partition), replica.isLeader else { return { done(false) } }
                return replica.log.highWatermark >= offset ? { done(true) } : nil
            },
            expire: { done(false) })
        operations.park(operation, timeout: Limits.coordinatorAppendTimeout)
    }
}
