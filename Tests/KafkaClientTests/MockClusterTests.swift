import KafkaProtocol
import KafkaRecords
import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

@Suite(.enabled(if: MockCluster.isAvailable, "needs Python's confluent-kafka"), .serialized)
struct MockClusterTests {
    private let mock: MockCluster
    private let client: KafkaClient

    init() async throws {
        await calm()
        mock = try MockCluster()
        client = try mock.client()
    }

    /// The mock makes topics when their metadata is asked for with auto-creation on.
    private func make(_ topic: String) async throws -> [Int32] {
        _ = try await client.call(MetadataRequest([topic]), to: .any)
        return try await client.describeTopics([topic])[topic]?.get().partitions.map(\.partition) ?? []
    }

    private func consume(
        _ count: Int, from topic: String, _ start: StartPosition = .earliest
    ) async throws -> [ConsumedRecord] {
        let consumer = Consumer(client)
        try await consumer.assign(topic: topic, from: start)
        var records: [ConsumedRecord] = []
        let deadline = Deadline.now + .seconds(20)
        while records.count < count, .now < deadline {
            records += try await consumer.poll(timeout: .seconds(1)).records
        }
        await consumer.close()
        return records
    }

    @Test func theClusterIsDescribed() async throws {
        let cluster = try await client.describeCluster()
        #expect(cluster.brokers.map(\.id) == [1, 2, 3])
        #expect(await client.supports(.produce))
        #expect(await !client.supports(.electLeaders))
        await client.close()
        await #expect(throws: ClientError.self) { try await client.describeCluster() }
    }

    @Test func recordsComeBackInOrderFromEveryPartition() async throws {
        let partitions = try await make("orders")
        #expect(!partitions.isEmpty)
        for codec in CompressionType.allCases where Compression.isAvailable(codec) {
            var configuration = ProducerConfiguration()
            configuration.compression = codec
            configuration.batchSize = 1000
            let producer = Producer(client, configuration)
            for index in 0..<200 {
                try await producer.enqueue(
                    ProducerRecord(
                        topic: "orders", key: ByteBuffer(string: "k\(index % 10)"),
                        value: ByteBuffer(string: "\(codec) \(index)"),
                        headers: [RecordHeader("n", ByteBuffer(string: "\(index)"))]))
            }
            await producer.close()
        }
        let codecs = CompressionType.allCases.filter(Compression.isAvailable).count
        let records = try await consume(200 * codecs, from: "orders")
        #expect(records.count == 200 * codecs)
        for partition in partitions {
            let own = records.filter { $0.partition.partition == partition }
            #expect(own.map(\.record.offset) == (0..<Int64(own.count)).map { $0 })
        }
        for record in records {
            let key = try #require(record.record.key)
            #expect(Murmur2.partition(key: key, count: Int32(partitions.count)) == record.partition.partition)
        }
    }

    @Test func aDeliveryTellsPartitionAndOffset() async throws {
        _ = try await make("single")
        let producer = Producer(client)
        for offset in 0..<3 {
            let delivery = try await producer.send(
                ProducerRecord(topic: "single", partition: 1, value: ByteBuffer(string: "v")))
            #expect(delivery.partition == TopicPartition("single", 1))
            #expect(delivery.offset == Int64(offset))
        }
        let ends = await client.endOffsets(of: [TopicPartition("single", 1), TopicPartition("single", 0)])
        #expect(try ends[TopicPartition("single", 1)]?.get() == 3)
        #expect(try ends[TopicPartition("single", 0)]?.get() == 0)
        await #expect(throws: ClientError.self) {
            try await producer.send(ProducerRecord(topic: "single", partition: 99, value: nil))
        }
    }

    @Test func consumersSeekAndFollow() async throws {
        _ = try await make("follow")
        let partition = TopicPartition("follow", 0)
        let producer = Producer(client)
        for index in 0..<5 {
            _ = try await producer.send(
                ProducerRecord(topic: "follow", partition: 0, value: ByteBuffer(string: "\(index)")))
        }
        let consumer = Consumer(client)
        await consumer.assign([partition: .latest])
        #expect(try await consumer.poll(timeout: .milliseconds(700)).records.isEmpty)
        #expect(await consumer.position(of: partition) == 5)
        _ = try await producer.send(ProducerRecord(topic: "follow", partition: 0, value: ByteBuffer(string: "5")))
        var records: [ConsumedRecord] = []
        let deadline = Deadline.now + .seconds(20)
        while records.isEmpty, .now < deadline { records += try await consumer.poll(timeout: .seconds(1)).records }
        #expect(records.map(\.record.offset) == [5])
        await consumer.seek(partition, to: .offset(2))
        records = []
        while records.count < 4, .now < deadline { records += try await consumer.poll(timeout: .seconds(1)).records }
        #expect(records.map(\.record.offset) == [2, 3, 4, 5])
        await consumer.close()
    }

    @Test func aMissingTopicIsAnError() async throws {
        let found = await client.listOffsets([TopicPartition("nowhere", 0): .latest], timeout: .seconds(3))
        #expect(found.count == 1)
        #expect(throws: ClientError.self) { try found[TopicPartition("nowhere", 0)]?.get() }
    }

    @Test func membersShareAndGoOnWhereTheyLeftOff() async throws {
        let partitions = try await make("shared")
        let producer = Producer(client)
        for partition in partitions {
            for index in 0..<10 {
                try await producer.enqueue(
                    ProducerRecord(topic: "shared", partition: partition, value: ByteBuffer(string: "\(index)")))
            }
        }
        await producer.close()
        var configuration = GroupConfiguration(groupID: "members", topics: ["shared"])
        configuration.reset = .earliest
        configuration.heartbeatInterval = .milliseconds(200)
        // The mock lets a session time pass before it ends a rebalance, even when everybody has joined.
        configuration.sessionTimeout = .seconds(6)
        let first = GroupConsumer(client, configuration)
        let second = GroupConsumer(client, configuration)
        async let early = poll(first, until: 1)
        _ = try await early
        // The second one makes the first share. A member sees the other's share change only some time after its own.
        let isShared: @Sendable () async -> Bool = {
            let shares = await (first.assignment, second.assignment)
            return !shares.1.isEmpty && shares.0.count + shares.1.count == partitions.count
        }
        async let one = poll(first, until: .max, for: .seconds(60), isShared)
        async let two = poll(second, until: .max, for: .seconds(60), isShared)
        _ = try await (one, two)
        let shares = await (first.assignment, second.assignment)
        #expect(shares.0.isDisjoint(with: shares.1))
        #expect(shares.0.union(shares.1).count == partitions.count)
        await first.close()
        await second.close()
        let committed = try #require(
            await client.committedOffsets(["members"], of: shares.0.union(shares.1).sorted())["members"]
        ).get()
        #expect(!committed.isEmpty)
        for offset in committed.values { #expect((0...10).contains(offset.offset)) }
    }

    /// Polls until enough records came or `isEnough`, and returns how many came.
    private func poll(
        _ consumer: GroupConsumer, until count: Int, for patience: Duration = .seconds(20),
        _ isEnough: @Sendable () async -> Bool = { false }
    ) async throws -> Int {
        var records = 0
        let deadline = Deadline.now + patience
        while records < count, .now < deadline {
            records += try await consumer.poll(timeout: .milliseconds(200)).records.count
            if await isEnough() { break }
        }
        return records
    }
}
