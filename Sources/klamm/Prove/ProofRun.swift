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
    /// What is said about its course: to whoever reads stderr, or on the screen.
    let say: @Sendable (String) -> Void
    let ledger: ProofLedger
    let control: ProofControl
    let producers: [Producer]
    /// Milliseconds since 1970.
    let began = WallClock.now()

    /// How long the reader may take to reach the end once nothing is written any more.
    private static let patience = Duration.seconds(60)

    init(
        client: KafkaClient, cluster: ManagedCluster?, lifeline: Lifeline?, order: Order, topic: String,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.client = client
        self.cluster = cluster
        self.lifeline = lifeline
        self.order = order
        self.topic = topic
        self.say = say
        control = ProofControl(rate: order.rate)
        ledger = ProofLedger(topic: topic)
        producers = (0..<order.producers).map { _ in Producer(client) }
    }

    /// Runs to the end; the topic must be there.
    func run() async throws -> ProofReport {
        let consumer = Consumer(client)
        try await consumer.assign(topic: topic, from: .earliest)
        let reading = Task { await read(consumer) }
        let watching = Task { await watch() }
        let end = ContinuousClock.now + order.duration
        await withTaskGroup(of: Void.self) { group in
            for producer in producers.indices { group.addTask { await write(as: producer, until: end) } }
            group.addTask { await strike(until: end) }
        }
        let isComplete = await readsAll(consumer)
        if isComplete { ledger.readToTheEnd() }
        watching.cancel()
        await consumer.close()
        await reading.value
        return report(isComplete: isComplete)
    }

    /// A line on how it stands.
    var progress: String {
        let gone = Duration.milliseconds(WallClock.now() - began)
        return ProofReport.progress(
            ledger.counts, inFlight: ledger.inFlight, left: max(.zero, order.duration - gone))
    }

    /// How it stands now.
    func report(isComplete: Bool) -> ProofReport {
        ProofReport(
            topic: topic, began: began, ended: WallClock.now(), counts: ledger.counts, findings: ledger.findings,
            faults: ledger.faults, isComplete: isComplete, lastError: ledger.lastError)
    }

    // MARK: Writing and reading

    private func write(as number: Int, until end: ContinuousClock.Instant) async {
        let producer = producers[number]
        var next = ContinuousClock.now
        let stream = Int32(clamping: number)
        var partition = stream % order.partitions
        while .now < end, !control.isStopped {
            await send(ProofRecord.Stream(producer: stream, partition: partition), with: producer)
            partition = (partition + 1) % order.partitions
            next += .seconds(Double(order.producers) / control.rate)
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
        let sent = ContinuousClock.now
        do {
            let wire = ProducerRecord(topic: topic, partition: stream.partition, value: value)
            try await producer.enqueue(wire) { ledger.answered(record, $0, after: sent.duration(to: .now)) }
        } catch {
            ledger.answered(record, .failure(ClientError(error)), after: sent.duration(to: .now))
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

    /// How long a broker is away: a third of the time between faults, so that there is enough left to see it come back.
    var away: Duration { min(order.every / 3, .seconds(5)) }

    /// How many faults there is time for.
    var faultsPlanned: Int {
        guard cluster != nil, !order.faults.isEmpty else { return 0 }
        let room = order.duration - away - order.every / 2
        return room <= .zero ? 0 : Int((room / order.every).rounded(.up))
    }

    private func strike(until end: ContinuousClock.Instant) async {
        guard let cluster, !order.faults.isEmpty else { return }
        var next = ContinuousClock.now + order.every / 2
        var turn = 0
        while next + away < end {
            await rest(until: next)
            next += order.every
            guard !control.isStopped else { break }
            if control.faultsArePaused { continue }
            guard ledger.counts.holds else { return say("the claim is false: no more faults") }
            guard let (broker, led) = await victim() else {
                say("no fault now: not every replica is in sync")
                continue
            }
            let kind = order.faults[turn % order.faults.count]
            turn += 1
            do {
                try await bring(kind, upon: broker, led, of: cluster, for: away)
            } catch {
                return say("no more faults: \(error)")
            }
        }
        await settle()
    }

    /// The leader of the most partitions, when all of them are whole.
    private func victim() async -> (BrokerID, led: Int)? {
        guard let partitions = await partitions(), partitions.allSatisfy({ $0.isr.count == $0.replicas.count }) else {
            return nil
        }
        let counts = Dictionary(grouping: partitions, by: \.leader).mapValues(\.count)
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
    }

    /// Waits, but not longer than the person wants to.
    private func rest(until time: ContinuousClock.Instant) async {
        while .now < time, !control.isStopped {
            try? await Task.sleep(until: min(time, .now + .milliseconds(200)))
        }
    }

    private func bring(
        _ kind: ProofFault.Kind, upon broker: BrokerID, _ led: Int, of cluster: ManagedCluster, for away: Duration
    ) async throws {
        say("\(kind.words) broker \(broker)")
        ledger.begins(ProofFault(kind, broker, led: led, time: WallClock.now()))
        switch kind {
        case .kill: try await cluster.kill(broker)
        case .pause: try await cluster.pause(broker)
        case .stop: try await cluster.stop(broker)
        }
        try? await Task.sleep(for: away)
        if kind == .pause {
            try await cluster.resume(broker)
        } else {
            if let failure = try await cluster.restart([broker], lifeline: lifeline).first { throw failure }
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
}
