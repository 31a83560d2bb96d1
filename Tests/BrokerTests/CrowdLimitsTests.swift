import ClusterMetadata
import Controller
import KafkaProtocol
import NIOCore
import NIOPosix
import Simulation
import TestSupport
import Testing

@testable import Broker
@testable import Coordinators

/// Bounds that only a crowd reaches.
@Suite struct CrowdLimitsTests {
    private typealias Limits = Broker.Limits

    /// Who is measured is forgotten with all others when too many are: nobody is throttled for what others did.
    @Test func metersOfTooManyClientsAreForgotten() throws {
        let clock = ManualClock()
        let quotas = ClientQuotas(clock: clock)
        let entity = try #require(QuotaEntity([.init(.clientID, nil)]))
        let record = ClientQuotaRecord(entity: entity, key: "producer_byte_rate", value: 1_000)
        quotas.apply(try MetadataImage(records: [.clientQuota(record)], offset: 0), nil)
        func client(_ number: Int) -> ClientInfo { ClientInfo(clientID: "\(number)", host: "/h") }
        #expect(quotas.produced(15_000, by: client(0)) > 0)
        for number in 1..<Limits.quotaMeters { #expect(quotas.produced(1, by: client(number)) == 0) }
        #expect(quotas.produced(1, by: client(0)) > 0, "it is known as long as there is room")
        #expect(quotas.produced(1, by: client(Limits.quotaMeters)) == 0)
        #expect(quotas.produced(1, by: client(0)) == 0)
    }

    /// A controller that can commit nothing takes only so many decisions in.
    @Test func decisionsThatWaitAreBounded() throws {
        let cluster = QuorumCluster(voters: 3, seed: 3)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        let controller = try #require(cluster.active)
        for other in 1...3 as ClosedRange<BrokerID> where other != controller.id {
            cluster.network.cut.formUnion([[controller.id, other], [other, controller.id]])
        }
        var answers: [ErrorCode] = []
        func decide(_ records: [MetadataRecord]) {
            controller.runtime?.decide({ _, _ in Decision(records: records, response: 0) }) { result in
                if case .failure(let error) = result { answers.append(error) }
            }
        }
        decide([.config(ConfigRecord(resource: .broker(1), name: "test.x", value: "x"))])
        for _ in 0..<Limits.pendingDecisions + 10 where answers.isEmpty { decide([]) }
        #expect(answers == [.notController])
        #expect(controller.runtime?.pending.count == Limits.pendingDecisions)
        cluster.network.cut = []
        cluster.run(for: 3_000)
        let leader = try #require(cluster.active)
        #expect(leader.runtime?.pending.isEmpty == true, "it goes on")
    }

    /// What one request cannot carry follows when it is answered.
    @Test func markersGoInPortions() throws {
        let clock = ManualClock()
        let delivery = PatientDelivery()
        let sender = MarkerSender(delivery: delivery, clock: clock, log: NodeLog(nodeID: 1) { _, _ in })
        let count = Int32(Limits.markersPerRequest + 10)
        let topic = TopicRecord(name: "t", topicID: UUID(high: 1, low: 2))
        var records: [MetadataRecord] = [.topic(topic), .registerBroker(Self.broker)]
        for index in 0..<count { records.append(.partition(Self.partition(topic.topicID, index))) }
        sender.apply(try MetadataImage(records: records, offset: 0))
        var written: Set<TopicPartition> = []
        let all = Set((0..<count).map { TopicPartition("t", $0) })
        let markers = TransactionMarkers(
            transactionalID: "x", producerID: 7, producerEpoch: 0, isCommit: true, coordinatorEpoch: 0, partitions: all)
        sender.send(markers, isWanted: { true }, written: { written.formUnion($0) })
        #expect(delivery.counts == [Limits.markersPerRequest])
        delivery.answer()
        #expect(delivery.counts == [Limits.markersPerRequest, 10])
        delivery.answer()
        #expect(written == all)
    }

    private static var broker: RegisterBrokerRecord {
        var record = RegisterBrokerRecord()
        record.brokerID = 1
        record.endPoints = [BrokerEndpoint(name: "PLAINTEXT", host: "h", port: 9_092)]
        return record
    }

    private static func partition(_ topic: TopicID, _ index: Int32) -> PartitionRecord {
        var record = PartitionRecord()
        record.topicID = topic
        record.partitionID = index
        record.replicas = [1]
        record.isr = [1]
        record.leader = 1
        record.leaderEpoch = 0
        record.partitionEpoch = 0
        return record
    }

    /// A peer that never answers is owed only so many answers.
    @Test func requestsToASilentPeerAreBounded() async throws {
        let listener = try SilentListener()
        let port = try #require(listener.address.split(separator: ":").last.flatMap { Int($0) })
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let refused = try await loop.submit { () -> Int in
            let peer = PeerConnection(
                endpoint: Endpoint(host: "127.0.0.1", port: port), loop: loop, clock: LoopClock(loop: loop))
            var refused = 0
            var isOver = false
            for _ in 0..<Limits.peerRequests + 5 {
                peer.send(timeout: 60_000, encode: { ByteBuffer(integer: $0) }) { result in
                    if !isOver, case .failure(.disconnected) = result { refused += 1 }
                }
            }
            isOver = true
            peer.close()
            return refused
        }.get()
        #expect(refused == 5)
        try await group.shutdownGracefully()
    }
}

/// Answers when it is told to, and then that everything is written.
private final class PatientDelivery: MarkerDelivery {
    private(set) var counts: [Int] = []
    private var waiting: (request: WriteTxnMarkersRequest, done: (WriteTxnMarkersResponse?) -> Void)?

    func deliver(
        _ request: WriteTxnMarkersRequest, to broker: BrokerID, at endpoint: Endpoint,
        done: @escaping (WriteTxnMarkersResponse?) -> Void
    ) {
        counts.append(request.markers.flatMap(\.topics).reduce(0) { $0 + $1.partitions.count })
        waiting = (request, done)
    }

    func answer() {
        guard let (request, done) = waiting else { return }
        waiting = nil
        var response = WriteTxnMarkersResponse()
        response.markers = request.markers.map { marker in
            var result = WriteTxnMarkersResponse.Marker()
            result.producerID = marker.producerID
            result.topics = marker.topics.map { topic in
                NamedTopic(topic.name, topic.partitions.map { PartitionOutcome($0, .none) })
            }
            return result
        }
        done(response)
    }
}
