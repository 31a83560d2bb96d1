import ClusterInsight
import KafkaClient
import KafkaProtocol
import LocalCluster
import NIOCore

/// Writes numbered records, reads them back, and breaks brokers meanwhile if it may.
struct ProofRun: Sendable {
    /// What is asked for.
    struct Order: Sendable {
        var duration: Duration
        /// From one fault to the next.
        var every: Duration
        var faults: [ProofFault.Kind]
        /// Records a second, of all producers together.
        var rate: Double
        var producers: Int32
        var partitions: Int32
        var size: Int
    }

    let client: KafkaClient
    /// The cluster whose brokers may be broken; nil for one that is not ours.
    let cluster: ManagedCluster?
    let lifeline: Lifeline?
    let order: Order
    let topic: String
    let ledger: ProofLedger

    /// How long the reader may take to reach the end once nothing is written any more.
    private static let patience = Duration.seconds(60)

    init(client: KafkaClient, cluster: ManagedCluster?, lifeline: Lifeline?, order: Order, topic: String) {
        self.client = client
        self.cluster = cluster
        self.lifeline = lifeline
        self.order = order
        self.topic = topic
        ledger = ProofLedger(topic: topic)
    }

    /// Runs to the end; the topic must be there.
    func run() async throws -> ProofReport {
        let began = WallClock.now()
        let consumer = Consumer(client)
        try await consumer.assign(topic: topic, from: .earliest)
        let reading = Task { await read(consumer) }
        let watching = Task { await watch() }
        let telling = Task { await tell() }
        let end = ContinuousClock.now + order.duration
        await withTaskGroup(of: Void.self) { group in
            for producer in 0..<order.producers { group.addTask { await write(as: producer, until: end) } }
            group.addTask { await strike(until: end) }
        }
        let isComplete = await readsAll(consumer)
        if isComplete { ledger.readToTheEnd() }
        telling.cancel()
        watching.cancel()
        await consumer.close()
        await reading.value
        return ProofReport(
            topic: topic, began: began, ended: WallClock.now(), counts: ledger.counts, findings: ledger.findings,
            faults: ledger.faults, isComplete: isComplete, lastError: ledger.lastError)
    }

    // MARK: Writing and reading

    private func write(as number: Int32, until end: ContinuousClock.Instant) async {
        let producer = Producer(client)
        let pause = Duration.seconds(Double(order.producers) / order.rate)
        var next = ContinuousClock.now
        var partition = number % order.partitions
        while .now < end {
            await send(ProofRecord.Stream(producer: number, partition: partition), with: producer)
            partition = (partition + 1) % order.partitions
            next += pause
            // After a stop nothing is made up for: that would be a burst, not a rate.
            next = max(next, .now - .milliseconds(100))
            try? await Task.sleep(until: next)
        }
        await producer.close()
    }

    private func send(_ stream: ProofRecord.Stream, with producer: Producer) async {
        guard let record = ledger.next(stream) else { return }
        let value = ByteBuffer(bytes: record.encoded(size: order.size))
        let ledger = ledger
        do {
            let wire = ProducerRecord(topic: topic, partition: stream.partition, value: value)
            try await producer.enqueue(wire) { ledger.answered(record, $0) }
        } catch {
            ledger.answered(record, .failure(ClientError(error)))
        }
    }

    private func read(_ consumer: Consumer) async {
        while let result = try? await consumer.poll(timeout: .milliseconds(500)) {
            for record in result.records { ledger.read(record) }
        }
    }

    /// Waits until the reader has everything that is in the log now; false when it does not get there.
    private func readsAll(_ consumer: Consumer) async -> Bool {
        let deadline = ContinuousClock.now + Self.patience
        let names = (0..<order.partitions).map { TopicPartition(topic, $0) }
        var specs: [TopicPartition: OffsetSpec] = [:]
        for name in names { specs[name] = .latest }
        while .now < deadline {
            let ends = await client.listOffsets(specs, timeout: .seconds(5)).compactMapValues { try? $0.get().offset }
            let positions = await consumer.positions
            if names.allSatisfy({ name in ends[name].map { (positions[name] ?? -1) >= $0 } ?? false }) { return true }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    // MARK: Faults

    /// Looks at leaders and in-sync sets, for what a fault changes.
    private func watch() async {
        while !Task.isCancelled {
            if let partitions = await partitions() { ledger.observes(partitions) }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    private func partitions() async -> [PartitionDescription]? {
        let found = await client.describeTopics([topic], timeout: .seconds(2))[topic]
        return try? found?.get().partitions
    }

    private func strike(until end: ContinuousClock.Instant) async {
        guard let cluster, !order.faults.isEmpty else { return }
        var next = ContinuousClock.now + order.every / 2
        var turn = 0
        // A broker is away for a third of the time; there must be enough left to see it come back.
        let away = min(order.every / 3, .seconds(5))
        while next + away < end {
            try? await Task.sleep(until: next)
            next += order.every
            guard ledger.counts.holds else { return Console.note("the claim is false: no more faults") }
            guard let broker = await victim() else {
                Console.note("no fault now: not every replica is in sync")
                continue
            }
            let kind = order.faults[turn % order.faults.count]
            turn += 1
            do {
                try await bring(kind, upon: broker, of: cluster, for: away)
            } catch {
                return Console.note("no more faults: \(error)")
            }
        }
        await settle()
    }

    /// The leader of the most partitions, when all of them are whole.
    private func victim() async -> BrokerID? {
        guard let partitions = await partitions(), partitions.allSatisfy({ $0.isr.count == $0.replicas.count }) else {
            return nil
        }
        let counts = Dictionary(grouping: partitions, by: \.leader).mapValues(\.count)
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    private func bring(
        _ kind: ProofFault.Kind, upon broker: BrokerID, of cluster: ManagedCluster, for away: Duration
    ) async throws {
        Console.note("\(kind.rawValue) broker \(broker)")
        ledger.begins(ProofFault(kind, broker, time: WallClock.now()))
        switch kind {
        case .kill: try await cluster.kill(broker)
        case .pause: try await cluster.pause(broker)
        case .stop: try await cluster.stop(broker)
        }
        try? await Task.sleep(for: away)
        if kind == .pause {
            try await cluster.resume(broker)
        } else {
            try await cluster.restart([broker], lifeline: lifeline)
        }
        ledger.faultIsOver()
    }

    /// Waits until the last fault is behind the cluster.
    private func settle() async {
        let deadline = ContinuousClock.now + Self.patience
        while let last = ledger.faults.last, last.untilInSync == nil, .now < deadline {
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    // MARK: Telling

    private func tell() async {
        let began = ContinuousClock.now
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(5))
            guard !Task.isCancelled else { return }
            let left = began.duration(to: .now) < order.duration ? order.duration - began.duration(to: .now) : .zero
            Console.note(ProofReport.progress(ledger.counts, inFlight: ledger.inFlight, left: left))
        }
    }
}
