import ClusterMetadata
import KafkaProtocol
import TestSupport
import Testing

@testable import Controller

/// Quotas of making and deleting partitions (KIP-599).
@Suite struct MutationQuotaTests {
    private let cluster: TestCluster

    init() throws {
        cluster = TestCluster(brokers: 1, settings: ["controller.quota.window.num": "10"])
        let entity = try #require(QuotaEntity([.init(.clientID, "c")]))
        cluster.commit([.clientQuota(ClientQuotaRecord(entity: entity, key: "controller_mutation_rate", value: 2))])
    }

    private func create(
        _ name: String, _ partitions: Int32, version: Int16 = 7, by client: String = "c"
    ) -> (code: ErrorCode?, throttle: Int32) {
        let request = CreateTopicsRequest(.init(name, partitions: partitions))
        let answer = cluster.run(
            cluster.controller.decide(request, version: version, now: cluster.now, clientID: client))
        return (answer.topics.first?.errorCode, answer.throttleTimeMs)
    }

    @Test func whatIsOwedMustBePaidFirst() {
        // Twenty are there at the start, and a request may take more than there is.
        #expect(create("a", 24) == (ErrorCode.none, 0))
        #expect(create("b", 1) == (.throttlingQuotaExceeded, 2_000))
        #expect(cluster.image.topicIDs["b"] == nil)
        #expect(create("b", 1, by: "somebody") == (ErrorCode.none, 0))
        cluster.now += 2_000
        #expect(create("c", 1) == (ErrorCode.none, 0))
    }

    @Test func olderClientsAreServedAndWait() {
        #expect(create("a", 24, version: 5) == (ErrorCode.none, 2_000))
        #expect(create("b", 2, version: 5) == (ErrorCode.none, 3_000))
    }

    @Test func deletingAndEnlargingCountToo() {
        _ = create("a", 15)
        var enlarged = CreatePartitionsRequest.Topic()
        enlarged.name = "a"
        enlarged.count = 22
        var growth = CreatePartitionsRequest()
        growth.topics = [enlarged]
        let grown = cluster.run(
            cluster.controller.decide(growth, version: 3, now: cluster.now, clientID: "c"))
        #expect(grown.results.map(\.errorCode) == [ErrorCode.none] && grown.throttleTimeMs == 0)
        var deletion = DeleteTopicsRequest()
        deletion.topicNames = ["a"]
        let refused = cluster.run(
            cluster.controller.decide(deletion, version: 5, now: cluster.now, clientID: "c"))
        #expect(refused.responses.map(\.errorCode) == [.throttlingQuotaExceeded] && refused.throttleTimeMs == 1_000)
        #expect(cluster.image.topicIDs["a"] != nil)
        let served = cluster.run(
            cluster.controller.decide(deletion, version: 4, now: cluster.now, clientID: "c"))
        #expect(served.responses.map(\.errorCode) == [ErrorCode.none] && served.throttleTimeMs == 12_000)
    }
}
