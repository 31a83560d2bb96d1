import KafkaProtocol
import KafkaRecords

/// Who a partition's batches come from, for a broker that drops repetitions (KIP-98).
struct ProducerIdentity: Sendable, Equatable {
    var producerID: Int64
    var epoch: Int16
    /// The sequence number of the next record.
    var nextSequence: Int32 = 0
}

/// The way of one batch to the leader, with retries. The bytes stay the same through retries, and so do the sequence
/// numbers by which the broker knows a repetition.
struct BatchDelivery {
    let client: KafkaClient
    let configuration: ProducerConfiguration
    let partition: TopicPartition
    /// Of a transactional producer.
    var transactions: ProducerTransactions?

    /// Returns where the first record went.
    func send(_ entries: [Producer.Entry], as identity: inout ProducerIdentity?) async throws -> Delivery {
        let deadline = entries.map(\.deadline).min() ?? .now
        var attempt = 0
        var fresh = 0
        var batch: RecordBatch?
        while true {
            do {
                if let transactions {
                    try await transactions.add(partition, deadline)
                    if identity == nil { identity = try await transactions.identity() }
                } else if configuration.isIdempotent, configuration.acks == -1, identity == nil {
                    identity = try await newIdentity(deadline)
                }
                let made = try batch ?? build(entries, identity)
                batch = made
                let delivery = try await attemptOnce(made, deadline)
                if var used = identity {
                    used.nextSequence = RecordBatch.sequence(used.nextSequence, plus: Int32(clamping: entries.count))
                    identity = used
                }
                return delivery
            } catch {
                let error = ClientError(error)
                await client.cluster.forget(.leader(partition), after: error)
                if transactions == nil, Self.needsNewIdentity(error), fresh < 3 {
                    // The broker has forgotten the producer: start anew with sequence 0 (KIP-360).
                    fresh += 1
                    identity = nil
                    batch = nil
                } else if !error.isRetriable {
                    throw error
                }
                try await client.pause(attempt, until: deadline, or: error)
                attempt += 1
            }
        }
    }

    private func attemptOnce(_ batch: RecordBatch, _ deadline: Deadline) async throws -> Delivery {
        let connection = try await client.cluster.connection(to: .leader(partition))
        let timeout = try client.timeLeft(deadline)
        var data = ProduceRequest.Topic.Partition()
        data.index = partition.partition
        data.records = batch.bytes
        var topic = ProduceRequest.Topic()
        topic.name = partition.topic
        topic.partitionData = [data]
        var request = ProduceRequest()
        request.transactionalID = transactions == nil ? nil : configuration.transactionalID
        request.acks = configuration.acks
        request.timeoutMs = timeout.milliseconds
        request.topicData = [topic]
        // From version 13 on topics go by id; 12 belongs to transactions version 2 (KIP-890), which EndTxn is not asked for.
        let answer = try await connection.send(
            request, atMost: transactions == nil ? 12 : 11, timeout: timeout, expectsAnswer: configuration.acks != 0)
        var delivery = Delivery(partition: partition, offset: -1, logAppendTime: -1)
        guard configuration.acks != 0 else { return delivery }
        guard let result = answer.responses.first?.partitionResponses.first else {
            throw ClientError.malformed("no result for \(partition)")
        }
        // A repetition of something that the broker has stored already.
        guard result.errorCode != .duplicateSequenceNumber else { return delivery }
        guard result.errorCode == .none else {
            let words = result.errorMessage ?? result.recordErrors.first?.batchIndexErrorMessage
            throw ClientError.broker(result.errorCode, words)
        }
        delivery.offset = result.baseOffset
        delivery.logAppendTime = result.logAppendTimeMs
        return delivery
    }

    private func build(_ entries: [Producer.Entry], _ identity: ProducerIdentity?) throws -> RecordBatch {
        var builder = RecordBatchBuilder(compression: configuration.compression)
        if let identity {
            builder.producerID = identity.producerID
            builder.producerEpoch = identity.epoch
            builder.baseSequence = identity.nextSequence
            builder.isTransactional = transactions != nil
        }
        for entry in entries {
            builder.append(
                timestamp: entry.timestamp, key: entry.record.key, value: entry.record.value,
                headers: entry.record.headers)
        }
        return try builder.build()
    }

    private func newIdentity(_ deadline: Deadline) async throws -> ProducerIdentity {
        var request = InitProducerIdRequest()
        request.transactionTimeoutMs = Int32.max
        let answer = try await client.call(request, to: .any, deadline: deadline) { ($0.errorCode, nil) }
        return ProducerIdentity(producerID: answer.producerID, epoch: answer.producerEpoch)
    }

    private static func needsNewIdentity(_ error: ClientError) -> Bool {
        switch error.code {
        case .outOfOrderSequenceNumber?, .unknownProducerId?, .invalidProducerEpoch?: true
        default: false
        }
    }
}
