import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore

/// Appending as the leader, and waiting for replicas.
extension ReplicaManager {
    /// How many replicas must have a record before its producer is answered.
    package enum Acks: Sendable, Equatable { case leader, inSync }

    /// What an append came to.
    package struct Appended: Sendable, Equatable {
        package var firstOffset: Offset
        package var lastOffset: Offset
        package var leaderEpoch: Epoch
        package var logStartOffset: Offset
        package var appendTime: Timestamp
        /// What a producer sent; nil when it came from a coordinator.
        package var batch: BatchHeader?
    }

    /// Why an append was refused, with the words for the client.
    package struct Refusal: Error, Equatable {
        package var code: ErrorCode
        package var message: String?
        package var records: [ProduceValidation.RecordError] = []

        package init(_ code: ErrorCode, _ message: String? = nil) {
            self.code = code
            self.message = message
        }
    }

    /// What to say of a partition that is not led here.
    package func absent(_ key: TopicPartition) -> ErrorCode {
        if offline[key] != nil { return .kafkaStorageError }
        return image.partition(key.topic, key.partition) == nil ? .unknownTopicOrPartition : .notLeaderOrFollower
    }

    /// Validates what a producer sent for one partition and appends it.
    func appendFromClient(
        _ records: ByteBuffer?, to key: TopicPartition, version: Int16, acks: Acks,
        proof: VerificationGuard?? = nil
    ) -> Result<Appended, Refusal> {
        let error = partitions[key].map { writable($0, acks) } ?? absent(key)
        guard error == .none, let partition = partitions[key] else {
            if let records, let batch = try? BatchHeader(in: records, at: records.readerIndex) {
                refusedBatches.note(batch, of: key, in: partitions[key]?.leaderEpoch ?? -1, as: error)
            }
            return .failure(Refusal(error))
        }
        do {
            let batch = try ProduceValidation.validate(
                records, version: version, rules: ProduceValidation.Rules(partition.config), now: clock.wall)
            return appendInOrder(batch.bytes, to: partition, proof: proof)
        } catch {
            var refusal = Refusal(error.code, error.message)
            refusal.records = error.records
            return .failure(refusal)
        }
    }

    /// Appends what a producer sent, unless something that it sent before was refused for the moment.
    private func appendInOrder(
        _ bytes: ByteBuffer, to partition: Partition, proof: VerificationGuard??
    ) -> Result<Appended, Refusal> {
        let key = partition.topicPartition
        guard let batch = try? BatchHeader(in: bytes, at: bytes.readerIndex) else {
            return append(bytes, to: partition, origin: .client, proof: proof)
        }
        let code = refusedBatches.answer(
            to: batch, of: key, known: partition.log.producers.entry(batch.producerID), in: partition.leaderEpoch,
            since: partition.epochStart)
        if let code {
            return .failure(Refusal(code, "sequence \(batch.baseSequence) is ahead of a batch that was refused"))
        }
        return append(bytes, to: partition, origin: .client, proof: proof).map { appended in
            refusedBatches.forget(batch, of: key)
            var appended = appended
            appended.batch = batch
            return appended
        }
    }

    /// Appends a coordinator's batch and calls `done` when every in-sync replica has it, or it never will.
    ///
    /// The offset is that of the batch's last record.
    package func append(
        _ batch: ByteBuffer, to key: TopicPartition, timeout: Int64,
        done: @escaping (Result<Offset, ErrorCode>) -> Void
    ) {
        guard let partition = partitions[key] else { return done(.failure(absent(key))) }
        let error = writable(partition, .inSync)
        guard error == .none else { return done(.failure(error)) }
        switch append(batch, to: partition, origin: .coordinator) {
        case .failure(let refusal): done(.failure(refusal.code))
        case .success(let appended):
            appendedTo([key])
            awaitReplicas([key: appended], timeout: timeout) { outcome in
                let code = outcome[key] ?? .none
                done(code == .none ? .success(appended.lastOffset) : .failure(code))
            }
        }
    }

    /// Call after appends, with the partitions: moves high watermarks and wakes fetches.
    func appendedTo(_ keys: [TopicPartition]) {
        for key in keys {
            guard let partition = partitions[key] else { continue }
            highWatermarkMayMove(partition)
            operations.check(key)
        }
    }

    /// Calls `done` with an error per partition that did not make it, when all in-sync replicas have what was appended
    /// or the time is up.
    func awaitReplicas(
        _ appended: [TopicPartition: Appended], timeout: Int64, done: @escaping ([TopicPartition: ErrorCode]) -> Void
    ) {
        var waiting = appended
        var failed: [TopicPartition: ErrorCode] = [:]
        let operation = DelayedOperation(
            on: .partitions(Array(appended.keys)),
            attempt: { [unowned self] _ in
                for (key, what) in waiting {
                    guard let outcome = replicated(key, what) else { continue }
                    waiting[key] = nil
                    guard outcome != .none else { continue }
                    failed[key] = outcome
                    // It may be gone from the log when this broker leads again.
                    if let batch = what.batch {
                        refusedBatches.note(batch, of: key, in: what.leaderEpoch, as: outcome)
                    }
                }
                return waiting.isEmpty ? { done(failed) } : nil
            },
            expire: {
                for key in waiting.keys { failed[key] = .requestTimedOut }
                done(failed)
            })
        operations.park(operation, timeout: timeout)
    }

    /// Nil while it is undecided.
    private func replicated(_ key: TopicPartition, _ what: Appended) -> ErrorCode? {
        guard let partition = partitions[key], partition.isLeader, partition.leaderEpoch == what.leaderEpoch else {
            return .notLeaderOrFollower
        }
        guard partition.log.highWatermark > what.lastOffset else { return nil }
        return partition.maximalISR.count < partition.effectiveMinISR ? .notEnoughReplicasAfterAppend : ErrorCode.none
    }

    private func writable(_ partition: Partition, _ acks: Acks) -> ErrorCode {
        guard partition.isLeader else { return .notLeaderOrFollower }
        return acks == .inSync && partition.state.isr.count < partition.effectiveMinISR ? .notEnoughReplicas : .none
    }

    private func append(
        _ batches: ByteBuffer, to partition: Partition, origin: AppendOrigin, proof: VerificationGuard?? = nil
    ) -> Result<Appended, Refusal> {
        do {
            let now = clock.wall
            let result = try partition.log.appendAsLeader(
                batches, epoch: partition.leaderEpoch, origin: origin, proof: proof, now: now)
            return .success(
                Appended(
                    firstOffset: result.firstOffset, lastOffset: result.lastOffset,
                    leaderEpoch: partition.leaderEpoch, logStartOffset: result.logStartOffset,
                    appendTime: result.duplicateOf ?? now))
        } catch let error as StorageError {
            return .failure(Refusal(error.code, error.description))
        } catch {
            refusedWrites.note("\(partition.topicPartition): cannot append", error)
            return .failure(Refusal(.kafkaStorageError, "\(error)"))
        }
    }
}
