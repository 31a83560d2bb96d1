import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import TestSupport
import Testing

@testable import Broker

/// An idempotent producer's batches keep their order when one of them is refused for the moment.
@Suite struct RefusedBatchesTests {
    private let partition = TopicPartition("data", 0)
    private var refused = RefusedBatches()

    private func batch(_ sequence: Int32, epoch: Int16 = 0) throws -> BatchHeader {
        let bytes = try Self.bytes(sequence, epoch: epoch)
        return try #require(try BatchHeader(in: bytes, at: bytes.readerIndex))
    }

    static func bytes(_ sequence: Int32, epoch: Int16 = 0, at time: Timestamp = 0) throws -> ByteBuffer {
        var builder = RecordBatchBuilder()
        builder.producerID = 7
        builder.producerEpoch = epoch
        builder.baseSequence = sequence
        builder.append(timestamp: time, value: ByteBuffer(string: "v"))
        return try builder.build().bytes
    }

    /// What a log knows of the producer that has stored these.
    private func known(_ sequences: Int32..., epoch: Int16 = 0) throws -> ProducerEntry? {
        let disk = SimulatedDisk()
        let logs = try LogManager(
            directory: "/data", clusterID: "c", nodeID: 1, disk: disk, defaults: LogConfig(), now: 0
        ) { _, _ in }
        let log = try logs.create(partition, topicID: UUID(high: 1, low: 2), config: LogConfig(), now: 0)
        for sequence in sequences { try log.appendAsLeader(Self.bytes(sequence, epoch: epoch), epoch: 0, now: 0) }
        return log.producers.entry(7)
    }

    private mutating func answer(
        _ batch: BatchHeader, _ known: ProducerEntry?, in epoch: Epoch = 0, since start: Offset = 0
    ) -> ErrorCode? {
        refused.answer(to: batch, of: partition, known: known, in: epoch, since: start)
    }

    @Test mutating func whatIsBehindARefusedBatchIsRefusedLikeIt() throws {
        let known = try known(0, 1)
        refused.note(try batch(2), of: partition, in: 0, as: .notEnoughReplicas)
        #expect(answer(try batch(3), known) == .notEnoughReplicas)
        // The refused one comes again, and so do those that are stored: they are the log's to judge.
        #expect(answer(try batch(2), known) == nil)
        #expect(answer(try batch(1), known) == nil)
        refused.forget(try batch(2), of: partition)
        #expect(answer(try batch(4), known) == nil)
    }

    @Test mutating func noMoreIsUnderWayThanAProducerMayHave() throws {
        let known = try known(0)
        refused.note(try batch(1), of: partition, in: 0, as: .notLeaderOrFollower)
        for sequence in 2...6 { #expect(answer(try batch(Int32(sequence)), known) == .notLeaderOrFollower) }
        #expect(answer(try batch(7), known) == nil)
    }

    @Test mutating func aProducerThatIsUnknownHereMustBeginWhereItWasRefused() throws {
        // Else the first batch would be taken for lost, and a client would take it for stored.
        refused.note(try batch(0), of: partition, in: -1, as: .unknownTopicOrPartition)
        refused.note(try batch(1), of: partition, in: -1, as: .unknownTopicOrPartition)
        #expect(answer(try batch(2), nil) == .unknownTopicOrPartition)
        #expect(answer(try batch(0), nil) == nil)
        // Without a refusal any sequence may be the first (KIP-360).
        refused.forget(try batch(0), of: partition)
        #expect(answer(try batch(2), nil) == nil)
    }

    @Test mutating func aNewLeaderCannotTellWhatTheOneBeforeRefused() throws {
        let known = try known(0, 1)
        #expect(answer(try batch(3), known, in: 4, since: 2) == .notLeaderOrFollower)
        #expect(answer(try batch(2), known, in: 4, since: 2) == nil)
        // A new epoch of the producer begins at 0, wherever the epoch before it ended.
        #expect(answer(try batch(1, epoch: 1), known, in: 5, since: 2) == .notLeaderOrFollower)
        #expect(answer(try batch(0, epoch: 1), known, in: 5, since: 2) == nil)
        // In this leadership the producer has stored something: what is missing now was never refused.
        #expect(answer(try batch(3), known, in: 6, since: 1) == nil)
    }

    @Test mutating func sequencesWrap() throws {
        let known = try known(.max)
        #expect(answer(try batch(0), known, in: 1, since: 1) == nil)
        #expect(answer(try batch(1), known, in: 1, since: 1) == .notLeaderOrFollower)
    }

    @Test mutating func refusalsForGoodHoldNothingBack() throws {
        refused.note(try batch(0), of: partition, in: 0, as: .messageTooLarge)
        #expect(answer(try batch(1), nil) == nil)
    }
}

/// The same on a whole broker.
@Suite struct RefusedBatchesOnABrokerTests {
    private func produce(_ sequence: Int32, to broker: LoneBroker) throws -> ErrorCode? {
        let records = try RefusedBatchesTests.bytes(sequence, at: broker.clock.wall)
        return try broker.produce(records, to: "data", timeoutMs: 5_000).responses.first?.partitionResponses.first?
            .errorCode
    }

    @Test func aGapAfterAChangeOfLeaderIsNotTheProducersDoing() throws {
        let broker = try LoneBroker()
        try broker.create("data")
        #expect(try produce(0, to: broker) == ErrorCode.none)
        #expect(try produce(2, to: broker) == .outOfOrderSequenceNumber)
        try broker.restart()
        #expect(try produce(2, to: broker) == .notLeaderOrFollower)
        #expect(try produce(1, to: broker) == ErrorCode.none)
        #expect(try produce(2, to: broker) == ErrorCode.none)
        #expect(try produce(4, to: broker) == .outOfOrderSequenceNumber)
        // A gap that stays is told at last.
        try broker.restart()
        for _ in 0..<5 { #expect(try produce(4, to: broker) == .notLeaderOrFollower) }
        #expect(try produce(4, to: broker) == .outOfOrderSequenceNumber)
        #expect(try produce(3, to: broker) == ErrorCode.none)
    }

    @Test func theFirstBatchIsNotOvertakenByTheSecond() throws {
        let broker = try LoneBroker()
        try broker.create("data")
        try broker.restart(waiting: false)
        let first = try #require(try produce(0, to: broker))
        #expect([.notLeaderOrFollower, .unknownTopicOrPartition].contains(first))
        #expect(broker.run(for: 20_000) { broker.node.lifecycle.state == .running })
        #expect(try produce(1, to: broker) == first)
        #expect(try produce(0, to: broker) == ErrorCode.none)
        #expect(try produce(1, to: broker) == ErrorCode.none)
    }
}
