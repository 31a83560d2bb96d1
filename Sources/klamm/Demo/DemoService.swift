import FoundationEssentials
import KafkaClient
import KafkaProtocol
import KafkaRecords
import NIOCore
import Synchronization

/// A small notification service on Kafka, for looking at and for breaking: people's events go to `post-events`, a
/// service turns them into `notifications`, another sends those to phones and is at times too slow for it.
struct DemoService: Sendable {
    /// Figures since the last look.
    struct Counts: Sendable {
        var produced = 0
        var notified = 0
        var pushed = 0
        var failed = 0
        var lastError: String?
    }

    static let events = "post-events"
    static let notifications = "notifications"

    let client: KafkaClient
    /// Events per second.
    let rate: Double
    let seed: UInt64
    /// How the slow group goes: this long slow, then this long fast.
    static let slowPhase = Duration.seconds(60)
    static let fastPhase = Duration.seconds(45)

    private let counts = Shared(Counts())

    /// A value that several tasks write.
    private final class Shared: Sendable {
        private let value: Mutex<Counts>
        init(_ counts: Counts) { value = Mutex(counts) }
        func change(_ body: (inout Counts) -> Void) { value.withLock { body(&$0) } }
        func take() -> Counts {
            value.withLock { counts in
                defer { counts = Counts() }
                return counts
            }
        }
    }

    init(client: KafkaClient, rate: Double, seed: UInt64) {
        self.client = client
        self.rate = rate
        self.seed = seed
    }

    /// What happened since the last call.
    func takeCounts() -> Counts { counts.take() }

    /// Makes the two topics unless they exist.
    func createTopics(partitions: Int32, replicationFactor: Int16) async throws {
        let configs = ["min.insync.replicas": replicationFactor > 2 ? "2" : "1"]
        let topics = [Self.events, Self.notifications].map {
            NewTopic($0, partitions: partitions, replicationFactor: replicationFactor, configs: configs)
        }
        for (_, outcome) in await client.createTopics(topics) {
            if case .failure(let error) = outcome, error.code != .topicAlreadyExists { throw error }
        }
    }

    /// Runs until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await produceEvents() }
            group.addTask { await storeNotifications() }
            group.addTask { await pushNotifications() }
        }
    }

    private func produceEvents() async {
        let producer = Producer(client)
        var events = DemoEvents(seed: seed)
        var pace = DemoPace(perSecond: rate, now: .now)
        while !Task.isCancelled {
            // Twenty small bursts a second look the same on a screen and cost less than single wake-ups.
            let burst = max(1, min(pace.due(now: .now), 10_000))
            for _ in 0..<burst {
                let event = events.next(at: WallClock.now())
                await send(event, to: Self.events, key: "user-\(event.user)", with: producer) { $0.produced += 1 }
            }
            let next = pace.did(burst, now: .now)
            try? await Task.sleep(until: max(next, .now + .milliseconds(50)))
        }
        await producer.close()
    }

    private func storeNotifications() async {
        let producer = Producer(client)
        await consume(group: "notification-store", topic: Self.events) { records in
            for record in records {
                guard let value = record.record.value,
                    let event = try? JSONDecoder().decode(DemoEvents.Event.self, from: Data(value.readableBytesView))
                else { continue }
                // Nobody is told about what they did themselves.
                guard event.user != event.to else { continue }
                await send(event, to: Self.notifications, key: "user-\(event.to)", with: producer) { $0.notified += 1 }
            }
        }
        await producer.close()
    }

    private func pushNotifications() async {
        let began = ContinuousClock.now
        var pace = DemoPace(perSecond: rate, now: began)
        await consume(group: "notification-push", topic: Self.notifications) { records in
            for chunk in stride(from: 0, to: records.count, by: 50) {
                let count = min(50, records.count - chunk)
                pace.change(to: rate * Self.speed(after: began.duration(to: .now)), now: .now)
                let next = pace.did(count, now: .now)
                counts.change { $0.pushed += count }
                try? await Task.sleep(until: next)
                if Task.isCancelled { return }
            }
        }
    }

    /// How fast the slow group goes, as a share of what comes in: too slow, then fast enough to catch up.
    static func speed(after time: Duration) -> Double {
        let cycle = (slowPhase + fastPhase) / .seconds(1)
        let position = (time / .seconds(1)).truncatingRemainder(dividingBy: cycle)
        return position < slowPhase / .seconds(1) ? 0.6 : 3
    }

    /// Reads a topic as a member of a group until cancelled; what fails is counted and tried again.
    private func consume(
        group: String, topic: String, _ body: ([ConsumedRecord]) async -> Void
    ) async {
        var settings = GroupConfiguration(groupID: group, topics: [topic])
        settings.reset = .earliest
        settings.sessionTimeout = .seconds(10)
        settings.autoCommit = .seconds(1)
        var consuming = ConsumerConfiguration()
        // Small answers keep the position close to the work, so that the lag shows what is really waiting.
        consuming.partitionMaxBytes = 16 << 10
        let consumer = GroupConsumer(client, settings, consuming: consuming)
        while !Task.isCancelled {
            do {
                let result = try await consumer.poll(timeout: .seconds(1))
                for error in result.errors.values { note(error) }
                await body(result.records)
            } catch {
                note(ClientError(error))
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        await consumer.close()
    }

    private func send(
        _ event: DemoEvents.Event, to topic: String, key: String, with producer: Producer,
        _ count: @escaping @Sendable (inout Counts) -> Void
    ) async {
        guard let json = try? JSONEncoder().encode(event) else { return }
        let record = ProducerRecord(topic: topic, key: ByteBuffer(string: key), value: ByteBuffer(bytes: json))
        do {
            try await producer.enqueue(record) { result in
                switch result {
                case .success: counts.change(count)
                case .failure(let error): note(error)
                }
            }
        } catch {
            note(ClientError(error))
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private func note(_ error: ClientError) {
        if error == .closed { return }
        counts.change {
            $0.failed += 1
            $0.lastError = "\(error)"
        }
    }
}
