import DequeModule
import KafkaProtocol
import KafkaRecords

/// Sends records in batches. The order within a partition holds through retries (see `PartitionLane`); partitions do not
/// wait for each other.
package actor Producer {
    /// Called once for each record, in order for each partition, from the producer's own task: return quickly.
    package typealias Completion = @Sendable (Result<Delivery, ClientError>) -> Void

    struct Entry: Sendable {
        var record: ProducerRecord
        var timestamp: Timestamp
        var deadline: Deadline
        var completion: Completion
    }

    let client: KafkaClient
    let configuration: ProducerConfiguration
    private let now: @Sendable () -> Timestamp
    private var lanes: [TopicPartition: PartitionLane] = [:]
    /// The outcome of the batch sent last, by partition.
    private var outcomes: [TopicPartition: Task<Void, Never>] = [:]
    /// Partitions whose steps are being carried out.
    private var busy: Set<TopicPartition> = []
    private var partitioner = Partitioner()
    private var generator = SystemRandomNumberGenerator()
    private var bufferedBytes = 0
    private var unfinished = 0
    private var waitingForRoom: Deque<CheckedContinuation<Void, Never>> = []
    private var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    private var isClosed = false
    private let transactions: ProducerTransactions?
    /// Records sent again so far, because an answer did not come or asked for it.
    package private(set) var retries = 0
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
        append(entry, to: TopicPartition(record.topic, partition))
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
        for partition in lanes.keys { lanes[partition]?.forgetIdentity() }
        failure = nil
    }

    // MARK: Lanes

    private func topic(_ name: String, _ deadline: Deadline) async throws -> MetadataResponse.Topic {
        var attempt = 0
        while true {
            do {
                return try await client.cluster.topic(name, by: deadline)
            } catch {
                let error = ClientError(error)
                guard error.isRetriable, attempt < 5 || error.code == nil else { throw error }
                try await client.pause(attempt, until: deadline, or: error)
                attempt += 1
            }
        }
    }

    private func append(_ entry: Entry, to partition: TopicPartition) {
        lanes[partition, default: newLane()].enqueue(entry)
        advance(partition)
    }

    private var numbering: PartitionLane.Numbering {
        if transactions != nil { return .transactional }
        return configuration.isIdempotent && configuration.acks == -1 ? .idempotent : .none
    }

    private func newLane() -> PartitionLane {
        let settings = client.configuration
        return PartitionLane(
            numbering: numbering, batchSize: configuration.batchSize
        ) { Backoff.pause(attempt: $0, first: settings.retryBackoff, most: settings.retryBackoffMax) }
    }

    /// Sees to it that somebody carries out the partition's next steps.
    private func advance(_ partition: TopicPartition) {
        guard !busy.contains(partition) else { return }
        busy.insert(partition)
        Task { await run(partition) }
    }

    /// Carries out a partition's steps in order until there is none for now.
    private func run(_ partition: TopicPartition) async {
        let delivery = BatchDelivery(
            client: client, configuration: configuration, partition: partition, transactions: transactions)
        while true {
            if configuration.linger > .zero, lanes[partition]?.mayGrow == true, !isClosed, waitingForEnd.isEmpty {
                try? await Task.sleep(for: configuration.linger)
            }
            switch lanes[partition]?.next(.now) ?? .idle {
            case .idle:
                busy.remove(partition)
                return
            case .pause(let until): try? await Task.sleep(until: until, clock: .continuous)
            case .fail(let entries, let error): giveUp(entries, error)
            case .identify(let deadline): await identify(partition, delivery, deadline)
            case .send(let batch): await send(batch, delivery)
            }
        }
    }

    private func identify(_ partition: TopicPartition, _ delivery: BatchDelivery, _ deadline: Deadline) async {
        do {
            let identity = try await delivery.identity(deadline)
            lanes[partition]?.identified(identity)
        } catch {
            let error = ClientError(error)
            giveUp(lanes[partition]?.notIdentified(error, .now) ?? [], error)
        }
    }

    /// Puts a batch in line on the leader's connection. Outcomes are dealt with in the order of sending.
    private func send(_ batch: PartitionLane.Batch, _ delivery: BatchDelivery) async {
        let pending: Result<PendingResponse<ProduceRequest>, ClientError>
        if batch.attempts > 1 { retries += batch.entries.count }
        do {
            let bytes = try batch.bytes ?? delivery.build(batch)
            if batch.bytes == nil { lanes[delivery.partition]?.keep(bytes, of: batch.number) }
            pending = .success(try await delivery.begin(bytes, deadline: batch.entries.first?.deadline ?? .now))
        } catch {
            pending = .failure(ClientError(error))
        }
        let before = outcomes[delivery.partition]
        outcomes[delivery.partition] = Task {
            do {
                let delivered = try await delivery.result(of: pending.get())
                await before?.value
                acknowledged(batch.number, delivered)
            } catch {
                let error = ClientError(error)
                await client.cluster.forget(.leader(delivery.partition), after: error)
                await before?.value
                failed(batch.number, error, wasSent: (try? pending.get()) != nil, delivery.partition)
            }
        }
    }

    private func acknowledged(_ number: Int, _ delivery: Delivery) {
        let entries = lanes[delivery.partition]?.acknowledged(number) ?? []
        finish(entries) { .success(delivery.moved(by: Int64($0))) }
        advance(delivery.partition)
    }

    private func failed(_ number: Int, _ error: ClientError, wasSent: Bool, _ partition: TopicPartition) {
        giveUp(lanes[partition]?.failed(number, error, wasSent: wasSent, .now) ?? [], error)
        advance(partition)
    }

    private func giveUp(_ entries: [Entry], _ error: ClientError) {
        guard !entries.isEmpty else { return }
        failure = failure ?? error
        finish(entries) { _ in .failure(error) }
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
