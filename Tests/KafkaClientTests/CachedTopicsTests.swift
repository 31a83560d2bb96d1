import KafkaProtocol
import NIOPosix
import Testing

@testable import KafkaClient

/// How many topics a client remembers the leaders of.
@Suite struct CachedTopicsTests {
    private let cluster = Cluster(
        ClientConfiguration(bootstrap: [BrokerAddress(host: "127.0.0.1", port: 1)]),
        group: MultiThreadedEventLoopGroup.singleton)

    private func tell(_ numbers: Range<Int>, remembersAll: Bool = true) async {
        var answer = MetadataResponse()
        answer.topics = numbers.map { number in
            var partition = MetadataResponse.Topic.Partition()
            partition.leaderID = 1
            var topic = MetadataResponse.Topic()
            topic.name = "t\(number)"
            topic.partitions = [partition]
            return topic
        }
        await cluster.adopt(answer, remembersAll: remembersAll)
    }

    /// Whether the leader is known; there is nobody to ask.
    private func knows(_ number: Int) async -> Bool {
        await (try? cluster.leader(of: TopicPartition("t\(number)", 0), by: .now)) == 1
    }

    @Test func oneTooManyLetsAllBeForgotten() async {
        await tell(0..<ClientLimits.cachedTopics)
        #expect(await knows(0))
        // What is known already takes no more room, nor does what nobody asked for.
        await tell(0..<ClientLimits.cachedTopics)
        await tell(0..<2 * ClientLimits.cachedTopics, remembersAll: false)
        #expect(await knows(0))
        #expect(await !knows(ClientLimits.cachedTopics))
        await tell(ClientLimits.cachedTopics..<ClientLimits.cachedTopics + 1)
        #expect(await knows(ClientLimits.cachedTopics))
        #expect(await !knows(0))
    }
}
