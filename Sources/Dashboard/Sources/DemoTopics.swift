import KafkaClient
import KafkaProtocol
import NIOCore

/// The topics of the demo, each with a few hundred messages, so that every screen has something to show.
package enum DemoTopics {
    private static let topics: [(name: String, partitions: Int32, key: String)] = [
        ("orders", 12, "order"), ("payments", 6, "payment"), ("post-events", 6, "post"), ("notifications", 6, "user"),
        ("inventory", 6, "item"), ("audit-log", 3, "entry"),
    ]

    /// Creates and fills them, three replicas each where there are so many brokers. Answers per topic why it could not be
    /// created, or nil.
    package static func create(_ client: KafkaClient) async -> [(name: String, failure: String?)] {
        let live: Int
        do {
            live = try await client.describeCluster().brokers.count { !$0.isFenced }
        } catch {
            return topics.map { ($0.name, "\(error)") }
        }
        let factor = Int16(min(3, max(1, live)))
        var results: [(name: String, failure: String?)] = []
        for topic in topics {
            let made = await client.createTopics([
                .init(
                    topic.name, partitions: topic.partitions, replicationFactor: factor,
                    configs: ["min.insync.replicas": "\(max(1, factor - 1))"])
            ])
            guard case .failure(let error)? = made[topic.name] else {
                await fill(topic.name, topic.key, client)
                results.append((topic.name, nil))
                continue
            }
            results.append((topic.name, "\(error)"))
        }
        return results
    }

    private static func fill(_ topic: String, _ key: String, _ client: KafkaClient) async {
        let producer = Producer(client)
        for number in 0..<300 {
            let value = "{\"\(key)\":\(number),\"at\":\(WallClock.now()),\"text\":\"demo message \(number)\"}"
            try? await producer.enqueue(
                ProducerRecord(
                    topic: topic, key: ByteBuffer(string: "\(key)-\(number % 50)"), value: ByteBuffer(string: value)))
        }
        await producer.close()
    }
}
