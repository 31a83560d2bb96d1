import Coordinators
import KafkaProtocol
import Testing

/// The life of transactions, as the messages tell it: `>` asks, `<` answers, `log:` is what the coordinator stores before
/// it answers, `leaders:` are the markers in the partitions.
@Suite struct TransactionTranscriptTests {
    private let a = TopicPartition("a", 0)
    private let b = TopicPartition("b", 1)

    @Test func commitThenAbort() {
        let script = TransactionScript()
        script.begin("p")
        script.add("p", [a, b], as: (1000, 0))
        script.end("p", commit: true, as: (1000, 0))
        script.note("the next transaction has to wait for the markers")
        script.add("p", [a], as: (1000, 0))
        script.writeMarkers()
        script.add("p", [a], as: (1000, 0))
        script.end("p", commit: false, as: (1000, 0))
        script.writeMarkers()
        #expect(
            script.text == """
                p > InitProducerId t
                  log: t Empty 1000/0
                p < producer 1000, epoch 0
                p > AddPartitionsToTxn t as 1000/0: a-0 b-1
                  log: t Ongoing 1000/0 a-0 b-1
                p < ok
                p > EndTxn t as 1000/0: COMMIT
                  log: t PrepareCommit 1000/0 a-0 b-1
                p < ok
                -- the next transaction has to wait for the markers
                p > AddPartitionsToTxn t as 1000/0: a-0
                p < CONCURRENT_TRANSACTIONS
                leaders: COMMIT of 1000/0 by coordinator 7 in a-0 b-1
                  log: t CompleteCommit 1000/0
                p > AddPartitionsToTxn t as 1000/0: a-0
                  log: t Ongoing 1000/0 a-0
                p < ok
                p > EndTxn t as 1000/0: ABORT
                  log: t PrepareAbort 1000/0 a-0
                p < ok
                leaders: ABORT of 1000/0 by coordinator 7 in a-0
                  log: t CompleteAbort 1000/0
                """)
    }

    @Test func aSecondProducerFencesTheFirst() {
        let script = TransactionScript()
        script.begin("old")
        script.add("old", [a], as: (1000, 0))
        script.note("the same transactional id starts elsewhere: what the old producer left open is aborted first")
        script.begin("new")
        script.writeMarkers()
        script.begin("new")
        script.end("old", commit: true, as: (1000, 0))
        script.add("new", [a], as: (1000, 2))
        #expect(
            script.text == """
                old > InitProducerId t
                  log: t Empty 1000/0
                old < producer 1000, epoch 0
                old > AddPartitionsToTxn t as 1000/0: a-0
                  log: t Ongoing 1000/0 a-0
                old < ok
                -- the same transactional id starts elsewhere: what the old producer left open is aborted first
                new > InitProducerId t
                  log: t PrepareAbort 1000/1 a-0
                new < CONCURRENT_TRANSACTIONS
                leaders: ABORT of 1000/1 by coordinator 7 in a-0
                  log: t CompleteAbort 1000/1
                new > InitProducerId t
                  log: t Empty 1000/2
                new < producer 1000, epoch 2
                old > EndTxn t as 1000/0: COMMIT
                old < PRODUCER_FENCED
                new > AddPartitionsToTxn t as 1000/2: a-0
                  log: t Ongoing 1000/2 a-0
                new < ok
                """)
    }

    @Test func aDecisionOutlivesItsCoordinator() {
        let script = TransactionScript()
        script.begin("p")
        script.add("p", [a, b], as: (1000, 0))
        script.end("p", commit: true, as: (1000, 0))
        script.note("one leader has the marker when the coordinator dies")
        if let ending = script.markers.first { script.written(ending, [a]) }
        script.move()
        script.writeMarkers()
        script.note("the producer had no answer and asks again")
        script.end("p", commit: true, as: (1000, 0))
        #expect(
            script.text == """
                p > InitProducerId t
                  log: t Empty 1000/0
                p < producer 1000, epoch 0
                p > AddPartitionsToTxn t as 1000/0: a-0 b-1
                  log: t Ongoing 1000/0 a-0 b-1
                p < ok
                p > EndTxn t as 1000/0: COMMIT
                  log: t PrepareCommit 1000/0 a-0 b-1
                p < ok
                -- one leader has the marker when the coordinator dies
                -- the coordinator moves: epoch 8
                leaders: COMMIT of 1000/0 by coordinator 8 in a-0 b-1
                  log: t CompleteCommit 1000/0
                -- the producer had no answer and asks again
                p > EndTxn t as 1000/0: COMMIT
                p < ok
                """)
    }

    @Test func aTransactionThatTakesTooLongIsAborted() {
        let script = TransactionScript()
        script.begin("p", timeout: 5_000)
        script.add("p", [a], as: (1000, 0))
        script.advance(20_000)
        script.writeMarkers()
        script.end("p", commit: true, as: (1000, 0))
        #expect(
            script.text == """
                p > InitProducerId t
                  log: t Empty 1000/0
                p < producer 1000, epoch 0
                p > AddPartitionsToTxn t as 1000/0: a-0
                  log: t Ongoing 1000/0 a-0
                p < ok
                  log: t PrepareAbort 1000/1 a-0
                leaders: ABORT of 1000/1 by coordinator 7 in a-0
                  log: t CompleteAbort 1000/1
                p > EndTxn t as 1000/0: COMMIT
                p < PRODUCER_FENCED
                """)
    }
}
