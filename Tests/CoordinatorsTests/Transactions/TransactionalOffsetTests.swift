import Coordinators
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

/// Positions that are stored in transactions: pending until the marker, then committed or dropped.
@Suite struct TransactionalOffsetTests {
    private let partition = TopicPartition("t", 0)

    /// TxnOffsetCommit of one position of group `g`.
    @discardableResult
    private func store(
        _ script: CoordinatorScript, _ offset: Offset, producer: Int64 = 1, member: String = "",
        generation: Int32 = -1
    ) -> ErrorCode? {
        var request = TxnOffsetCommitRequest(offset, of: "t", group: "g", producer: producer)
        request.memberID = member
        request.generationID = generation
        let token = script.token("p", "TxnOffsetCommit \(offset)")
        script.take(script.coordinator.commitOffsets(request, token: token, now: script.now, exists: script.exists))
        guard case .txnOffsetCommit(let response)? = script.replies[token] else { return nil }
        return response.topics.first?.partitions.first?.errorCode
    }

    private func end(_ script: CoordinatorScript, commit: Bool, producer: Int64 = 1) {
        let marker = TransactionMarker(producerID: producer, producerEpoch: 0, isCommit: commit, coordinatorEpoch: 0)
        let token = script.token("coordinator", commit ? "COMMIT" : "ABORT")
        script.take(script.coordinator.endTransaction(marker, token: token, now: script.now))
    }

    /// The position as a consumer that waits for transactions sees it.
    private func position(_ script: CoordinatorScript, stable: Bool = false) -> (offset: Offset, error: ErrorCode)? {
        let answer = script.coordinator.fetchOffsets(of: "g", topics: [.init("t")], requireStable: stable)
        return answer.topics.first?.partitions.first.map { ($0.committedOffset, $0.errorCode) }
    }

    @Test func aCommitBringsThePositionAndAnAbortDropsIt() {
        let script = CoordinatorScript()
        #expect(store(script, 5) == ErrorCode.none)
        #expect(position(script)?.offset == -1)
        #expect(position(script, stable: true)?.error == .unstableOffsetCommit)
        end(script, commit: true)
        #expect(position(script, stable: true)?.offset == 5)
        store(script, 9)
        #expect(position(script)?.offset == 5)
        end(script, commit: false)
        #expect(position(script, stable: true)?.offset == 5)
    }

    @Test func aPositionOnItsWayIntoTheLogIsUnstable() {
        let script = CoordinatorScript()
        script.committing = false
        #expect(store(script, 5) == nil)
        #expect(position(script, stable: true)?.error == .unstableOffsetCommit)
        script.fail(.notEnoughReplicas)
        #expect(position(script, stable: true)?.error == ErrorCode.none)
    }

    @Test func aCommitDoesNotUndoANewerPosition() {
        let script = CoordinatorScript()
        store(script, 5)
        script.commitOffset("c", 7)
        end(script, commit: true)
        #expect(position(script)?.offset == 7)
        // Of two transactions the position stored later counts, whichever ends first.
        store(script, 10, producer: 1)
        store(script, 20, producer: 2)
        end(script, commit: true, producer: 2)
        end(script, commit: true, producer: 1)
        #expect(position(script)?.offset == 20)
        store(script, 30, producer: 1)
        store(script, 40, producer: 2)
        end(script, commit: true, producer: 1)
        #expect(position(script)?.offset == 30)
        end(script, commit: true, producer: 2)
        #expect(position(script)?.offset == 40)
    }

    @Test(arguments: [true, false]) func openTransactionsSurviveAMove(_ commit: Bool) {
        let script = CoordinatorScript()
        script.commitOffset("c", 3)
        store(script, 5)
        script.reload()
        #expect(position(script)?.offset == 3)
        #expect(position(script, stable: true)?.error == .unstableOffsetCommit)
        end(script, commit: commit)
        #expect(position(script, stable: true)?.offset == (commit ? 5 : 3))
        script.reload()
        #expect(position(script, stable: true)?.offset == (commit ? 5 : 3))
    }

    @Test func deletedPositionsDoNotComeBack() {
        let script = CoordinatorScript()
        store(script, 5)
        script.take(script.coordinator.topicsDeleted(["t"], now: script.now))
        end(script, commit: true)
        #expect(position(script)?.offset == -1)
    }

    @Test func membersThatWereReplacedAreRefused() {
        let script = CoordinatorScript()
        #expect(store(script, 5, generation: 3) == .illegalGeneration)
        script.commitOffset("c", 1)
        #expect(store(script, 5, member: "nobody", generation: 3) == .unknownMemberId)
        #expect(store(script, 5) == ErrorCode.none)
    }

    @Test func aMarkerThatIsRefusedSaysWhy() {
        let script = CoordinatorScript()
        store(script, 5)
        script.committing = false
        end(script, commit: true)
        script.fail(.transactionCoordinatorFenced)
        #expect(script.transcript.last == "coordinator < TRANSACTION_COORDINATOR_FENCED")
        #expect(position(script, stable: true)?.error == .unstableOffsetCommit)
    }
}
