import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import Simulation
import Testing

@testable import Broker

/// What a broker says at its bounds.
@Suite struct LimitsTests {
    private let clock = ManualClock()
    private let partition = TopicPartition("t", 0)

    @Test func aRequestTooManyToParkIsAnsweredWithWhatThereIs() {
        let operations = DelayedOperations(clock: clock)
        var expired = 0
        func park() {
            operations.park(
                DelayedOperation(on: .partitions([partition]), attempt: { _ in nil }, expire: { expired += 1 }),
                timeout: 1_000)
        }
        for _ in 0..<Limits.parkedRequests { park() }
        #expect(operations.count == Limits.parkedRequests && expired == 0)
        park()
        #expect(operations.count == Limits.parkedRequests && expired == 1)
        operations.takeApart()
    }

    @Test func aRequestTooManyBeforeTheStartIsSentAway() {
        let gate = StartupGate()
        var served = 0
        var closed = 0
        func pass() {
            gate.pass(
                Request(
                    body: MetadataRequest(), version: 9, client: ClientInfo(clientID: "c", host: "/h"), reply: { _ in },
                    close: { closed += 1 })
            ) { _ in served += 1 }
        }
        for _ in 0..<Limits.parkedRequests { pass() }
        #expect(closed == 0)
        pass()
        #expect(closed == 1)
        gate.open()
        #expect(served == Limits.parkedRequests)
    }

    /// Forgetting only means that the logs decide, as Kafka's do.
    @Test func refusedProducersAreForgottenTogether() throws {
        var refused = RefusedBatches()
        func batch(_ producer: Int64, _ sequence: Int32) throws -> BatchHeader {
            var bytes = try RefusedBatchesTests.bytes(sequence)
            bytes.setInteger(producer, at: bytes.readerIndex + RecordBatch.Layout.producerID)
            return try #require(try BatchHeader(in: bytes, at: bytes.readerIndex))
        }
        for producer in 0..<Int64(Limits.refusedProducers) {
            refused.note(try batch(producer, 0), of: partition, in: 0, as: .notEnoughReplicas)
        }
        func answer() throws -> ErrorCode? {
            refused.answer(to: try batch(5, 1), of: partition, known: nil, in: 0, since: 0)
        }
        #expect(try answer() == .notEnoughReplicas)
        refused.note(
            try batch(Int64(Limits.refusedProducers), 0), of: partition, in: 0, as: .notEnoughReplicas)
        #expect(try answer() == nil)
    }

    @Test func aSessionThatWouldBeTooLargeIsNone() throws {
        let sessions = FetchSessions(clock: clock, random: SystemRandomNumberGenerator())
        func session(of count: Int) throws -> Int32? {
            var body = FetchRequest()
            body.sessionEpoch = 0
            var topic = FetchRequest.Topic()
            topic.topicID = UUID(high: 1, low: 2)
            topic.partitions = (0..<Int32(count)).map { index in
                var part = FetchRequest.Topic.Partition()
                part.partition = index
                return part
            }
            body.topics = [topic]
            let request = Request(body: body, version: 17, client: ClientInfo(clientID: "c", host: "/h")) { _ in }
            return try sessions.fetch(request).get().session?.id
        }
        #expect(try session(of: Limits.fetchSessionPartitions + 1) == nil)
        #expect(try session(of: 10) != nil)
        #expect(try session(of: Limits.fetchSessionPartitions - 5) == nil)
    }
}
