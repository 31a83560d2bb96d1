import ClusterMetadata
import KafkaProtocol
import Testing

@testable import Controller

/// Requests beyond what a controller takes in.
@Suite struct ControllerLimitTests {
    @Test func aRequestMakesOnlySoManyPartitions() {
        let cluster = TestCluster(brokers: 1)
        #expect(cluster.create("a", partitions: Int32(Limits.partitionsPerRequest + 1)).errorCode == .policyViolation)
        #expect(cluster.image.topics.isEmpty)
    }

    @Test func aNameFitsAFileName() {
        let cluster = TestCluster(brokers: 1)
        let longest = String(repeating: "x", count: Limits.topicNameLength)
        #expect(cluster.create(longest).errorCode == ErrorCode.none)
        #expect(cluster.create(longest + "x").errorCode == .invalidTopicException)
    }

    /// All clients begin anew when there are too many to count them one by one.
    @Test func mutationsOfTooManyClientsAreForgotten() throws {
        let entity = try #require(QuotaEntity([.init(.clientID, nil)]))
        let record = ClientQuotaRecord(entity: entity, key: "controller_mutation_rate", value: 1)
        let image = try MetadataImage(records: [.clientQuota(record)], offset: 0)
        func quota(_ client: Int) throws -> QuotaMatch {
            try #require(image.quota(.controllerMutationRate, user: QuotaEntity.anonymous, clientID: "\(client)"))
        }
        var quotas = MutationQuotas(window: 10)
        quotas.take(15, try quota(0), now: 0)
        for client in 1..<Limits.mutationBuckets { quotas.take(1, try quota(client), now: 0) }
        quotas.take(1, try quota(0), now: 0)
        #expect(quotas.throttleTime(try quota(0), now: 0) == 6_000)
        quotas.take(1, try quota(Limits.mutationBuckets), now: 0)
        #expect(quotas.throttleTime(try quota(0), now: 0) == 0)
    }
}
