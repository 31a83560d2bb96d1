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

    /// What one pass leaves over follows at once, and nothing is left out.
    @Test func electionsComeInPortions() {
        let cluster = TestCluster(brokers: 2)
        let count = Limits.electionsPerPass + 10
        cluster.create("t", assignments: Array(repeating: [1, 2], count: count))
        func led(by broker: BrokerID) -> Int {
            (0..<Int32(count)).count { cluster.state("t", $0).leader == broker }
        }
        cluster.fence(2)
        cluster.fence(1)
        cluster.heartbeat(2)
        #expect(cluster.setConfig(.topic("t"), "unclean.leader.election.enable", "true") == .none)
        #expect(led(by: -1) == count)
        cluster.tick()
        #expect(led(by: 2) == Limits.electionsPerPass && led(by: -1) == 10)
        #expect(cluster.controller.nextDeadline() <= cluster.now)
        cluster.tick()
        #expect(led(by: 2) == count)
        #expect(cluster.controller.nextDeadline() > cluster.now)
    }

    /// Who has credentials may change them, however many others there are.
    @Test func onlySoManyUsersHaveCredentials() {
        let cluster = TestCluster(brokers: 1)
        let kept = ScramCredential(salt: Secret(), storedKey: Secret(), serverKey: Secret(), iterations: 4_096)
        cluster.commit(
            (1...Limits.scramUsers).map {
                .userScramCredential(.init(user: "\($0)", mechanism: .sha256, credential: kept))
            })
        #expect(cluster.setCredential("new") == .policyViolation)
        #expect(cluster.setCredential("1", .sha512) == .none)
        cluster.commit([.removeUserScramCredential(.init(user: "2", mechanism: .sha256))])
        #expect(cluster.setCredential("new") == .none)
        #expect(cluster.image.credentials.count == Limits.scramUsers)
    }

    @Test func aCredentialHasOnlySoManyBytes() {
        let cluster = TestCluster(brokers: 1)
        let longest = String(repeating: "x", count: Limits.scramBytes)
        let bytes = Secret(Array(longest.utf8))
        let tooLong = Secret(bytes.bytes + [0])
        #expect(cluster.setCredential(longest + "x") == .unacceptableCredential)
        #expect(cluster.setCredential("u", salt: tooLong) == .unacceptableCredential)
        #expect(cluster.setCredential("u", saltedPassword: tooLong) == .unacceptableCredential)
        #expect(cluster.image.credentials.isEmpty)
        #expect(cluster.setCredential(longest, salt: bytes, saltedPassword: bytes) == .none)
    }

    @Test func passwordsAreHashedSoOften() {
        let cluster = TestCluster(brokers: 1)
        let allowed = Limits.scramIterations
        for iterations in [allowed.lowerBound, allowed.upperBound] {
            #expect(cluster.setCredential("u", iterations: iterations) == .none)
        }
        for iterations in [allowed.lowerBound - 1, allowed.upperBound + 1] {
            #expect(cluster.setCredential("u", iterations: iterations) == .unacceptableCredential)
        }
    }

    @Test func aConfigValueFitsEveryVersion() {
        let cluster = TestCluster(brokers: 1)
        let longest = String(repeating: "x", count: Limits.configValueLength)
        #expect(cluster.setConfig(.broker(1), "my.plugin.key", longest + "x") == .invalidConfig)
        #expect(cluster.image.config(.broker(1)).isEmpty)
        #expect(cluster.setConfig(.broker(1), "my.plugin.key", longest) == .none)
    }

    /// What a request asks for beyond one batch of the log is refused as a whole part, and what was taken stays.
    @Test func aRequestMakesOnlySoManyBytesOfRecords() {
        let cluster = TestCluster(brokers: 3)
        let value = String(repeating: "x", count: Limits.configValueLength)
        let each = Limits.recordBytesPerRequest / Limits.configValueLength / 2 - 1
        var request = IncrementalAlterConfigsRequest()
        request.resources = (1...3).map { broker in
            var asked = IncrementalAlterConfigsRequest.Resource()
            asked.resourceType = ConfigResource.broker(1).kind.rawValue
            asked.resourceName = "\(broker)"
            asked.configs = (0..<each).map { number in
                var config = IncrementalAlterConfigsRequest.Resource.Config()
                config.name = "my.plugin.key\(number)"
                config.value = value
                return config
            }
            return asked
        }
        let answer = cluster.run(cluster.controller.decide(request, version: 1, now: cluster.now))
        #expect(answer.responses.map(\.errorCode) == [.none, .none, .policyViolation])
        #expect((1...3).map { cluster.image.config(.broker($0)).count } == [each, each, 0])
        #expect(cluster.setConfig(.broker(3), "my.plugin.key", "y") == .none)
    }
}
