import KafkaProtocol
import NIOPosix
import Testing

@testable import KafkaClient

/// Whom a client takes for a partition's leader when brokers tell different things (KIP-320).
@Suite struct NewestLeaderTests {
    private static let topic = UUID(high: 1, low: 2)
    private let partition = TopicPartition("t", 0)
    private let cluster = Cluster(
        ClientConfiguration(bootstrap: [BrokerAddress(host: "127.0.0.1", port: 1)]),
        group: MultiThreadedEventLoopGroup.singleton)

    private func told(
        leader: BrokerID, epoch: Epoch, topic id: TopicID = topic, error: ErrorCode = .none
    ) async {
        var partition = MetadataResponse.Topic.Partition()
        partition.leaderID = leader
        partition.leaderEpoch = epoch
        var topic = MetadataResponse.Topic()
        topic.name = "t"
        topic.topicID = id
        topic.errorCode = error
        topic.partitions = error == .none ? [partition] : []
        var answer = MetadataResponse()
        answer.topics = [topic]
        await cluster.adopt(answer, remembersAll: true)
    }

    private func leader() async throws -> BrokerID { try await cluster.leader(of: partition) }

    @Test func anOlderEpochChangesNothing() async throws {
        await told(leader: 1, epoch: 4)
        await told(leader: 2, epoch: 5)
        #expect(try await leader() == 2)
        await told(leader: 1, epoch: 4)
        #expect(try await leader() == 2)
        // The same broker may lead again, in a later epoch.
        await told(leader: 1, epoch: 6)
        #expect(try await leader() == 1)
    }

    @Test func whatProvedOutOfDateStillTellsWhatIsOlder() async throws {
        await told(leader: 2, epoch: 5)
        await cluster.forget(topic: "t")
        await told(leader: 1, epoch: 4)
        #expect(try await leader() == 2)
        // A broker that has only just started does not know the topic.
        await told(leader: -1, epoch: -1, error: .unknownTopicOrPartition)
        await told(leader: 1, epoch: 4)
        #expect(try await leader() == 2)
    }

    @Test func aTopicThatIsMadeAgainBeginsAnew() async throws {
        await told(leader: 2, epoch: 5)
        await told(leader: 1, epoch: 0, topic: UUID(high: 3, low: 4))
        #expect(try await leader() == 1)
    }

    @Test func withoutIDsOrEpochsTheLastWordCounts() async throws {
        await told(leader: 2, epoch: 5, topic: .zero)
        await told(leader: 1, epoch: 0, topic: .zero)
        #expect(try await leader() == 1)
        await told(leader: 3, epoch: -1)
        await told(leader: 2, epoch: -1)
        #expect(try await leader() == 2)
    }
}
