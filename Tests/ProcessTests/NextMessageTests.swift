import KafkaClient
import KafkaProtocol
import TestSupport
import Testing

@testable import Dashboard

/// The message a group reads next, and what is committed before it, on a real broker.
@Suite(.serialized) struct NextMessageTests {
    @Test(.timeLimit(.minutes(10))) func aCommitIsToldInFull() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "a", "--partitions", "2", "--replication-factor", "1"])
            try await cluster.klamm(["produce", "a", "--partition", "0", "--value", "four", "--times", "9"])
            let bootstrap = try await cluster.status().bootstrapServers
            let client = KafkaClient(ClientConfiguration(bootstrap: try #require(BrokerAddress.list(bootstrap))))
            let id = TopicPartition("a", 0)
            func told() async throws -> NextMessage.Told {
                try await NextMessageReader(client: client).told(of: "g", in: id).get()
            }
            func commit(_ offset: CommittedOffset) async throws {
                _ = try await client.resetOffsets(of: "g", to: [id: offset])
            }
            #expect(try await told() == NextMessage.Told(), "nothing is committed")
            try await commit(CommittedOffset(4, leaderEpoch: 0, metadata: "page 2"))
            let next = try await told()
            #expect(next.offset == 4 && next.metadata == "page 2" && next.leaderEpoch == 0 && next.failure == nil)
            #expect(next.message?.offset == 4 && next.bytes == 4)
            #expect((next.message?.timestamp ?? 0) > 0)
            try await cluster.klamm(["topics", "delete-records", "a", "--partition", "0", "--before", "6"])
            let purged = try await told()
            #expect(purged.offset == 4 && purged.message?.offset == 6)
            try await commit(CommittedOffset(9))
            let end = try await told()
            #expect(end.offset == 9 && end.message == nil && end.failure == nil && end.metadata.isEmpty)
            await client.close()
        }
    }
}
