import ClusterMetadata
import KafkaProtocol
import TestSupport
import Testing

@Suite struct TopicTests {
    @Test func aTopicComesWithItsConfigsAndDefaults() {
        let cluster = TestCluster(
            brokers: 3,
            settings: ["num.partitions": "4", "default.replication.factor": "2", "log.retention.hours": "1"])
        let result = cluster.create("t", partitions: -1, factor: -1, configs: ["segment.bytes": "1000000"])
        #expect(result.errorCode == .none)
        #expect(result.numPartitions == 4 && result.replicationFactor == 2)
        #expect(result.topicID == cluster.image.topicIDs["t"])
        let configs = Dictionary(uniqueKeysWithValues: (result.configs ?? []).map { ($0.name, $0) })
        #expect(configs.count == ConfigCatalogue.topic.count)
        #expect(configs["segment.bytes"]?.value == "1000000")
        #expect(configs["segment.bytes"]?.configSource == ConfigSource.dynamicTopic.rawValue)
        #expect(configs["retention.ms"]?.value == "3600000")
        #expect(configs["retention.ms"]?.configSource == ConfigSource.staticBroker.rawValue)
        #expect(cluster.state("t").leaderEpoch == 0 && cluster.state("t").partitionEpoch == 0)
    }

    @Test func validateOnlyMakesNothing() {
        let cluster = TestCluster(brokers: 1)
        #expect(cluster.create("t", validateOnly: true).errorCode == .none)
        #expect(cluster.image.topics.isEmpty)
        #expect(cluster.create("t", factor: 2, validateOnly: true).errorCode == .invalidReplicationFactor)
    }

    @Test(arguments: [
        ("", ErrorCode.invalidTopicException), (".", .invalidTopicException), ("..", .invalidTopicException),
        ("a b", .invalidTopicException), ("ü", .invalidTopicException),
        (String(repeating: "x", count: 250), .invalidTopicException), (String(repeating: "x", count: 249), .none),
        ("taken.name", .topicAlreadyExists), ("taken_name", .invalidTopicException), ("Fine-1_2.3", .none),
    ])
    func namesAreChecked(_ name: String, _ expected: ErrorCode) {
        let cluster = TestCluster(brokers: 1)
        cluster.create("taken.name")
        #expect(cluster.create(name).errorCode == expected)
    }

    @Test func errorsComeInKafkasOrder() {
        let cluster = TestCluster(brokers: 2)
        cluster.create("there")
        let bad: [String: String?] = ["no.such.key": "1"]
        #expect(cluster.create("a b", factor: 9, configs: bad).errorCode == .invalidTopicException)
        #expect(cluster.create("there", factor: 9, configs: bad).errorCode == .topicAlreadyExists)
        #expect(cluster.create("t", partitions: 0, factor: 9, configs: bad).errorCode == .invalidConfig)
        #expect(cluster.create("t", partitions: 0, factor: 9).errorCode == .invalidReplicationFactor)
        #expect(cluster.create("t", partitions: 0, factor: 0).errorCode == .invalidReplicationFactor)
        #expect(cluster.create("t", partitions: 0, factor: 1).errorCode == .invalidPartitions)
        #expect(cluster.create("t", partitions: 10_001, factor: 1).errorCode == .policyViolation)
        #expect(cluster.create("t", configs: ["retention.ms": nil]).errorCode == .invalidConfig)
        #expect(cluster.image.topics.count == 1)
    }

    @Test func repeatedNamesAreRefusedOnce() {
        let cluster = TestCluster(brokers: 1)
        let results = cluster.create([.init("t"), .init("u"), .init("t")])
        #expect(results.map(\.name) == ["t", "u"])
        #expect(results.map(\.errorCode) == [.invalidRequest, .none])
    }

    @Test(
        arguments: [
            ([[1, 2], [2, 1]], ErrorCode.none), ([[1, 2], [2]], .invalidReplicaAssignment),
            ([[]], .invalidReplicaAssignment), ([[1, 1]], .invalidReplicaAssignment),
            ([[1, 9]], .invalidReplicaAssignment),
            ([[3]], .invalidReplicaAssignment), ([[3, 1]], .none),
        ] as [([[BrokerID]], ErrorCode)])
    func assignmentsAreChecked(_ assignments: [[BrokerID]], _ expected: ErrorCode) {
        let cluster = TestCluster(brokers: 3)
        cluster.fence(3)
        #expect(cluster.create("t", assignments: assignments).errorCode == expected)
        if expected == .none { #expect(cluster.state("t").replicas == assignments[0]) }
    }

    @Test func assignmentsForbidCountsAndGaps() {
        let cluster = TestCluster(brokers: 2)
        var topic = CreateTopicsRequest.Topic("t", on: [[1]])
        topic.replicationFactor = 1
        #expect(cluster.create([topic]).first?.errorCode == .invalidRequest)
        topic.replicationFactor = -1
        topic.numPartitions = 1
        #expect(cluster.create([topic]).first?.errorCode == .invalidRequest)
        topic.numPartitions = -1
        topic.assignments[0].partitionIndex = 1
        #expect(cluster.create([topic]).first?.errorCode == .invalidReplicaAssignment)
    }

    @Test func allBrokersFencedMakesNoTopic() {
        let cluster = TestCluster()
        cluster.register(1)
        #expect(cluster.create("t").errorCode == .invalidReplicationFactor)
    }

    // MARK: Deleting

    private func delete(
        _ cluster: TestCluster, names: [String] = [], ids: [TopicID] = [], both: Bool = false, version: Int16 = 6
    ) -> [ErrorCode] {
        var request = DeleteTopicsRequest()
        if version < 6 {
            request.topicNames = names
        } else {
            for name in names {
                var topic = DeleteTopicsRequest.Topic()
                topic.name = name
                if both { topic.topicID = UUID(high: 1, low: 1) }
                request.topics.append(topic)
            }
            for id in ids {
                var topic = DeleteTopicsRequest.Topic()
                topic.topicID = id
                request.topics.append(topic)
            }
        }
        return cluster.run(cluster.controller.decide(request, version: version, now: 0)).responses.map(\.errorCode)
    }

    @Test func topicsAreDeletedByNameAndID() throws {
        let cluster = TestCluster(brokers: 1)
        for name in ["a", "b", "c"] { cluster.create(name, configs: ["retention.ms": "5"]) }
        let b = try #require(cluster.image.topicIDs["b"])
        #expect(delete(cluster, names: ["a"], version: 1) == [.none])
        #expect(delete(cluster, ids: [b]) == [.none])
        #expect(Set(cluster.image.topicIDs.keys) == ["c"])
        #expect(cluster.image.configs.keys.map(\.name) == ["c"])
        cluster.create("b")
        #expect(cluster.image.topicIDs["b"] != b)
    }

    @Test func badDeletionsAreToldApart() throws {
        let cluster = TestCluster(brokers: 1)
        cluster.create("a")
        let a = try #require(cluster.image.topicIDs["a"])
        #expect(delete(cluster, names: ["no"]) == [.unknownTopicOrPartition])
        #expect(delete(cluster, ids: [UUID(high: 9, low: 9)]) == [.unknownTopicId])
        #expect(delete(cluster, names: ["a"], both: true) == [.invalidRequest])
        #expect(delete(cluster, ids: [.zero]) == [.invalidRequest])
        #expect(delete(cluster, names: ["a", "a"]) == [.invalidRequest, .invalidRequest])
        #expect(delete(cluster, names: ["a"], ids: [a]) == [.invalidRequest, .invalidRequest])
        #expect(cluster.image.topics.count == 1)
    }

    @Test func deletionCanBeDisabled() {
        let cluster = TestCluster(brokers: 1, settings: ["delete.topic.enable": "false"])
        cluster.create("a")
        #expect(delete(cluster, names: ["a"]) == [.topicDeletionDisabled])
        #expect(delete(cluster, names: ["a"], version: 2) == [.invalidRequest])
    }

    // MARK: More partitions

    private func enlarge(_ cluster: TestCluster, _ name: String, to count: Int32, _ replicas: [[BrokerID]]? = nil)
        -> ErrorCode?
    {
        var topic = CreatePartitionsRequest.Topic()
        topic.name = name
        topic.count = count
        topic.assignments = replicas?.map { brokers in
            var assignment = CreatePartitionsRequest.Topic.Assignment()
            assignment.brokerIDs = brokers
            return assignment
        }
        var request = CreatePartitionsRequest()
        request.topics = [topic]
        return cluster.run(cluster.controller.decide(request, version: 3, now: 0)).results.first?.errorCode
    }

    @Test func partitionsAreAdded() {
        let cluster = TestCluster(brokers: 3)
        cluster.create("t", partitions: 2, factor: 2)
        let before = cluster.image.topic(named: "t")?.partitions ?? []
        #expect(enlarge(cluster, "t", to: 5) == ErrorCode.none)
        let after = cluster.image.topic(named: "t")?.partitions ?? []
        #expect(after.count == 5 && Array(after.prefix(2)) == before)
        #expect(after.allSatisfy { $0.replicas.count == 2 })
        #expect(enlarge(cluster, "t", to: 6, [[3, 1]]) == ErrorCode.none)
        #expect(cluster.state("t", 5).replicas == [3, 1])
    }

    @Test func badEnlargementsAreRefused() {
        let cluster = TestCluster(brokers: 3)
        cluster.create("t", partitions: 2, factor: 2)
        #expect(enlarge(cluster, "no", to: 5) == .unknownTopicOrPartition)
        #expect(enlarge(cluster, "t", to: 2) == .invalidPartitions)
        #expect(enlarge(cluster, "t", to: 1) == .invalidPartitions)
        #expect(enlarge(cluster, "t", to: .max) == .policyViolation)
        #expect(enlarge(cluster, "t", to: 4, [[1, 2]]) == .invalidReplicaAssignment)
        #expect(enlarge(cluster, "t", to: 3, [[1]]) == .invalidReplicaAssignment)
        #expect(enlarge(cluster, "t", to: 3, [[1, 7]]) == .invalidReplicaAssignment)
    }
}
