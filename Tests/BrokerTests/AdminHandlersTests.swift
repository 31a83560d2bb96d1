import ClusterMetadata
import KafkaProtocol
import NIOCore
import Simulation
import TestSupport
import Testing

@testable import Broker

/// The administrative side of one broker that is also the active controller, over frames as clients send them.
@Suite struct AdminHandlersTests {
    private let clock = ManualClock()
    private let router = RequestRouter()
    private let metadata: MemoryMetadata

    init() throws {
        metadata = MemoryMetadata(clock: clock, settings: ["num.partitions": "3"])
        let controllerRouter = RequestRouter()
        ControllerHandlers.register(on: controllerRouter, metadata: metadata)
        let channel = ControllerChannel(router: controllerRouter, peers: NoPeers(), clock: clock) { .here }
        AdminHandlers.register(
            on: router, channel: channel, metadata: metadata,
            configs: ConfigView(brokerID: 1, staticValues: ["num.partitions": "3", "log.retention.hours": "1"]),
            clusterID: "klamm", gate: StartupGate(isOpen: true), clock: clock, log: NodeLog(nodeID: 1))
        for id in 1...2 as ClosedRange<BrokerID> { try start(id) }
    }

    private func start(_ id: BrokerID) throws {
        var registration = BrokerRegistrationRequest()
        registration.brokerID = id
        registration.clusterID = "klamm"
        registration.incarnationID = UUID(high: 5, low: UInt64(id))
        registration.logDirs = [UUID(high: 6, low: UInt64(id) + 1_000)]
        registration.features = Features.supported.map { name, levels in
            var feature = BrokerRegistrationRequest.Feature()
            feature.name = name
            feature.minSupportedVersion = levels.lowerBound
            feature.maxSupportedVersion = levels.upperBound
            return feature
        }
        registration.listeners = [.init()]
        registration.listeners[0].name = "PLAINTEXT"
        registration.listeners[0].host = "host\(id)"
        registration.listeners[0].port = UInt16(9_000 + id)
        var epoch: Int64 = -1
        metadata.decide { controller, now in
            controller.decide(registration, version: 4, now: now)
        } done: {
            epoch = (try? $0.get().brokerEpoch) ?? -1
        }
        try beat(id, epoch: epoch, wantFence: false)
    }

    private func beat(_ id: BrokerID, epoch: Int64? = nil, wantFence: Bool) throws {
        var heartbeat = BrokerHeartbeatRequest()
        heartbeat.brokerID = id
        heartbeat.brokerEpoch = try epoch ?? #require(metadata.image.brokers[id]).epoch
        heartbeat.currentMetadataOffset = .max
        heartbeat.wantFence = wantFence
        metadata.decide { controller, now in
            controller.decide(heartbeat, version: 1, now: now)
        } done: { _ in
        }
    }

    /// Sends a frame through the router; nil while there is no answer yet.
    private final class Answer<R: KafkaRequest> {
        var response: R.Response?
    }

    private func send<R: KafkaRequest>(_ request: R, version: Int16) throws -> Answer<R> {
        var frame = try Frame.request(request, version: version, correlationID: 7, clientID: "test")
        frame.moveReaderIndex(forwardBy: 4)
        let answer = Answer<R>()
        let outcome = router.route(
            frame, from: "/1.2.3.4",
            respond: { buffer in
                guard var buffer else { return }
                buffer.moveReaderIndex(forwardBy: 8)
                answer.response = try? Frame.readResponse(&buffer, to: R.self, version: version)
            }, close: {})
        guard case .accepted = outcome else {
            Issue.record("\(R.api) was refused")
            return answer
        }
        return answer
    }

    private func ask<R: KafkaRequest>(_ request: R, version: Int16) throws -> R.Response {
        try #require(try send(request, version: version).response)
    }

    @discardableResult
    private func create(_ name: String, version: Int16 = 7) throws -> Answer<CreateTopicsRequest> {
        try send(CreateTopicsRequest(.init(name, partitions: 2, factor: 2)), version: version)
    }

    private func describe(_ names: [String?], auto: Bool = false, version: Int16 = 12) throws -> MetadataResponse {
        var request = MetadataRequest(names)
        request.allowAutoTopicCreation = auto
        return try ask(request, version: version)
    }

    @Test(arguments: [2, 4, 5, 7] as [Int16]) func topicsAreMadeThroughTheController(_ version: Int16) throws {
        let topic = try #require(try create("t", version: version).response?.topics.first)
        #expect(topic.errorCode == .none && topic.name == "t")
        #expect(metadata.image.topic(named: "t")?.partitions.count == 2)
        #expect((topic.topicID == metadata.image.topicIDs["t"]) == (version >= 7))
    }

    @Test func anAnswerWaitsUntilThisBrokerSeesIt() throws {
        metadata.isLagging = true
        let answer = try create("t")
        #expect(answer.response == nil)
        metadata.isLagging = false
        #expect(answer.response?.topics.first?.errorCode == ErrorCode.none)
    }

    @Test func aBrokerThatLagsForLongAnswersAllTheSame() throws {
        metadata.isLagging = true
        let answer = try create("t")
        clock.advance(5_000)
        #expect(answer.response?.topics.first?.errorCode == ErrorCode.none)
    }

    @Test func withoutAControllerTheClientIsToldInTime() throws {
        metadata.isActive = false
        let answer = try create("t")
        #expect(answer.response == nil)
        clock.advance(60_000)
        #expect(answer.response?.topics.first?.errorCode == .requestTimedOut)
        #expect(metadata.image.topics.isEmpty)
    }

    @Test func aControllerThatComesInTimeIsFound() throws {
        metadata.isActive = false
        let answer = try create("t")
        clock.advance(100)
        metadata.isActive = true
        clock.advance(100)
        #expect(answer.response?.topics.first?.errorCode == ErrorCode.none)
    }

    @Test func metadataNamesBrokersAndLeaders() throws {
        try create("t")
        let response = try describe(["t"])
        #expect(response.clusterID == "klamm" && response.controllerID == 1)
        #expect(response.brokers.map(\.nodeID) == [1, 2])
        #expect(response.brokers.map(\.host) == ["host1", "host2"])
        #expect(response.brokers.map(\.port) == [9_001, 9_002])
        let topic = try #require(response.topics.first)
        #expect(topic.topicID == metadata.image.topicIDs["t"] && topic.partitions.count == 2)
        #expect(topic.partitions.allSatisfy { $0.errorCode == .none && $0.isrNodes.count == 2 && $0.leaderEpoch == 0 })
        #expect(topic.topicAuthorizedOperations == Int32.min)
    }

    @Test func topicsAreFoundByID() throws {
        try create("t")
        var request = MetadataRequest()
        request.topics = [.init(), .init()]
        request.topics?[0].name = nil
        request.topics?[0].topicID = try #require(metadata.image.topicIDs["t"])
        request.topics?[1].name = nil
        request.topics?[1].topicID = UUID(high: 3, low: 3)
        let response = try ask(request, version: 12)
        #expect(response.topics.map(\.name) == ["t", nil])
        #expect(response.topics.map(\.errorCode) == [.none, .unknownTopicId])
    }

    @Test func nullAndEmptyMeanWhatTheVersionSays() throws {
        try create("t")
        var request = MetadataRequest()
        request.topics = nil
        #expect(try ask(request, version: 1).topics.count == 1)
        request.topics = []
        #expect(try ask(request, version: 1).topics.isEmpty)
        #expect(try ask(request, version: 0).topics.count == 1)
    }

    @Test func askingMakesTopicsIfAllowed() throws {
        #expect(try describe(["new"]).topics.map(\.errorCode) == [.unknownTopicOrPartition])
        #expect(metadata.image.topics.isEmpty)
        let asked = try describe(["new", "b a d", "__consumer_offsets"], auto: true)
        #expect(
            asked.topics.map(\.errorCode) == [
                .unknownTopicOrPartition, .invalidTopicException, .unknownTopicOrPartition,
            ])
        #expect(Array(metadata.image.topicIDs.keys) == ["new"])
        #expect(try describe(["new"]).topics.first?.partitions.count == 3)
    }

    @Test func aFencedBrokerIsHiddenAndItsPartitionsSaySo() throws {
        try create("t")
        try beat(1, wantFence: true)
        try beat(2, wantFence: true)
        let response = try describe(["t"])
        #expect(response.brokers.isEmpty && response.controllerID == -1)
        let partitions = response.topics.first?.partitions ?? []
        #expect(partitions.count == 2)
        #expect(partitions.allSatisfy { $0.errorCode == .leaderNotAvailable && $0.leaderID == -1 })
        #expect(partitions.allSatisfy { Set($0.offlineReplicas) == [1, 2] })
        #expect(try describe(["t"], version: 0).topics.first?.partitions.first?.replicaNodes == [])
        var cluster = DescribeClusterRequest()
        cluster.includeFencedBrokers = true
        #expect(try ask(cluster, version: 2).brokers.map(\.isFenced) == [true, true])
        cluster.endpointType = 2
        #expect(try ask(cluster, version: 2).errorCode == .mismatchedEndpointType)
    }

    // MARK: Configs

    private func configs(
        _ type: Int8, _ name: String, keys: [String]? = nil
    ) throws -> DescribeConfigsResponse.Result {
        var request = DescribeConfigsRequest()
        request.resources = [.init()]
        request.resources[0].resourceType = type
        request.resources[0].resourceName = name
        request.resources[0].configurationKeys = keys
        request.includeSynonyms = true
        request.includeDocumentation = true
        return try #require(try ask(request, version: 4).results.first)
    }

    private func set(_ type: Int8, _ name: String, _ key: String, _ value: String?) throws -> ErrorCode? {
        var request = IncrementalAlterConfigsRequest()
        request.resources = [.init()]
        request.resources[0].resourceType = type
        request.resources[0].resourceName = name
        request.resources[0].configs = [.init()]
        request.resources[0].configs[0].name = key
        request.resources[0].configs[0].value = value
        request.resources[0].configs[0].configOperation = value == nil ? 1 : 0
        return try ask(request, version: 1).responses.first?.errorCode
    }

    @Test func configsSayWhereTheyComeFrom() throws {
        try create("t")
        #expect(try set(2, "t", "segment.bytes", "1000000") == ErrorCode.none)
        #expect(try set(4, "", "log.retention.ms", "5000") == ErrorCode.none)
        let result = try configs(2, "t", keys: ["segment.bytes", "retention.ms"])
        #expect(result.configs.map(\.name) == ["retention.ms", "segment.bytes"])
        #expect(result.configs.map(\.value) == ["5000", "1000000"])
        #expect(result.configs.map(\.configSource) == [3, 1])
        #expect(result.configs[0].synonyms.map(\.source) == [3, 4, 5])
        #expect(result.configs.allSatisfy { $0.documentation?.isEmpty == false && !$0.readOnly })
        #expect(try set(2, "t", "segment.bytes", nil) == ErrorCode.none)
        #expect(try configs(2, "t", keys: ["segment.bytes"]).configs.first?.configSource == 5)
    }

    @Test func brokersAnswerForThemselvesOnly() throws {
        let own = try configs(4, "1")
        #expect(own.errorCode == .none && own.configs.count == ConfigCatalogue.broker.count)
        #expect(own.configs.first { $0.name == "num.partitions" }?.value == "3")
        #expect(own.configs.first { $0.name == "num.partitions" }?.readOnly == true)
        #expect(try configs(4, "2").errorCode == .invalidRequest)
        #expect(try configs(2, "none").errorCode == .unknownTopicOrPartition)
        #expect(try configs(77, "x").errorCode == .invalidRequest)
        #expect(try set(4, "1", "my.plugin.key", "x") == ErrorCode.none)
        #expect(try configs(4, "1").configs.contains { $0.name == "my.plugin.key" && $0.value == "x" })
        #expect(try configs(4, "").configs.isEmpty)
    }

    // MARK: Pages

    @Test func topicsComeInPages() throws {
        for name in ["a", "b", "c"] { try create(name) }
        var request = DescribeTopicPartitionsRequest()
        request.responsePartitionLimit = 3
        let first = try ask(request, version: 0)
        #expect(first.topics.map(\.name) == ["a", "b"] && first.topics.map(\.partitions.count) == [2, 1])
        #expect(first.nextCursor?.topicName == "b" && first.nextCursor?.partitionIndex == 1)
        request.cursor = first.nextCursor
        let second = try ask(request, version: 0)
        #expect(second.topics.map(\.name) == ["b", "c"] && second.topics.map(\.partitions.count) == [1, 2])
        #expect(second.nextCursor == nil)
        request.cursor = nil
        request.topics = [.init()]
        request.topics[0].name = "none"
        #expect(try ask(request, version: 0).topics.map(\.errorCode) == [.unknownTopicOrPartition])
    }

    @Test func aPageHasOnlySoManyPartitions() throws {
        let topic = CreateTopicsRequest.Topic("many", partitions: Int32(Limits.partitionsPerPage + 1), factor: 2)
        _ = try ask(CreateTopicsRequest(topic), version: 7)
        var request = DescribeTopicPartitionsRequest()
        request.responsePartitionLimit = .max
        let first = try ask(request, version: 0)
        #expect(first.topics.map(\.partitions.count) == [Limits.partitionsPerPage])
        #expect(first.nextCursor?.partitionIndex == Int32(Limits.partitionsPerPage))
        request.cursor = first.nextCursor
        let second = try ask(request, version: 0)
        #expect(second.topics.map(\.partitions.count) == [1] && second.nextCursor == nil)
    }

    /// Those beyond come with the client's next try.
    @Test func onlySoManyTopicsAreMadeAtATime() throws {
        let names = (0..<Limits.automaticTopics + 5).map { "t\($0)" }
        _ = try describe(names, auto: true)
        #expect(metadata.image.topics.count == Limits.automaticTopics)
        _ = try describe(names, auto: true)
        #expect(metadata.image.topics.count == names.count)
    }

    // MARK: Deleting

    @Test func deletedTopicsAreGone() throws {
        try create("t")
        var request = DeleteTopicsRequest()
        request.topicNames = ["t", "none"]
        let response = try ask(request, version: 5)
        #expect(response.responses.map(\.errorCode) == [.none, .unknownTopicOrPartition])
        #expect(metadata.image.topics.isEmpty)
    }
}
