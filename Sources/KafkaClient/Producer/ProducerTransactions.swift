import KafkaProtocol

/// The transactions of one producer (KIP-98): its id and epoch, and the partitions of the open transaction.
actor ProducerTransactions {
    private let client: KafkaClient
    private let id: String
    private let timeout: Duration
    private var producer: (id: Int64, epoch: Int16)?
    private var partitions: Set<TopicPartition> = []

    init(_ client: KafkaClient, id: String, timeout: Duration) {
        self.client = client
        self.id = id
        self.timeout = timeout
    }

    /// Fences whoever has used the transactional id before, and aborts what that one left open.
    func initialize(_ deadline: Deadline) async throws {
        var request = InitProducerIdRequest()
        request.transactionalID = id
        request.transactionTimeoutMs = timeout.milliseconds
        let answer = try await client.call(request, to: .transaction(id), deadline: deadline) { ($0.errorCode, nil) }
        producer = (answer.producerID, answer.producerEpoch)
        partitions = []
    }

    /// Who batches come from; sequence numbers begin anew with every epoch.
    func identity() throws -> PartitionLane.Identity {
        let producer = try known()
        return PartitionLane.Identity(producerID: producer.id, epoch: producer.epoch)
    }

    /// Makes a partition a part of the transaction, before its first batch.
    func add(_ partition: TopicPartition, _ deadline: Deadline) async throws {
        guard !partitions.contains(partition) else { return }
        let producer = try known()
        var request = AddPartitionsToTxnRequest()
        request.transactionalID = id
        request.producerID = producer.id
        request.producerEpoch = producer.epoch
        request.topics = [partition].byTopic()
        // From version 4 on the request is one between brokers.
        _ = try await client.call(request, to: .transaction(id), atMost: 3, deadline: deadline) {
            ($0.topics.first?.partitions.first?.errorCode ?? .unknownServerError, nil)
        }
        partitions.insert(partition)
    }

    /// Ends the transaction. One without partitions has never begun for the coordinator.
    func end(commit: Bool, _ deadline: Deadline) async throws {
        guard !partitions.isEmpty else { return }
        let producer = try known()
        var request = EndTxnRequest()
        request.transactionalID = id
        request.producerID = producer.id
        request.producerEpoch = producer.epoch
        request.committed = commit
        _ = try await client.call(request, to: .transaction(id), atMost: 4, deadline: deadline) { ($0.errorCode, nil) }
        partitions = []
    }

    private func known() throws -> (id: Int64, epoch: Int16) {
        guard let producer else { throw ClientError.invalid("the transactional producer is not initialized") }
        return producer
    }
}
