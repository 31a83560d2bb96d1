import DequeModule
import KafkaProtocol
import KafkaRecords

/// Sends records in batches. Each partition has one batch under way at a time, so that order holds through retries;
/// partitions do not wait for each other.
package actor Producer {
    /// Called once for each record, in order for each partition, from the producer's own task: return quickly.
    package typealias Completion = @Sendable (Result<Delivery, ClientError>) -> Void

    struct Entry {
        var record: ProducerRecord
        var timestamp: Timestamp
        var deadline: Deadline
        var completion: Completion
    }

    private struct Lane {
        var waiting: Deque<Entry> = []
        var waitingBytes = 0
        var isDraining = false
        var identity: ProducerIdentity?
    }

    let client: KafkaClient
    let configuration: ProducerConfiguration
    private let now: @Sendable () -> Timestamp
    private var lanes: [TopicPartition: Lane] = [:]
    private var partitioner = Partitioner()
    private var generator = SystemRandomNumberGenerator()
    private var bufferedBytes = 0
    private var unfinished = 0
    private var waitingForRoom: Deque<CheckedContinuation<Void, Never>> = []
    private var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    private var isClosed = false
    private let transactions: ProducerTransactions?
    /// Why a record of the open transaction was not delivered: it can only be aborted.
    private(set) var failure: ClientError?

    /// - Parameter now: the time of records without one.
    package init(
        _ client: KafkaClient, _ configuration: ProducerConfiguration = ProducerConfiguration(),
        now: @escaping @Sendable () -> Timestamp = WallClock.now
    ) {
        self.client = client
        self.configuration = configuration
        self.now = now
        transactions = configuration.transactionalID.map {
            ProducerTransactions(client, id: $0, timeout: configuration.transactionTimeout)
        }
    }

    /// Sends a record and waits for its delivery.
    package func send(_ record: ProducerRecord) async throws -> Delivery {
        let result = await withCheckedContinuation { continuation in
            Task {
                do {
                    try await enqueue(record) { continuation.resume(returning: $0) }
                } catch {
                    continuation.resume(returning: .failure(ClientError(error)))
                }
            }
        }
        return try result.get()
    }

    /// Takes a record in; waits while the buffer is full.
    ///
    /// - Throws: `ClientError` when the record cannot be taken; `completion` is not called then.
    package func enqueue(_ record: ProducerRecord, completion: @escaping Completion = { _ in }) async throws {
        guard !isClosed else { throw ClientError.closed }
        let size = record.size
        guard size <= configuration.bufferSize else { throw ClientError.invalid("record of \(size) bytes") }
        let deadline = Deadline.now + configuration.deliveryTimeout
        let topic = try await topic(record.topic, deadline)
        let partition = try partitioner.partition(
            for: record, count: Int32(clamping: topic.partitions.count),
            available: topic.partitions.filter { $0.leaderID >= 0 }.map(\.partitionIndex),
            turn: configuration.batchSize, using: &generator)
        while bufferedBytes + size > configuration.bufferSize {
            await withCheckedContinuation { waitingForRoom.append($0) }
            guard !isClosed else { throw ClientError.closed }
        }
        bufferedBytes += size
        unfinished += 1
        let entry = Entry(
            record: record, timestamp: record.timestamp ?? now(), deadline: deadline, completion: completion)
        append(entry, size, to: TopicPartition(record.topic, partition))
    }

    /// Waits until everything enqueued so far has its result.
    package func flush() async {
        guard unfinished > 0 else { return }
        await withCheckedContinuation { waitingForEnd.append($0) }
    }

    /// Takes nothing more in, and waits for what is under way. The client stays open.
    package func close() async {
        isClosed = true
        wakeWaiters()
        await flush()
    }

    /// The transactions of a producer that has them.
    func transactional() throws -> ProducerTransactions {
        guard let transactions else {
            throw ClientError.invalid("a producer without transactional id has no transactions")
        }
        return transactions
    }

    /// Sequence numbers begin anew with a new epoch.
    func beginAnew() {
        for partition in lanes.keys { lanes[partition]?.identity = nil }
        failure = nil
    }

    // MARK: Lanes

    private func topic(_ name: String, _ deadline: Deadline) async throws -> MetadataResponse.Topic {
        var attempt = 0
        while true {
            do {
                return try await client.cluster.topic(name)
            } catch {
                let error = ClientError(error)
                guard error.isRetriable, attempt < 5 || error.code == nil else { throw error }
                try await client.pause(attempt, until: deadline, or: error)
                attempt += 1
            }
        }
    }

    private func append(_ entry: Entry, _ size: Int, to partition: TopicPartition) {
        var lane = lanes.removeValue(forKey: partition) ?? Lane()
        lane.waiting.append(entry)
        lane.waitingBytes += size
        let starts = !lane.isDraining
        lane.isDraining = true
        lanes[partition] = lane
        if starts { Task { await drain(partition) } }
    }

    /// Sends a partition's batches one after the other until none is left.
    private func drain(_ partition: TopicPartition) async {
        while true {
            if (lanes[partition]?.waitingBytes ?? 0) < configuration.batchSize, configuration.linger > .zero,
                !isClosed, waitingForEnd.isEmpty
            {
                try? await Task.sleep(for: configuration.linger)
            }
            guard let batch = takeBatch(partition), !batch.isEmpty else { break }
            await deliver(batch, to: partition)
        }
        lanes[partition]?.isDraining = false
    }

    private func takeBatch(_ partition: TopicPartition) -> [Entry]? {
        guard var lane = lanes.removeValue(forKey: partition) else { return nil }
        var batch: [Entry] = []
        var bytes = 0
        while let first = lane.waiting.first, batch.isEmpty || bytes + first.record.size <= configuration.batchSize {
            bytes += first.record.size
            lane.waitingBytes -= first.record.size
            batch.append(first)
            lane.waiting.removeFirst()
        }
        lanes[partition] = lane
        return batch
    }

    /// Sends a batch to its end, in two halves if the broker finds it too large.
    private func deliver(_ batch: [Entry], to partition: TopicPartition) async {
        do {
            var identity = lanes[partition]?.identity
            let delivery = try await BatchDelivery(
                client: client, configuration: configuration, partition: partition, transactions: transactions
            )
            .send(batch, as: &identity)
            lanes[partition]?.identity = identity
            finish(batch) { .success(delivery.moved(by: Int64($0))) }
        } catch ClientError.broker(.messageTooLarge, let message) {
            guard batch.count > 1 else {
                failure = failure ?? .broker(.messageTooLarge, message)
                return finish(batch) { _ in .failure(.broker(.messageTooLarge, message)) }
            }
            await deliver(Array(batch[..<(batch.count / 2)]), to: partition)
            await deliver(Array(batch[(batch.count / 2)...]), to: partition)
        } catch {
            // Whether the broker has the batch is not known, and so neither is the next sequence number.
            lanes[partition]?.identity = nil
            let error = ClientError(error)
            failure = failure ?? error
            finish(batch) { _ in .failure(error) }
        }
    }

    private func finish(_ batch: [Entry], _ result: (Int) -> Result<Delivery, ClientError>) {
        for (index, entry) in batch.enumerated() {
            bufferedBytes -= entry.record.size
            unfinished -= 1
            entry.completion(result(index))
        }
        wakeWaiters()
    }

    private func wakeWaiters() {
        while let waiter = waitingForRoom.popFirst() { waiter.resume() }
        guard unfinished == 0 else { return }
        for waiter in waitingForEnd { waiter.resume() }
        waitingForEnd = []
    }
}

extension Delivery {
    fileprivate func moved(by count: Int64) -> Delivery {
        Delivery(partition: partition, offset: offset < 0 ? -1 : offset + count, logAppendTime: logAppendTime)
    }
}
