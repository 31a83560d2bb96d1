import KafkaProtocol
import LogStorage
import NIOCore
import TestSupport
import Testing

/// Transactions in a partition's log: how far read_committed consumers may read, and what they are told of aborted ones.
@Suite struct TransactionTests {
    let fixture = Fixture()

    private func append(_ log: Log, _ producer: Int64, _ sequence: Int32 = 0) throws {
        try log.lead(Batches.idempotent(producer, sequence: sequence, transactional: true))
    }

    private func end(_ log: Log, _ producer: Int64, commit: Bool, epoch: Epoch = 0) throws {
        try log.appendAsLeader(
            Batches.marker(producer, commit: commit, coordinatorEpoch: epoch), epoch: 0, origin: .coordinator, now: 0)
        log.setHighWatermark(log.logEndOffset)
    }

    /// Aborted transactions of three segments and more: 1 at 0–2, 2 at 1–4, 3 open from 5 on.
    private func fill(_ log: Log) throws {
        try append(log, 1)
        try append(log, 2)
        try end(log, 1, commit: false)
        try append(log, 2, 1)
        try end(log, 2, commit: false)
        try append(log, 3)
        try log.lead(Batches.plain(["x"]))
        log.setHighWatermark(log.logEndOffset)
    }

    private let aborted = [
        AbortedTransaction(producerID: 1, firstOffset: 0, lastOffset: 2, lastStableOffset: 1),
        AbortedTransaction(producerID: 2, firstOffset: 1, lastOffset: 4, lastStableOffset: 5),
    ]

    @Test func abortedTransactionsAreFoundOverSegments() throws {
        fixture.config.segmentBytes = 150
        let log = try fixture.log()
        try fill(log)
        #expect(log.segmentCount > 2)
        #expect(log.lastStableOffset == 5)
        #expect(log.abortedTransactions(from: 0, upTo: 5) == aborted)
        // Of a part of the log only those that have batches there.
        #expect(log.abortedTransactions(from: 3, upTo: 5) == [aborted[1]])
        #expect(log.abortedTransactions(from: 0, upTo: 1).contains(aborted[0]))
        #expect(log.abortedTransactions(from: 5, upTo: 7).isEmpty)
    }

    @Test(arguments: [150, 1 << 20]) func aKilledBrokerFindsTransactionsAgain(_ segmentBytes: Int) throws {
        fixture.config.segmentBytes = segmentBytes
        let log = try fixture.log()
        try fill(log)
        for name in try fixture.disk.list("/data/t-0") where name.hasSuffix(".txnindex") {
            // What was written without a flush may be damaged.
            fixture.disk.setBytes("/data/t-0/" + name, [9, 9, 9])
        }
        let killed = try fixture.reopened()
        killed.setHighWatermark(killed.logEndOffset)
        #expect(killed.lastStableOffset == 5)
        #expect(killed.abortedTransactions(from: 0, upTo: 5) == aborted)
        #expect(killed.producers.entry(3)?.transactionStart == 5)
        try end(killed, 3, commit: true)
        #expect(killed.lastStableOffset == killed.logEndOffset)
        #expect(killed.abortedTransactions(from: 0, upTo: killed.logEndOffset) == aborted)
    }

    /// Nothing is recovered after an orderly stop, and yet consumers must not take aborted records for committed.
    @Test(arguments: [0, 1, 2, 9, 10, 17, 25, 33, 36, 50]) func aDamagedIndexIsMadeAnew(_ index: Int) throws {
        fixture.config.segmentBytes = 1 << 20
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        try fill(log)
        try manager.close(brokerEpoch: 1, now: 0)
        let path = "/data/t-0/00000000000000000000.txnindex"
        var bytes = try #require(fixture.disk.bytes(path))
        #expect(bytes.count == 68)
        bytes[index] ^= 0x40
        fixture.disk.setBytes(path, bytes)
        let again = try fixture.open()
        let reopened = try #require(again.log(Fixture.partition))
        #expect(again.wasClean && fixture.reports.contains { $0.contains(path) })
        #expect(reopened.abortedTransactions(from: 0, upTo: 5) == aborted)
        #expect(reopened.producers.entry(3)?.transactionStart == 5)
    }

    /// What is left of an index, and what makes up for the rest: the segments that have aborted transactions are known.
    @Test(arguments: [nil, 0, 30, 34] as [Int?], [true, false])
    func anIndexThatIsGoneOrShortIsMadeAnew(_ kept: Int?, isClosed: Bool) throws {
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        try fill(log)
        if isClosed {
            log.config.segmentBytes = 1
            try log.lead(try Batches.plain(["next"]))
        }
        try manager.close(brokerEpoch: 1, now: 0)
        let path = "/data/t-0/00000000000000000000.txnindex"
        let bytes = try #require(fixture.disk.bytes(path))
        if let kept {
            fixture.disk.setBytes(path, Array(bytes.prefix(kept)))
        } else {
            try fixture.disk.remove(path)
        }
        let again = try fixture.open()
        let reopened = try #require(again.log(Fixture.partition))
        #expect(again.wasClean && fixture.reports.contains { $0.contains(path) })
        #expect(reopened.abortedTransactions(from: 0, upTo: 5) == aborted)
        // Once is enough.
        try again.close(brokerEpoch: 2, now: 0)
        fixture.reports = []
        _ = try fixture.open()
        #expect(fixture.reports == [])
    }

    @Test func damagedCountsAreTold() throws {
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        try fill(log)
        try manager.close(brokerEpoch: 1, now: 0)
        let path = "/data/t-0/aborted-transactions-checkpoint"
        #expect(fixture.disk.bytes(path) == Array("0\n1\n0 2\n".utf8))
        fixture.disk.setBytes(path, Array("0\n1\n0 x\n".utf8))
        let reopened = try #require(try fixture.open().log(Fixture.partition))
        #expect(fixture.reports.contains { $0.contains(path) })
        #expect(reopened.abortedTransactions(from: 0, upTo: 5) == aborted)
    }

    @Test func aFollowerKnowsTheSameTransactions() throws {
        let log = try fixture.log()
        try fill(log)
        let other = Fixture()
        let follower = try other.log()
        try follower.appendAsFollower(log.all().records, now: 0)
        follower.setHighWatermark(follower.logEndOffset)
        #expect(follower.lastStableOffset == 5)
        #expect(follower.abortedTransactions(from: 0, upTo: 5) == aborted)
        #expect(follower.producers.active == log.producers.active)
    }

    @Test func aTruncatedMarkerOpensItsTransactionAgain() throws {
        let log = try fixture.log()
        try fill(log)
        try log.truncate(to: 4, now: 0)
        log.setHighWatermark(log.logEndOffset)
        #expect(log.lastStableOffset == 1)
        #expect(log.abortedTransactions(from: 0, upTo: 4) == [aborted[0]])
        #expect(log.producers.entry(3) == nil)
        try end(log, 2, commit: true)
        #expect(log.lastStableOffset == 5)
        #expect(log.abortedTransactions(from: 0, upTo: 5) == [aborted[0]])
    }

    @Test func theLogStartMovesTheStableOffset() throws {
        let log = try fixture.log()
        try fill(log)
        try log.raiseLogStart(to: 6)
        #expect(log.lastStableOffset == 6)
    }

    @Test func aMarkerWithoutATransactionLeavesNoTrace() throws {
        let log = try fixture.log()
        try end(log, 7, commit: false, epoch: 3)
        #expect(log.abortedTransactions(from: 0, upTo: log.logEndOffset).isEmpty)
        #expect(log.producers.entry(7)?.coordinatorEpoch == 3)
        #expect(log.lastStableOffset == log.logEndOffset)
    }

    @Test func aProofEndsWithTheNextMarker() throws {
        let log = try fixture.log()
        let proof = try #require(
            log.startVerification(producerID: 1, epoch: 0, sequence: -1, bumpsEpoch: false, now: 0))
        #expect(log.isVerified(producerID: 1, proof))
        try end(log, 1, commit: false)
        #expect(!log.isVerified(producerID: 1, proof))
    }
}
