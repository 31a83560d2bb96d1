import ClusterMetadata
import Coordinators
import KafkaProtocol
import KafkaRecords
import NIOCore
import Simulation
import TestSupport
import Testing

@testable import Broker

/// Group requests through their handlers, over a log and a clock made for the test.
@Suite struct GroupRuntimeTests {
    @Test func theFirstLookupMakesTheTopic() throws {
        let cluster = try GroupsUnderTest()
        let early = try #require(cluster.findCoordinator("g"))
        #expect(early.errorCode == .coordinatorNotAvailable)
        #expect(cluster.created.map(\.name) == ["__consumer_offsets"])
        #expect(cluster.created.first?.numPartitions == 4)
        #expect(cluster.created.first?.replicationFactor == 1)
        #expect(
            cluster.created.first?.configs.contains { $0.name == "cleanup.policy" && $0.value == "compact" } == true)
        cluster.lead()
        let found = try #require(cluster.findCoordinator("g"))
        #expect(found.errorCode == ErrorCode.none)
        #expect(found.nodeID == 1)
        #expect(found.port == 9092)
    }

    @Test func theTopicWaitsForTheOtherBrokersOfAStartingCluster() throws {
        let cluster = try GroupsUnderTest(voters: "1@127.0.0.1:1,2@127.0.0.1:2,3@127.0.0.1:3")
        #expect(cluster.findCoordinator("g")?.errorCode == .coordinatorNotAvailable)
        #expect(cluster.created.isEmpty)
        cluster.clock.advance(10_000)
        #expect(cluster.findCoordinator("g")?.errorCode == .coordinatorNotAvailable)
        #expect(cluster.created.map(\.name) == ["__consumer_offsets"])
    }

    @Test func transactionalIDsHaveATopicOfTheirOwn() throws {
        let cluster = try GroupsUnderTest()
        #expect(cluster.findCoordinator("t", type: 1)?.errorCode == .coordinatorNotAvailable)
        #expect(cluster.created.map(\.name) == ["__transaction_state"])
        #expect(cluster.created.first?.configs.contains { $0.name == "min.insync.replicas" && $0.value == "2" } == true)
    }

    @Test func unknownTypesAreRefused() throws {
        let cluster = try GroupsUnderTest()
        #expect(cluster.findCoordinator("t", type: 9)?.errorCode == .invalidRequest)
    }

    @Test func requestsWaitForTheirRecords() throws {
        let cluster = try GroupsUnderTest()
        cluster.lead()
        cluster.log.committing = false
        let commit = cluster.commit("g", 5)
        #expect(commit.response == nil)
        #expect(cluster.fetch("g") == -1)
        cluster.log.commitAll()
        #expect(commit.response?.topics.first?.partitions.first?.errorCode == ErrorCode.none)
        #expect(cluster.fetch("g") == 5)
    }

    @Test func anAppendThatFailsIsAnswered() throws {
        let cluster = try GroupsUnderTest()
        cluster.lead()
        cluster.log.failure = .notEnoughReplicas
        let commit = cluster.commit("g", 5)
        #expect(commit.response?.topics.first?.partitions.first?.errorCode == .coordinatorNotAvailable)
        #expect(cluster.fetch("g") == -1)
    }

    @Test func aGroupRebalancesAndItsTimersRun() throws {
        let cluster = try GroupsUnderTest()
        cluster.lead()
        let first = cluster.join("g")
        #expect(first.response?.errorCode == .memberIdRequired)
        let id = try #require(first.response?.memberID)
        let second = cluster.join("g", id: id)
        cluster.clock.advance(1)
        #expect(second.response?.generationID == 1)
        #expect(second.response?.leader == id)
        let sync = cluster.sync("g", id)
        #expect(sync.response.map { String(buffer: $0.assignment) } == "mine")
        #expect(cluster.describe("g")?.groupState == "Stable")
        #expect(cluster.describe("g")?.members.first?.clientHost == "/10.0.0.9")
        cluster.clock.advance(10_001)
        #expect(cluster.describe("g")?.groupState == "Empty")
    }

    @Test func groupsMoveWithTheirPartition() throws {
        let cluster = try GroupsUnderTest()
        cluster.lead()
        _ = cluster.commit("g", 5)
        let id = try #require(cluster.join("g").response?.memberID)
        let parked = cluster.join("g", id: id)
        cluster.lead(as: 2, epoch: 1)
        #expect(parked.response?.errorCode == .notCoordinator)
        #expect(cluster.commit("g", 6).response?.topics.first?.partitions.first?.errorCode == .notCoordinator)
        cluster.log.isReady = false
        cluster.lead(as: 1, epoch: 2)
        #expect(
            cluster.commit("g", 6).response?.topics.first?.partitions.first?.errorCode == .coordinatorLoadInProgress)
        #expect(cluster.list().errorCode == .coordinatorLoadInProgress)
        cluster.log.isReady = true
        cluster.clock.advance(100)
        #expect(cluster.fetch("g") == 5)
        #expect(cluster.list().groups.map(\.groupID) == ["g"])
    }

    @Test func groupsOfTheNewProtocolMoveWithTheirPartition() throws {
        let cluster = try GroupsUnderTest()
        #expect(cluster.beat("g", 0).response?.errorCode == .coordinatorNotAvailable)
        #expect(cluster.describeConsumers("g")?.errorCode == .coordinatorNotAvailable)
        cluster.lead()
        #expect(cluster.describeConsumers("g")?.errorCode == .groupIdNotFound)
        cluster.log.committing = false
        let joined = cluster.beat("g", 0)
        #expect(joined.response == nil)
        cluster.log.commitAll()
        #expect(joined.response?.memberEpoch == 1)
        #expect(joined.response?.assignment?.topicPartitions.map(\.partitions) == [[0]])
        cluster.log.committing = true
        let described = try #require(cluster.describeConsumers("g"))
        #expect(described.groupState == "Stable")
        #expect(described.members.first?.clientHost == "/10.0.0.9")
        #expect(described.members.first?.assignment.topics.map(\.topicName) == ["t"])
        cluster.lead(as: 2, epoch: 1)
        #expect(cluster.beat("g", 1).response?.errorCode == .notCoordinator)
        #expect(cluster.describeConsumers("g")?.errorCode == .notCoordinator)
        cluster.lead(as: 1, epoch: 2)
        #expect(cluster.beat("g", 1).response?.errorCode == .coordinatorLoadInProgress)
        cluster.clock.advance(100)
        #expect(cluster.describeConsumers("g") == described)
        #expect(cluster.beat("g", 1).response?.errorCode == ErrorCode.none)
        #expect(cluster.list().groups.map(\.groupType) == ["consumer"])
        cluster.clock.advance(45_001)
        #expect(cluster.describeConsumers("g")?.groupState == "Empty")
    }

    @Test func manyPositionsAreLoadedInSlices() throws {
        let cluster = try GroupsUnderTest()
        cluster.lead()
        for index in 0..<300 {
            _ = cluster.commit("g\(index)", Offset(index), metadata: String(repeating: "x", count: 4_000))
        }
        cluster.lead(as: 2, epoch: 1)
        cluster.lead(as: 1, epoch: 2)
        #expect(cluster.list().errorCode == .coordinatorLoadInProgress)
        cluster.clock.advance(1_000)
        #expect(cluster.list().groups.count == 300)
        #expect(cluster.fetch("g299") == 299)
    }

    /// What only one log holds can be lost with it, and the next coordinator would know nothing of it.
    @Test func itBeginsWhenAllThatItReadIsCommitted() throws {
        let cluster = try GroupsUnderTest()
        cluster.lead()
        _ = cluster.commit("g", 5)
        cluster.log.committing = false
        _ = cluster.commit("g", 6)
        cluster.lead(as: 2, epoch: 1)
        cluster.lead(as: 1, epoch: 2)
        cluster.clock.advance(1_000)
        #expect(cluster.list().errorCode == .coordinatorLoadInProgress)
        #expect(
            cluster.commit("g", 7).response?.topics.first?.partitions.first?.errorCode == .coordinatorLoadInProgress)
        cluster.log.commitAll()
        #expect(cluster.fetch("g") == 6)
    }

    @Test func deletedTopicsTakeTheirPositionsAlong() throws {
        let cluster = try GroupsUnderTest()
        cluster.lead()
        _ = cluster.commit("g", 5)
        cluster.deleteTopic()
        #expect(cluster.fetch("g") == -1)
        #expect(cluster.commit("g", 5).response?.topics.first?.partitions.first?.errorCode == .unknownTopicOrPartition)
    }

    @Test func groupsOfSeveralPartitionsAreDeletedTogether() throws {
        let cluster = try GroupsUnderTest()
        cluster.lead()
        for group in ["a", "b", "c"] { _ = cluster.commit(group, 1) }
        let answer = Captured<DeleteGroupsResponse>()
        var body = DeleteGroupsRequest()
        body.groupsNames = ["a", "none", "b", "c"]
        DeleteGroupsHandler(groups: cluster.runtime).handle(cluster.request(body, 2, answer))
        #expect(
            answer.response?.results.map(\.errorCode) == [
                ErrorCode.none, .groupIdNotFound, ErrorCode.none, ErrorCode.none,
            ])
        #expect(cluster.list().groups.isEmpty)
    }
}

/// One broker's groups with the topic "t" to commit to.
private final class GroupsUnderTest {
    let clock = ManualClock()
    let log = MemoryCoordinatorLog()
    let runtime: GroupRuntime
    private let transactions: CoordinatorTopic
    private(set) var created: [CreateTopicsRequest.Topic] = []
    private var image = MetadataImage()
    private var next: Offset = 0
    private let offsetsID = UUID(high: 1, low: 1)
    private let topicID = UUID(high: 1, low: 2)

    init(voters: String = "1@127.0.0.1:9092") throws {
        let config = try BrokerConfig([
            "node.id": "1", "log.dirs": "/nowhere", "offsets.topic.num.partitions": "4",
            "controller.quorum.voters": voters,
            "group.initial.rebalance.delay.ms": "0",
        ])
        let nodeLog = NodeLog(nodeID: 1)
        let controllerRouter = RequestRouter()
        let channel = ControllerChannel(router: controllerRouter, peers: NoPeers(), clock: clock, locate: { .here })
        runtime = GroupRuntime(
            nodeID: 1, config: try GroupConfig(config),
            topic: CoordinatorTopic(
                try .offsets(config), config: config, channel: channel, clock: clock, log: nodeLog),
            records: log, clock: clock, random: SystemRandomNumberGenerator(), log: nodeLog)
        transactions = CoordinatorTopic(
            try .transactions(config), config: config, channel: channel, clock: clock, log: nodeLog)
        controllerRouter.on(CreateTopicsRequest.self) { [weak self] request in
            self?.created += request.body.topics
            request.reply(CreateTopicsResponse())
        }
        var broker = RegisterBrokerRecord()
        broker.brokerID = 1
        broker.fenced = false
        var endpoint = BrokerEndpoint()
        endpoint.name = "PLAINTEXT"
        endpoint.host = "127.0.0.1"
        endpoint.port = 9092
        broker.endPoints = [endpoint]
        var records: [MetadataRecord] = [.registerBroker(broker), .topic(TopicRecord(name: "t", topicID: topicID))]
        records.append(.partition(partition(0, of: topicID, leader: 1, epoch: 0)))
        apply(records)
    }

    private func partition(_ index: Int32, of topic: TopicID, leader: BrokerID, epoch: Epoch) -> PartitionRecord {
        var state = PartitionState(replicas: [1, 2], isr: [1, 2])
        state.leader = leader
        state.leaderEpoch = epoch
        return state.record(topicID: topic, partitionID: index)
    }

    private func apply(_ records: [MetadataRecord]) {
        var delta = MetadataDelta()
        for record in records {
            next += 1
            do { try image.replay(record, offset: next, delta: &delta) } catch { Issue.record("\(error)") }
        }
        runtime.apply(image, delta)
        transactions.image = image
    }

    /// Gives all offsets partitions to a broker.
    func lead(as leader: BrokerID = 1, epoch: Epoch = 0) {
        var records: [MetadataRecord] = []
        if image.topic(named: "__consumer_offsets") == nil {
            records.append(.topic(TopicRecord(name: "__consumer_offsets", topicID: offsetsID)))
        }
        for index in 0..<4 {
            records.append(.partition(partition(Int32(index), of: offsetsID, leader: leader, epoch: epoch)))
        }
        apply(records)
    }

    func deleteTopic() { apply([.removeTopic(RemoveTopicRecord(topicID: topicID))]) }

    func request<R: KafkaRequest>(_ body: R, _ version: Int16, _ captured: Captured<R.Response>) -> Request<R> {
        Request(body: body, version: version, client: ClientInfo(clientID: "c", host: "/10.0.0.9")) {
            #expect(captured.response == nil)
            captured.response = $0
        }
    }

    func findCoordinator(_ key: String, type: Int8 = 0) -> FindCoordinatorResponse.Coordinator? {
        var body = FindCoordinatorRequest()
        body.coordinatorKeys = [key]
        body.keyType = type
        let captured = Captured<FindCoordinatorResponse>()
        FindCoordinatorHandler(groups: runtime.topic, transactions: transactions).handle(request(body, 4, captured))
        return captured.response?.coordinators.first
    }

    func commit(_ group: String, _ offset: Offset, metadata: String? = nil) -> Captured<OffsetCommitResponse> {
        let body = OffsetCommitRequest(offset, of: "t", group: group, metadata: metadata)
        let captured = Captured<OffsetCommitResponse>()
        OffsetCommitHandler(groups: runtime).handle(request(body, 9, captured))
        return captured
    }

    func fetch(_ group: String) -> Offset? {
        let body = OffsetFetchRequest(of: "t", group: group)
        let captured = Captured<OffsetFetchResponse>()
        OffsetFetchHandler(groups: runtime).handle(request(body, 9, captured))
        return captured.response?.groups.first?.topics.first?.partitions.first?.committedOffset
    }

    func join(_ group: String, id: String = "") -> Captured<JoinGroupResponse> {
        var body = JoinGroupRequest()
        body.groupID = group
        body.memberID = id
        body.sessionTimeoutMs = 10_000
        body.rebalanceTimeoutMs = 10_000
        body.protocolType = "consumer"
        body.protocols = [.init(name: "range", metadata: ByteBuffer())]
        let captured = Captured<JoinGroupResponse>()
        JoinGroupHandler(groups: runtime).handle(request(body, 9, captured))
        return captured
    }

    func sync(_ group: String, _ id: String) -> Captured<SyncGroupResponse> {
        var body = SyncGroupRequest()
        body.groupID = group
        body.memberID = id
        body.generationID = 1
        body.assignments = [.init(memberID: id, assignment: ByteBuffer(string: "mine"))]
        let captured = Captured<SyncGroupResponse>()
        SyncGroupHandler(groups: runtime).handle(request(body, 5, captured))
        return captured
    }

    func describe(_ group: String) -> DescribeGroupsResponse.Group? {
        var body = DescribeGroupsRequest()
        body.groups = [group]
        let captured = Captured<DescribeGroupsResponse>()
        DescribeGroupsHandler(groups: runtime).handle(request(body, 5, captured))
        return captured.response?.groups.first
    }

    func beat(_ group: String, _ epoch: Int32) -> Captured<ConsumerGroupHeartbeatResponse> {
        var body = ConsumerGroupHeartbeatRequest()
        body.groupID = group
        body.memberID = "m"
        body.memberEpoch = epoch
        if epoch == 0 {
            body.rebalanceTimeoutMs = 10_000
            body.subscribedTopicNames = ["t"]
            body.topicPartitions = []
        }
        let captured = Captured<ConsumerGroupHeartbeatResponse>()
        ConsumerGroupHeartbeatHandler(groups: runtime).handle(request(body, 1, captured))
        return captured
    }

    func describeConsumers(_ group: String) -> ConsumerGroupDescribeResponse.Group? {
        var body = ConsumerGroupDescribeRequest()
        body.groupIDs = [group]
        let captured = Captured<ConsumerGroupDescribeResponse>()
        ConsumerGroupDescribeHandler(groups: runtime).handle(request(body, 1, captured))
        return captured.response?.groups.first
    }

    func list() -> ListGroupsResponse {
        let captured = Captured<ListGroupsResponse>()
        ListGroupsHandler(groups: runtime).handle(request(ListGroupsRequest(), 5, captured))
        return captured.response ?? ListGroupsResponse()
    }
}
