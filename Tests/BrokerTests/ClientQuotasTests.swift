import ClusterMetadata
import KafkaProtocol
import KafkaRecords
import NIOCore
import Simulation
import TestSupport
import Testing

@testable import Broker

/// Quotas of clients: whom they are for, and what becomes of those who use more.
@Suite struct ClientQuotasTests {
    private func image(_ quotas: [(user: String??, client: String??, limit: Double)]) throws -> MetadataImage {
        let records: [MetadataRecord] = try quotas.map { quota in
            let parts = [
                quota.user.map { QuotaEntity.Part(.user, $0) }, quota.client.map { QuotaEntity.Part(.clientID, $0) },
            ]
            let entity = try #require(QuotaEntity(parts.compactMap { $0 }))
            return .clientQuota(ClientQuotaRecord(entity: entity, key: "producer_byte_rate", value: quota.limit))
        }
        return try MetadataImage(records: records, offset: 0)
    }

    /// From what says most of a client to what says least (KIP-55).
    @Test func theEntityThatSaysMostWins() throws {
        let quotas: [(user: String??, client: String??, limit: Double)] = [
            ("u", "c", 1), ("u", .some(nil), 2), ("u", nil, 3), (.some(nil), "c", 4), (.some(nil), .some(nil), 5),
            (.some(nil), nil, 6), (nil, "c", 7), (nil, .some(nil), 8),
        ]
        let sharers: [(String, String)] = [
            ("u", "c"), ("u", "c"), ("u", ""), ("u", "c"), ("u", "c"), ("u", ""), ("", "c"), ("", "c"),
        ]
        for first in quotas.indices {
            let match = try image(Array(quotas[first...])).quota(.producerByteRate, user: "u", clientID: "c")
            #expect(match?.limit == Double(first + 1))
            #expect(match?.sharers == .init(user: sharers[first].0, clientID: sharers[first].1))
        }
        #expect(try image([("v", nil, 1)]).quota(.producerByteRate, user: "u", clientID: "c") == nil)
        #expect(try image([(nil, "c", 1)]).quota(.consumerByteRate, user: "u", clientID: "c") == nil)
    }

    @Test func aSnapshotKeepsThem() throws {
        let image = try image([("u", "c", 1), (nil, .some(nil), 8)])
        #expect(try MetadataImage(records: image.records(), offset: 0).quotas == image.quotas)
    }

    @Test func whoUsesTooMuchWaitsUntilTheRateIsTheLimitAgain() throws {
        let clock = ManualClock()
        let quotas = ClientQuotas(clock: clock)
        quotas.apply(try image([(nil, .some(nil), 1_000)]), nil)
        let client = ClientInfo(clientID: "c", host: "/h")
        // Ten seconds' worth may be used at once.
        #expect(quotas.produced(10_000, by: client) == 0)
        #expect(quotas.produced(5_000, by: client) == 5_000)
        // Others have a limit of their own.
        #expect(quotas.produced(10_000, by: ClientInfo(clientID: "d", host: "/h")) == 0)
        clock.advance(20_000)
        #expect(quotas.produced(10_000, by: client) == 0)
        quotas.apply(MetadataImage(), nil)
        #expect(!quotas.isActive && quotas.produced(1_000_000, by: client) == 0)
    }

    @Test func workIsHeldBackForASecondAtMost() throws {
        let clock = ManualClock()
        let quotas = ClientQuotas(clock: clock)
        let entity = try #require(QuotaEntity([.init(.clientID, "c")]))
        let record = ClientQuotaRecord(entity: entity, key: "request_percentage", value: 1)
        quotas.apply(try MetadataImage(records: [.clientQuota(record)], offset: 0), nil)
        #expect(quotas.measuresWork)
        let client = ClientInfo(clientID: "c", host: "/h")
        // One percent of ten seconds.
        #expect(quotas.worked(100_000_000, for: client) == 0)
        #expect(quotas.worked(5_000_000, for: client) == 500)
        #expect(quotas.worked(900_000_000, for: client) == 1_000)
    }

    // MARK: A whole broker

    private func set(_ key: String, _ value: Double, on broker: LoneBroker, entity type: String = "client-id") throws {
        var change = AlterClientQuotasRequest.Entry.Change()
        change.key = key
        change.value = value
        change.remove = value == 0
        var entry = AlterClientQuotasRequest.Entry()
        entry.entity = [QuotaEntityPart(type, "test")]
        entry.ops = [change]
        var request = AlterClientQuotasRequest()
        request.entries = [entry]
        #expect(try broker.call(request, 1).entries.map(\.errorCode) == [ErrorCode.none])
    }

    private func described(_ broker: LoneBroker, strict: Bool = true) throws -> [[String: Double]] {
        var component = DescribeClientQuotasRequest.Component()
        component.entityType = "client-id"
        component.match = "test"
        var request = DescribeClientQuotasRequest()
        request.components = [component]
        request.strict = strict
        let entries = try #require(try broker.call(request, 1).entries)
        return entries.map { entry in
            Dictionary(entry.values.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private func produce(_ bytes: Int, to broker: LoneBroker) throws -> ProduceResponse {
        var builder = RecordBatchBuilder()
        builder.append(timestamp: broker.clock.wall, value: ByteBuffer(repeating: 1, count: bytes))
        return try broker.produce(try builder.build().bytes, to: "t", version: 9)
    }

    private func fetch(_ broker: LoneBroker, session: (id: Int32, epoch: Int32) = (0, -1)) throws -> FetchResponse {
        var request = FetchRequest("t")
        request.sessionID = session.id
        request.sessionEpoch = session.epoch
        return try broker.call(request, 12)
    }

    @Test func quotasAreSetListedAndKept() throws {
        let broker = try LoneBroker()
        try set("producer_byte_rate", 1_000, on: broker)
        try set("consumer_byte_rate", 2_000, on: broker)
        #expect(try described(broker) == [["producer_byte_rate": 1_000, "consumer_byte_rate": 2_000]])
        try broker.restart()
        try set("producer_byte_rate", 0, on: broker)
        #expect(try described(broker) == [["consumer_byte_rate": 2_000]])
    }

    @Test func aProducerIsToldAndHeldBack() throws {
        let broker = try LoneBroker()
        try broker.create("t")
        #expect(try produce(50_000, to: broker).throttleTimeMs == 0)
        try set("producer_byte_rate", 1_000, on: broker)
        let answer = try produce(20_000, to: broker)
        // It is stored all the same.
        #expect(answer.responses.first?.partitionResponses.first?.errorCode == ErrorCode.none)
        #expect((10_000...11_000).contains(answer.throttleTimeMs))
        #expect(broker.muted == Int64(answer.throttleTimeMs))
    }

    @Test func aConsumerGetsNothingWhileItIsHeldBack() throws {
        let broker = try LoneBroker()
        try broker.create("t")
        for _ in 0..<3 { _ = try produce(9_000, to: broker) }
        try set("consumer_byte_rate", 1_000, on: broker)
        // Not more than ten seconds' worth at once, but a whole batch.
        let first = try fetch(broker)
        let bytes = first.responses.first?.partitions.first?.records?.readableBytes ?? 0
        #expect(first.throttleTimeMs == 0 && (9_000..<10_000).contains(bytes))
        let second = try fetch(broker)
        #expect(second.throttleTimeMs > 0 && second.responses.isEmpty)
        #expect(broker.muted == Int64(second.throttleTimeMs))
        // What was not sent is not counted.
        broker.run(for: 12_000)
        #expect(try fetch(broker).throttleTimeMs == 0)
    }

    @Test func aSessionMissesNothingOfWhatWasHeldBack() throws {
        let broker = try LoneBroker()
        try broker.create("t")
        _ = try produce(9_000, to: broker)
        let opened = try fetch(broker, session: (0, 0))
        #expect(opened.sessionID > 0)
        try set("consumer_byte_rate", 1_000, on: broker)
        _ = try fetch(broker)
        let held = try fetch(broker, session: (opened.sessionID, 1))
        #expect(held.errorCode == .none && held.throttleTimeMs > 0 && held.responses.isEmpty)
        #expect(held.sessionID == opened.sessionID)
        broker.run(for: 12_000)
        let later = try fetch(broker, session: (opened.sessionID, 2))
        #expect(later.responses.first?.partitions.first?.records?.readableBytes ?? 0 > 9_000)
    }
}
