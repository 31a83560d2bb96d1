import KafkaProtocol
import KafkaRecords

/// The way of a partition's batches to the leader: one attempt each. What follows from its outcome is the lane's matter.
struct BatchDelivery: Sendable {
    let client: KafkaClient
    let configuration: ProducerConfiguration
    let partition: TopicPartition
    /// Of a transactional producer.
    let transactions: ProducerTransactions?

    /// Makes the bytes of a batch.
    func build(_ batch: PartitionLane.Batch) throws -> RecordBatch {
        var builder = RecordBatchBuilder(compression: configuration.compression)
        if let identity = batch.identity {
            builder.producerID = identity.producerID
            builder.producerEpoch = identity.epoch
            builder.baseSequence = batch.sequence
            builder.isTransactional = transactions != nil
        }
        for entry in batch.entries {
            builder.append(
                timestamp: entry.timestamp, key: entry.record.key, value: entry.record.value,
                headers: entry.record.headers)
        }
        return try builder.build()
    }

    /// Puts a batch in line on the connection to the leader.
    func begin(_ batch: RecordBatch, deadline: Deadline) async throws -> PendingResponse<ProduceRequest> {
        try await transactions?.add(partition, deadline)
        let connection = try await client.cluster.connection(to: .leader(partition), by: deadline)
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
        return try connection.begin(
            request, atMost: transactions == nil ? 12 : 11, timeout: timeout, expectsAnswer: configuration.acks != 0)
    }

    /// Where the first record went. Throws `ClientError`.
    func result(of pending: PendingResponse<ProduceRequest>) async throws -> Delivery {
        let answer = try await pending.response()
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

    /// The transactional producer's id, or one of this partition's own from any broker.
    func identity(_ deadline: Deadline) async throws -> PartitionLane.Identity {
        if let transactions { return try await transactions.identity() }
        var request = InitProducerIdRequest()
        request.transactionTimeoutMs = Int32.max
        // The broker may have to ask the controller for ids first.
        let answer = try await client.call(request, to: .any, deadline: deadline, lane: Cluster.controllerLane) {
            ($0.errorCode, nil)
        }
        return PartitionLane.Identity(producerID: answer.producerID, epoch: answer.producerEpoch)
    }
}
