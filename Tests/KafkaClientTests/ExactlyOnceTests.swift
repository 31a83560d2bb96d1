import KafkaClient
import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

/// The idempotent producer against a broker that loses requests and answers.
@Suite struct ExactlyOnceTests {
    init() async { await calm() }

    /// What became of each record, by its number.
    private final class Results: Sendable {
        private let outcomes = Mutex<[Int: Result<Delivery, ClientError>]>([:])

        func set(_ number: Int, _ result: Result<Delivery, ClientError>) {
            outcomes.withLock { $0[number] = result }
        }

        var all: [Int: Result<Delivery, ClientError>] { outcomes.withLock { $0 } }
    }

    private func configuration(_ port: Int) -> ClientConfiguration {
        var configuration = ClientConfiguration(bootstrap: [BrokerAddress(host: "127.0.0.1", port: port)])
        configuration.retryBackoff = .milliseconds(1)
        configuration.retryBackoffMax = .milliseconds(5)
        configuration.reconnectBackoff = .milliseconds(1)
        configuration.reconnectBackoffMax = .milliseconds(5)
        return configuration
    }

    /// Sends `count` records in batches of about ten and returns what became of them, with what the log has in the end.
    private func run(
        _ losses: LossyBroker.Losses, seed: UInt64, count: Int, deliveryTimeout: Duration
    ) async throws -> (results: [Int: Result<Delivery, ClientError>], stored: [Int], fates: [String: Int]) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (broker, port, listener) = try await LossyBroker.start(losses, seed: seed, on: group.next())
        let client = KafkaClient(configuration(port))
        var settings = ProducerConfiguration()
        settings.batchSize = 300
        settings.linger = .milliseconds(1)
        settings.deliveryTimeout = deliveryTimeout
        let producer = Producer(client, settings)
        let results = Results()
        for number in 0..<count {
            let record = ProducerRecord(topic: LossyBroker.topic, value: ByteBuffer(string: "\(number)"))
            do {
                try await producer.enqueue(record) { results.set(number, $0) }
            } catch {
                // Where it belongs could not be learnt in time.
                results.set(number, .failure(ClientError(error)))
            }
            // Some batches leave before they are full.
            if number % 20 == 0 { try await Task.sleep(for: .milliseconds(2)) }
        }
        await producer.close()
        await client.close()
        try await listener.close().get()
        let (values, fates) = try await group.next().submit { (try broker.value.stored(), broker.value.fates) }.get()
        try await group.shutdownGracefully()
        return (results.all, values.compactMap { Int($0) }, fates)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func lostRequestsAndAnswersNeitherLoseNorRepeatNorReorder(seed: UInt64) async throws {
        var losses = LossyBroker.Losses()
        losses.requests = 8
        losses.answers = 8
        losses.refusals = 8
        let (results, stored, fates) = try await run(losses, seed: seed, count: 2_000, deliveryTimeout: .seconds(60))
        #expect(results.count == 2_000)
        for (number, result) in results {
            if case .failure(let error) = result { Issue.record("record \(number): \(error), seed \(seed)") }
        }
        #expect(stored == Array(0..<2_000), "seed \(seed)")
        #expect(fates["lost"] ?? 0 > 0 && fates["unheard"] ?? 0 > 0 && fates["refused"] ?? 0 > 0, "\(fates)")
    }

    /// With records that are given up: every one that was acknowledged is there once, none is there twice, and none is
    /// before an older one.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func whatIsGivenUpLeavesOthersInOrder(seed: UInt64) async throws {
        var losses = LossyBroker.Losses()
        losses.requests = 5
        losses.answers = 10
        losses.rejections = 5
        losses.silences = 1
        let (results, stored, fates) = try await run(
            losses, seed: seed, count: 1_500, deliveryTimeout: .milliseconds(400))
        #expect(results.count == 1_500)
        #expect(stored == stored.sorted(), "seed \(seed)")
        #expect(Set(stored).count == stored.count, "seed \(seed)")
        let acknowledged = results.filter { (try? $0.value.get()) != nil }.keys
        #expect(Set(acknowledged).isSubset(of: Set(stored)), "seed \(seed)")
        #expect(acknowledged.count < 1_500 && acknowledged.count > 0, "seed \(seed): \(acknowledged.count), \(fates)")
        for (number, result) in results {
            guard let delivery = try? result.get(), delivery.offset >= 0 else { continue }
            #expect(stored[Int(delivery.offset)] == number, "seed \(seed)")
        }
    }
}
