import KafkaClient
import KafkaProtocol
import LocalCluster
import NIOCore
import Synchronization
import TerminalUI

/// Measures a fresh bundled cluster from outside, through the same client as everything else.
struct ClusterBench {
    let cluster: ManagedCluster
    let lifeline: Lifeline
    /// How long each rate is measured.
    let seconds: Double
    private(set) var report = BenchReport()

    /// Latency is measured at this many records a second, far from what the cluster can do: at full speed it would only
    /// show the length of the producer's queue.
    static let latencyRate = 500.0
    private static let partitions: Int32 = 6

    init(cluster: ManagedCluster, lifeline: Lifeline, seconds: Double) {
        self.cluster = cluster
        self.lifeline = lifeline
        self.seconds = seconds
    }

    mutating func run() async throws {
        report.begin("cluster start")
        let began = ContinuousClock.now
        let status = try await cluster.start(brokers: 3, firstPort: 0, lifeline: lifeline).whole()
        report.add("cluster start", began.duration(to: .now), "3 brokers, empty, until all are unfenced")
        let client = KafkaClient(Self.configuration(status))
        try await measure(client, status)
        await client.close()
    }

    private mutating func measure(_ client: KafkaClient, _ status: ClusterStatus) async throws {
        try await idle(status, "idle, empty")
        for size in [100, 1024] {
            for acks: Int16 in [1, -1] {
                try await produce(client, size: size, acks: acks)
            }
        }
        try await consume(client, size: 1024)
        try await transactions(client)
        try await groups(client)
        try compaction()
        try await idle(status, "idle, after that")
        try await dashboard(status)
        try await failover(client)
    }

    private static func configuration(_ status: ClusterStatus) -> ClientConfiguration {
        var configuration = ClientConfiguration(bootstrap: BrokerAddress.list(status.bootstrapServers) ?? [])
        configuration.clientID = "klamm-bench"
        return configuration
    }

    /// Memory and processor time of the brokers while nobody asks for anything.
    private mutating func idle(_ status: ClusterStatus, _ name: String) async throws {
        report.begin(name)
        let pids = status.brokers.compactMap(\.pid)
        let before = pids.compactMap { ProcessFigures(pid: $0) }
        let began = ContinuousClock.now
        // The kernel counts in hundredths of a second.
        try await Task.sleep(for: .seconds(10))
        let elapsed = began.duration(to: .now) / .seconds(1)
        let after = pids.compactMap { ProcessFigures(pid: $0) }
        guard !after.isEmpty, before.count == after.count else { return }
        let used = zip(before, after).reduce(0) { $0 + $1.1.processorSeconds - $1.0.processorSeconds }
        let memory = after.reduce(0) { $0 + $1.residentBytes } / after.count
        report.add("\(name): memory of a broker", Double(memory), .bytes, "resident, mean of \(after.count)")
        report.add(
            "\(name): processor of a broker", 100 * used / elapsed / Double(after.count), .percent, "of one core")
    }

    private static func topic(_ size: Int, _ acks: Int16) -> String { "bench-\(size)-acks\(acks == -1 ? "all" : "1")" }

    private static func record(_ topic: String, _ number: Int, _ value: ByteBuffer) -> ProducerRecord {
        ProducerRecord(topic: topic, key: ByteBuffer(string: "\(number)"), value: value)
    }

    private mutating func produce(_ client: KafkaClient, size: Int, acks: Int16) async throws {
        let topic = Self.topic(size, acks)
        _ = try await client.createTopics([
            NewTopic(topic, partitions: Self.partitions, replicationFactor: 3)
        ])[topic]?.get()
        let name = "produce \(size) B, acks=\(acks == -1 ? "all" : "1")"
        report.begin(name)
        let value = ByteBuffer(repeating: UInt8(ascii: "x"), count: size)
        var settings = ProducerConfiguration()
        settings.acks = acks
        settings.isIdempotent = acks == -1

        let slow = Producer(client, settings)
        let latencies = try await paced(slow, topic, value)
        await slow.close()
        for (share, label) in [(0.5, "p50"), (0.99, "p99")] {
            guard let time = latencies.quantile(share) else { continue }
            report.add("\(name): latency \(label)", time, "at \(Int(Self.latencyRate)) records/s, RF 3, linger 5 ms")
        }

        let fast = Producer(client, settings)
        let acknowledged = Latencies()
        let began = ContinuousClock.now
        let end = began + .seconds(seconds)
        var number = 0
        while .now < end {
            for _ in 0..<200 {
                number += 1
                try await fast.enqueue(Self.record(topic, number, value)) { result in
                    if case .success = result { acknowledged.add(.zero) }
                }
            }
        }
        await fast.close()
        let elapsed = began.duration(to: .now) / .seconds(1)
        let rate = Double(acknowledged.count) / elapsed
        report.add("\(name): rate", rate, .recordsPerSecond, Format.byteRate(rate * Double(size)) + ", acknowledged")
    }

    /// Sends at a steady rate and measures each record from sending to its acknowledgement.
    private func paced(_ producer: Producer, _ topic: String, _ value: ByteBuffer) async throws -> Latencies {
        let latencies = Latencies()
        // The first records pay for connections and metadata.
        _ = try await producer.send(Self.record(topic, 0, value))
        let end = ContinuousClock.now + .seconds(seconds)
        var next = ContinuousClock.now
        var number = 0
        while .now < end {
            number += 1
            let sent = ContinuousClock.now
            try await producer.enqueue(Self.record(topic, number, value)) { result in
                if case .success = result { latencies.add(sent.duration(to: .now)) }
            }
            next += .seconds(1 / Self.latencyRate)
            try await Task.sleep(until: next)
        }
        return latencies
    }

    private mutating func consume(_ client: KafkaClient, size: Int) async throws {
        report.begin("consume \(size) B")
        let topic = Self.topic(size, -1)
        var settings = ConsumerConfiguration()
        settings.partitionMaxBytes = 4 << 20
        let consumer = Consumer(client, settings)
        try await consumer.assign(topic: topic, from: .earliest)
        var count = 0
        let began = ContinuousClock.now
        var last = began
        while began.duration(to: .now) < .seconds(30) {
            let records = try await consumer.poll(timeout: .seconds(1)).records
            if records.isEmpty { break }
            count += records.count
            last = .now
        }
        await consumer.close()
        let elapsed = max(began.duration(to: last) / .seconds(1), 0.001)
        let rate = Double(count) / elapsed
        report.add(
            "consume \(size) B: rate", rate, .recordsPerSecond,
            "\(Format.byteRate(rate * Double(size))), one consumer, \(Format.shortCount(count)) records")
    }

    private mutating func transactions(_ client: KafkaClient) async throws {
        report.begin("transactions")
        let topic = "bench-transactions"
        let new = NewTopic(topic, partitions: TransactionBench.partitions, replicationFactor: 3)
        _ = try await client.createTopics([new])[topic]?.get()
        let figures = try await TransactionBench(client: client, seconds: seconds).run(topic)
        let note = "\(TransactionBench.records) records over \(TransactionBench.partitions) partitions, one producer"
        report.add("transactions: rate", figures.rate, .transactionsPerSecond, note)
        for (share, label) in [(0.5, "p50"), (0.99, "p99")] {
            guard let time = figures.latencies.quantile(share) else { continue }
            report.add("transactions: latency \(label)", time, "from the first record to the committed end")
        }
    }

    private mutating func groups(_ client: KafkaClient) async throws {
        let topic = "bench-groups"
        let new = NewTopic(topic, partitions: GroupBench.partitions, replicationFactor: 3)
        _ = try await client.createTopics([new])[topic]?.get()
        for groupProtocol in GroupProtocol.allCases {
            let name = "group, \(groupProtocol.rawValue) protocol"
            report.begin(name)
            guard let times = try await GroupBench(client: client, groupProtocol: groupProtocol).run(topic) else {
                Console.note("\(name): its members did not get their shares within a minute")
                continue
            }
            let note = "\(GroupBench.members) members, \(GroupBench.partitions) partitions"
            report.add("\(name): all have joined", times.joined, note + ", until each has its share")
            report.add("\(name): one has left", times.takenOver, "until the others have its share")
        }
    }

    private mutating func compaction() throws {
        report.begin("compaction")
        guard let figures = try CompactionBench(directory: cluster.directory.path + "/compaction").run() else { return }
        let seconds = max(figures.elapsed / .seconds(1), 0.001)
        let before = Format.bytes(Int(figures.bytesBefore)), after = Format.bytes(Int(figures.bytesAfter))
        report.add(
            "compaction: rate", Double(figures.bytesBefore) / seconds, .bytesPerSecond,
            "\(before) to \(after), records of 100 B, each key ten times")
    }

    /// The screen on this cluster, in a terminal that nobody looks at.
    private mutating func dashboard(_ status: ClusterStatus) async throws {
        report.begin("dashboard")
        guard let screen = try await ScreenBench.measure(bootstrap: status.bootstrapServers) else {
            return Console.note("the dashboard did not show anything within 10 s")
        }
        report.add("dashboard: first frame", screen.firstFrame, "120×34, from the start of the process")
        report.add("dashboard: live data", screen.liveData, "the same, until the brokers' figures are there")
        report.add("dashboard: memory", Double(screen.residentBytes), .bytes, "resident")
        report.add("dashboard: processor", screen.processorPercent, .percent, "of one core, refreshing every second")
    }

    /// Kills the leader of a partition while somebody writes to it, and starts it again.
    private mutating func failover(_ client: KafkaClient) async throws {
        report.begin("failover")
        let topic = "bench-failover"
        _ = try await client.createTopics([NewTopic(topic, partitions: 1, replicationFactor: 3)])[topic]?.get()
        let value = ByteBuffer(string: "x")
        let producer = Producer(client)
        _ = try await producer.send(Self.record(topic, 0, value))
        guard let leader = try await Self.partition(client, topic)?.leader, leader >= 0 else { return }
        let killed = ContinuousClock.now
        try await cluster.kill(leader)
        _ = try await producer.send(Self.record(topic, 1, value))
        report.add("kill −9 of a leader: written again", killed.duration(to: .now), "acks=all, from the signal on")
        let started = ContinuousClock.now
        if let failure = try await cluster.restart([leader], lifeline: lifeline).first { throw failure }
        report.add("restart: unfenced", started.duration(to: .now))
        while try await Self.partition(client, topic)?.isr.count != 3 {
            guard started.duration(to: .now) < .seconds(60) else { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        report.add("restart: full ISR again", started.duration(to: .now))
        await producer.close()
    }

    private static func partition(_ client: KafkaClient, _ topic: String) async throws -> PartitionDescription? {
        try await client.describeTopics([topic])[topic]?.get().partitions.first
    }
}
