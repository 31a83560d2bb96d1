import ClusterMetadata
import Coordinators
import KafkaProtocol
import Simulation
import Testing

@testable import Broker

/// Transaction requests through their handlers, over a log, a clock and leaders made for the test.
@Suite struct TransactionRuntimeTests {
    @Test func aTransactionRunsThroughItsHandlers() throws {
        let broker = try TransactionsUnderTest()
        #expect(broker.initProducer().errorCode == .coordinatorNotAvailable)
        broker.lead()
        let producer = broker.initProducer()
        #expect(producer.errorCode == ErrorCode.none && producer.producerID == 500 && producer.producerEpoch == 0)
        #expect(broker.add([0, 1]) == [ErrorCode.none, ErrorCode.none])
        #expect(broker.describe().transactionState == "Ongoing")
        #expect(broker.describe().topics.first?.partitions == [0, 1])
        #expect(broker.end(commit: true) == ErrorCode.none)
        // Both partitions are led by broker 2 and go there together.
        let (request, target) = try #require(broker.delivery.requests.first)
        #expect(target == 2)
        #expect(request.markers.map(\.transactionResult) == [true])
        #expect(request.markers.first?.topics.first?.partitions == [0, 1])
        #expect(broker.describe().transactionState == "PrepareCommit")
        broker.delivery.answerAll()
        #expect(broker.describe().transactionState == "CompleteCommit")
        #expect(broker.list(states: ["CompleteCommit"]).transactionStates.map(\.transactionalID) == ["t"])
        #expect(broker.list(states: ["Nonsense"]).unknownStateFilters == ["Nonsense"])
    }

    @Test func oneUnknownPartitionKeepsAllOut() throws {
        let broker = try TransactionsUnderTest()
        broker.lead()
        _ = broker.initProducer()
        #expect(broker.add([0, 9]) == [.operationNotAttempted, .unknownTopicOrPartition])
        #expect(broker.describe().transactionState == "Empty")
    }

    @Test func oldVersionsKnowNoFencedProducers() throws {
        let broker = try TransactionsUnderTest()
        broker.lead()
        _ = broker.initProducer()
        #expect(broker.end(commit: true, epoch: 7, version: 1) == .invalidProducerEpoch)
        #expect(broker.end(commit: true, epoch: 7, version: 2) == .producerFenced)
    }

    @Test func leadersAskWhetherAPartitionIsIn() throws {
        let broker = try TransactionsUnderTest()
        broker.lead()
        _ = broker.initProducer()
        _ = broker.add([0])
        #expect(broker.verify([0, 1], version: 5) == [ErrorCode.none, .transactionAbortable])
        #expect(broker.verify([1], version: 4) == [.invalidTxnState])
    }

    @Test func markersAreTriedUntilTheyAreWritten() throws {
        let broker = try TransactionsUnderTest()
        broker.lead()
        _ = broker.initProducer()
        _ = broker.add([0])
        _ = broker.end(commit: false)
        // The leader does not answer; when it is asked again it does not lead any more.
        broker.delivery.answerAll { _ in nil }
        #expect(broker.delivery.requests.isEmpty)
        broker.clock.advance(100)
        broker.delivery.answerAll { _ in .notLeaderOrFollower }
        broker.moveData(to: 1)
        broker.clock.advance(100)
        #expect(broker.delivery.requests.map(\.broker) == [1])
        broker.delivery.answerAll()
        #expect(broker.describe().transactionState == "CompleteAbort")
    }

    @Test func aPartitionWithoutALeaderIsWaitedForAndADeletedOneIsNot() throws {
        let broker = try TransactionsUnderTest()
        broker.lead()
        _ = broker.initProducer()
        _ = broker.add([0])
        broker.moveData(to: -1)
        _ = broker.end(commit: true)
        broker.clock.advance(1_000)
        #expect(broker.delivery.requests.isEmpty && broker.describe().transactionState == "PrepareCommit")
        broker.deleteData()
        #expect(broker.describe().transactionState == "CompleteCommit")
    }

    @Test func whoeverIsFencedGivesUp() throws {
        let broker = try TransactionsUnderTest()
        broker.lead()
        _ = broker.initProducer()
        _ = broker.add([0])
        _ = broker.end(commit: true)
        broker.delivery.answerAll { _ in .transactionCoordinatorFenced }
        broker.clock.advance(1_000)
        #expect(broker.delivery.requests.isEmpty && broker.describe().transactionState == "PrepareCommit")
    }

    @Test func aNewCoordinatorGoesOnWithTheMarkers() throws {
        let broker = try TransactionsUnderTest()
        broker.lead()
        _ = broker.initProducer()
        _ = broker.add([0])
        _ = broker.end(commit: true)
        broker.lead(as: 2, epoch: 1)
        #expect(broker.describe().errorCode == .notCoordinator)
        broker.delivery.answerAll { _ in nil }
        broker.clock.advance(1_000)
        #expect(broker.delivery.requests.isEmpty)
        broker.lead(as: 1, epoch: 2)
        broker.clock.advance(100)
        #expect(broker.delivery.requests.first?.request.markers.first?.coordinatorEpoch == 2)
        broker.delivery.answerAll()
        #expect(broker.describe().transactionState == "CompleteCommit")
    }

    /// An end that may be lost with the only log that holds it must not reach a partition.
    @Test func markersFollowACommittedEnd() throws {
        let broker = try TransactionsUnderTest()
        broker.lead()
        _ = broker.initProducer()
        _ = broker.add([0])
        broker.log.committing = false
        _ = broker.end(commit: true)
        broker.lead(as: 2, epoch: 1)
        broker.lead(as: 1, epoch: 2)
        broker.clock.advance(1_000)
        #expect(broker.delivery.requests.isEmpty)
        #expect(broker.describe().errorCode == .coordinatorLoadInProgress)
        broker.log.committing = true
        broker.log.commitAll()
        #expect(broker.delivery.requests.first?.request.markers.first?.coordinatorEpoch == 2)
        broker.delivery.answerAll()
        #expect(broker.describe().transactionState == "CompleteCommit")
    }

    @Test func whileItIsReadNobodyIsServed() throws {
        let broker = try TransactionsUnderTest()
        broker.log.isReady = false
        broker.lead()
        #expect(broker.initProducer().errorCode == .coordinatorLoadInProgress)
        #expect(broker.list(states: []).errorCode == .coordinatorLoadInProgress)
        broker.log.isReady = true
        broker.clock.advance(100)
        #expect(broker.initProducer().errorCode == ErrorCode.none)
    }
}

/// Leaders that answer when the test says so.
private final class ManualDelivery: MarkerDelivery {
    private(set) var requests: [(request: WriteTxnMarkersRequest, broker: BrokerID)] = []
    private var answers: [(WriteTxnMarkersResponse?) -> Void] = []

    func deliver(
        _ request: WriteTxnMarkersRequest, to broker: BrokerID, at endpoint: Endpoint,
        done: @escaping (WriteTxnMarkersResponse?) -> Void
    ) {
        requests.append((request, broker))
        answers.append(done)
    }

    /// Answers every request with a code for all its partitions; nil breaks the connection.
    func answerAll(_ code: (WriteTxnMarkersRequest) -> ErrorCode? = { _ in ErrorCode.none }) {
        let due = zip(requests, answers)
        requests = []
        answers = []
        for ((request, _), answer) in due {
            guard let code = code(request) else {
                answer(nil)
                continue
            }
            var response = WriteTxnMarkersResponse()
            response.markers = request.markers.map { marker in
                var result = WriteTxnMarkersResponse.Marker()
                result.producerID = marker.producerID
                result.topics = marker.topics.map { topic in
                    NamedTopic(topic.name, topic.partitions.map { PartitionOutcome($0, code) })
                }
                return result
            }
            answer(response)
        }
    }
}

/// Broker 1 with its transactional ids, and the topic "data" whose partitions broker 2 leads.
private final class TransactionsUnderTest {
    let clock = ManualClock()
    let log = MemoryCoordinatorLog()
    let delivery = ManualDelivery()
    let runtime: TransactionRuntime
    private var image = MetadataImage()
    private var next: Offset = 0
    private var dataEpoch: Epoch = 0
    private let stateID = UUID(high: 1, low: 1)
    private let dataID = UUID(high: 1, low: 2)

    init() throws {
        let config = try BrokerConfig(["node.id": "1", "log.dirs": "/nowhere"])
        let nodeLog = NodeLog(nodeID: 1)
        let channel = ControllerChannel(router: RequestRouter(), peers: NoPeers(), clock: clock, locate: { .unknown })
        runtime = TransactionRuntime(
            nodeID: 1, config: try TransactionConfig(config),
            topic: CoordinatorTopic(
                try .transactions(config), config: config, channel: channel, clock: clock, log: nodeLog),
            records: log, clock: clock, log: nodeLog, nextProducerID: { $0(.success(500)) }, delivery: delivery)
        var records: [MetadataRecord] = [.topic(TopicRecord(name: "data", topicID: dataID))]
        for id in [BrokerID(1), 2] {
            var broker = RegisterBrokerRecord()
            broker.brokerID = id
            broker.fenced = false
            var endpoint = BrokerEndpoint()
            endpoint.name = "PLAINTEXT"
            endpoint.host = "127.0.0.1"
            endpoint.port = 9092
            broker.endPoints = [endpoint]
            records.append(.registerBroker(broker))
        }
        for index in 0..<2 { records.append(partition(Int32(index), of: dataID, leader: 2, epoch: 0)) }
        apply(records)
    }

    private func partition(_ index: Int32, of topic: TopicID, leader: BrokerID, epoch: Epoch) -> MetadataRecord {
        var state = PartitionState(replicas: [1, 2], isr: [1, 2])
        state.leader = leader
        state.leaderEpoch = epoch
        return .partition(state.record(topicID: topic, partitionID: index))
    }

    private func apply(_ records: [MetadataRecord]) {
        var delta = MetadataDelta()
        for record in records {
            next += 1
            do { try image.replay(record, offset: next, delta: &delta) } catch { Issue.record("\(error)") }
        }
        runtime.apply(image)
    }

    /// Gives all partitions of the state topic to a broker.
    func lead(as leader: BrokerID = 1, epoch: Epoch = 0) {
        var records: [MetadataRecord] = []
        if image.topic(named: "__transaction_state") == nil {
            records.append(.topic(TopicRecord(name: "__transaction_state", topicID: stateID)))
        }
        for index in 0..<4 { records.append(partition(Int32(index), of: stateID, leader: leader, epoch: epoch)) }
        apply(records)
    }

    func moveData(to leader: BrokerID) {
        dataEpoch += 1
        apply((0..<2).map { partition(Int32($0), of: dataID, leader: leader, epoch: dataEpoch) })
    }

    func deleteData() { apply([.removeTopic(RemoveTopicRecord(topicID: dataID))]) }

    // MARK: Requests

    private func answer<R: KafkaRequest>(
        _ body: R, _ version: Int16, _ handle: (Request<R>) -> Void
    ) -> R.Response where R.Response: WireStruct {
        let captured = Captured<R.Response>()
        handle(
            Request(body: body, version: version, client: ClientInfo(clientID: "c", host: "/10.0.0.9")) {
                #expect(captured.response == nil)
                captured.response = $0
            })
        return captured.response ?? R.Response()
    }

    func initProducer() -> InitProducerIdResponse {
        var body = InitProducerIdRequest()
        body.transactionalID = "t"
        body.transactionTimeoutMs = 60_000
        let captured = Captured<InitProducerIdResponse>()
        runtime.initProducerID(body) { outcome in
            var response = InitProducerIdResponse()
            switch outcome {
            case .initialized(let id, let epoch):
                response.producerID = id
                response.producerEpoch = epoch
            case .refused(let error): response.errorCode = error
            case .done: response.errorCode = .unknownServerError
            }
            captured.response = response
        }
        return captured.response ?? InitProducerIdResponse()
    }

    func add(_ partitions: [Int32]) -> [ErrorCode] {
        var body = AddPartitionsToTxnRequest()
        body.transactionalID = "t"
        body.producerID = 500
        body.topics = [.init("data", partitions)]
        return answer(body, 3, AddPartitionsToTxnHandler(transactions: runtime).handle)
            .topics.flatMap { $0.partitions.map(\.errorCode) }
    }

    func verify(_ partitions: [Int32], version: Int16) -> [ErrorCode] {
        var transaction = AddPartitionsToTxnRequest.Transaction()
        transaction.transactionalID = "t"
        transaction.producerID = 500
        transaction.verifyOnly = true
        transaction.topics = [.init("data", partitions)]
        var body = AddPartitionsToTxnRequest()
        body.transactions = [transaction]
        return answer(body, version, AddPartitionsToTxnHandler(transactions: runtime).handle)
            .transactions.flatMap { $0.topics.flatMap { $0.partitions.map(\.errorCode) } }
    }

    func end(commit: Bool, epoch: Int16 = 0, version: Int16 = 4) -> ErrorCode {
        var body = EndTxnRequest()
        body.transactionalID = "t"
        body.producerID = 500
        body.producerEpoch = epoch
        body.committed = commit
        return answer(body, version, EndTxnHandler(transactions: runtime).handle).errorCode
    }

    func describe() -> DescribeTransactionsResponse.State {
        var body = DescribeTransactionsRequest()
        body.transactionalIDs = ["t"]
        return answer(body, 0, DescribeTransactionsHandler(transactions: runtime).handle).transactionStates.first
            ?? DescribeTransactionsResponse.State()
    }

    func list(states: [String]) -> ListTransactionsResponse {
        var body = ListTransactionsRequest()
        body.stateFilters = states
        return answer(body, 1, ListTransactionsHandler(transactions: runtime).handle)
    }
}
