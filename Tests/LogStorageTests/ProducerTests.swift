import KafkaProtocol
import LogStorage
import NIOCore
import TestSupport
import Testing

@Suite struct ProducerTests {
    let fixture = Fixture()

    private func code(_ body: () throws -> Void) -> ErrorCode? {
        do { try body() } catch let error as StorageError { return error.code } catch { return .unknownServerError }
        return nil
    }

    @Test func repeatedBatchIsAnsweredWithItsFirstOffset() throws {
        let log = try fixture.log()
        for sequence in 0..<7 { try log.lead(Batches.idempotent(9, sequence: Int32(sequence))) }
        let repeated = try log.lead(Batches.idempotent(9, sequence: 3))
        #expect(repeated.duplicateOf != nil && repeated.firstOffset == 3 && log.logEndOffset == 7)
        // Only five batches are remembered.
        #expect(code { try log.lead(Batches.idempotent(9, sequence: 1)) } == .outOfOrderSequenceNumber)
        #expect(code { try log.lead(Batches.idempotent(9, sequence: 8)) } == .outOfOrderSequenceNumber)
        #expect(try log.lead(Batches.idempotent(9, sequence: 7)).firstOffset == 7)
    }

    @Test func epochsFence() throws {
        let log = try fixture.log()
        try log.lead(Batches.idempotent(9, epoch: 2, sequence: 5))
        #expect(code { try log.lead(Batches.idempotent(9, epoch: 1, sequence: 6)) } == .invalidProducerEpoch)
        #expect(code { try log.lead(Batches.idempotent(9, epoch: 3, sequence: 6)) } == .outOfOrderSequenceNumber)
        #expect(code { try log.lead(Batches.idempotent(9, epoch: 3, sequence: 0)) } == nil)
    }

    @Test func sequenceWrapsToZero() throws {
        let log = try fixture.log()
        try log.lead(Batches.idempotent(9, sequence: Int32.max - 1, count: 2))
        #expect(code { try log.lead(Batches.idempotent(9, sequence: 0)) } == nil)
    }

    @Test func stateSurvivesRestartWithAndWithoutSnapshot() throws {
        fixture.config.segmentBytes = 250
        let log = try fixture.log()
        for sequence in 0..<10 { try log.lead(Batches.idempotent(9, sequence: Int32(sequence))) }
        let killed = try fixture.reopened()
        #expect(killed.producers.entry(9)?.lastSequence == 9)
        // All five that are remembered, though most lie before the snapshot.
        for sequence in 5..<10 {
            let repeated = try killed.lead(Batches.idempotent(9, sequence: Int32(sequence)))
            #expect(repeated.duplicateOf != nil && repeated.firstOffset == Offset(sequence))
        }
        #expect(killed.logEndOffset == 10)
        for name in try fixture.disk.list("/data/t-0") where name.hasSuffix(".snapshot") {
            fixture.disk.setBytes("/data/t-0/" + name, [1, 2, 3])
        }
        #expect(try fixture.reopened().producers.entry(9)?.lastSequence == 9)
    }

    @Test func transactionsBoundTheStableOffset() throws {
        let log = try fixture.log()
        try log.lead(Batches.plain(["x"]))
        try log.lead(Batches.idempotent(1, sequence: 0, transactional: true))
        try log.lead(Batches.idempotent(2, sequence: 0, transactional: true))
        log.setHighWatermark(3)
        #expect(log.lastStableOffset == 1)
        try log.appendAsLeader(Batches.marker(1, commit: false), epoch: 0, origin: .coordinator, now: 0)
        // The marker is not replicated yet.
        #expect(log.lastStableOffset == 1)
        log.setHighWatermark(4)
        #expect(log.lastStableOffset == 2)
        let aborted = AbortedTransaction(producerID: 1, firstOffset: 1, lastOffset: 3, lastStableOffset: 2)
        #expect(log.abortedTransactions(from: 0, upTo: 4) == [aborted])
        let reopened = try fixture.reopened()
        #expect(reopened.abortedTransactions(from: 0, upTo: 4) == [aborted])
        reopened.setHighWatermark(4)
        #expect(reopened.lastStableOffset == 2)
        try reopened.appendAsLeader(Batches.marker(2, commit: true), epoch: 0, origin: .coordinator, now: 0)
        reopened.setHighWatermark(5)
        #expect(reopened.lastStableOffset == 5)
        #expect(reopened.abortedTransactions(from: 0, upTo: 5) == [aborted])
    }

    @Test func verificationIsNeededAndEndsWithAMarker() throws {
        let log = try fixture.log()
        let batch = try Batches.idempotent(1, sequence: 0, transactional: true)
        func append(_ proof: VerificationGuard??) -> ErrorCode? {
            code { try log.appendAsLeader(batch, epoch: 0, proof: proof, now: 0) }
        }
        #expect(append(.some(nil)) == .invalidTxnState)
        let proof = try #require(log.startVerification(producerID: 1, epoch: 0, sequence: 0, bumpsEpoch: false, now: 0))
        try log.appendAsLeader(Batches.marker(1, commit: false), epoch: 0, origin: .coordinator, now: 0)
        #expect(append(.some(proof)) == .invalidTxnState)
        let fresh = try #require(log.startVerification(producerID: 1, epoch: 0, sequence: 0, bumpsEpoch: false, now: 0))
        #expect(append(.some(fresh)) == nil)
        #expect(log.startVerification(producerID: 1, epoch: 0, sequence: 1, bumpsEpoch: false, now: 0) == nil)
    }

    @Test func fencedMarkersAreRefused() throws {
        let log = try fixture.log()
        func marker(_ epoch: Int16, _ coordinator: Epoch) -> ErrorCode? {
            code {
                try log.appendAsLeader(
                    Batches.marker(1, epoch: epoch, commit: true, coordinatorEpoch: coordinator), epoch: 0,
                    origin: .coordinator, now: 0)
            }
        }
        #expect(marker(5, 5) == nil)
        #expect(marker(4, 5) == .invalidProducerEpoch)
        #expect(marker(5, 4) == .transactionCoordinatorFenced)
    }

    @Test func truncationForgetsWhatWasCut() throws {
        let log = try fixture.log()
        for sequence in 0..<5 { try log.lead(Batches.idempotent(9, sequence: Int32(sequence))) }
        try log.truncate(to: 2, now: 0)
        #expect(log.producers.entry(9)?.lastSequence == 1)
        #expect(code { try log.lead(Batches.idempotent(9, sequence: 2)) } == nil)
    }
}
