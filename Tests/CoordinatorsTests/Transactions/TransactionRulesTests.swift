import Coordinators
import KafkaProtocol
import NIOCore
import Testing

/// The rules of the transaction coordinator, one by one.
@Suite struct TransactionRulesTests {
    private let a = TopicPartition("a", 0)
    private let b = TopicPartition("b", 0)

    private func refused(_ error: ErrorCode) -> TransactionResponse { .refused(error) }

    // MARK: InitProducerId

    @Test func requestsThatCannotBeRight() {
        let script = TransactionScript()
        #expect(script.begin("p", "") == refused(.invalidRequest))
        #expect(script.begin("p", keeping: (5, -1)) == refused(.invalidRequest))
        #expect(script.begin("p", timeout: 0) == refused(.invalidTransactionTimeout))
        #expect(script.begin("p", timeout: 900_001) == refused(.invalidTransactionTimeout))
        #expect(script.log.isEmpty)
    }

    @Test func aProducerKeepsItsIDAndRepeatsALostRequest() {
        let script = TransactionScript()
        script.begin("p")
        #expect(script.begin("p", keeping: (1000, 0)) == .initialized(producerID: 1000, epoch: 1))
        // The answer got lost: the same again.
        #expect(script.begin("p", keeping: (1000, 0)) == .initialized(producerID: 1000, epoch: 1))
        #expect(script.begin("p", keeping: (1000, 1)) == .initialized(producerID: 1000, epoch: 2))
        #expect(script.begin("p", keeping: (1000, 0)) == refused(.producerFenced))
        #expect(script.begin("p", keeping: (77, 2)) == refused(.producerFenced))
        // The last epoch is not stored.
        script.move()
        #expect(script.begin("p", keeping: (1000, 1)) == refused(.producerFenced))
    }

    @Test func anExhaustedEpochBringsANewID() throws {
        let script = TransactionScript()
        script.begin("p")
        var value = try #require(script.log.last?.value)
        value.producerEpoch = Int16.max - 1
        let log = [TransactionRecord("t", value)]
        var loader = TransactionLoader(config: script.config, epoch: 8)
        for record in log { loader.replay(record) }
        script.coordinator = loader.finish(now: script.now).0
        #expect(script.begin("p", keeping: (1000, Int16.max - 1)) == .initialized(producerID: 1001, epoch: 0))
        // Repeated under the name of before.
        #expect(script.begin("p", keeping: (1000, Int16.max - 1)) == .initialized(producerID: 1001, epoch: 0))
    }

    // MARK: AddPartitionsToTxn

    @Test func onlyTheCurrentProducerAddsPartitions() {
        let script = TransactionScript()
        #expect(script.add("p", [a], as: (1000, 0)) == refused(.invalidProducerIdMapping))
        script.begin("p")
        #expect(script.add("p", [a], as: (999, 0)) == refused(.invalidProducerIdMapping))
        #expect(script.add("p", [a], as: (1000, 1)) == refused(.producerFenced))
        #expect(script.add("p", [a], as: (1000, 0)) == .done)
        let records = script.log.count
        // Partitions that are in need no record.
        #expect(script.add("p", [a], as: (1000, 0)) == .done)
        #expect(script.log.count == records)
        #expect(script.add("p", [b], as: (1000, 0)) == .done)
        #expect(script.coordinator.describe("t").topics.map(\.name) == ["a", "b"])
    }

    @Test func verificationKnowsTheOpenTransaction() {
        let script = TransactionScript()
        func verify(_ epoch: Int16 = 0) -> ErrorCode? {
            script.coordinator.verify([a], in: "t", producerID: 1000, epoch: epoch)[a]
        }
        #expect(verify() == .invalidProducerIdMapping)
        script.begin("p")
        #expect(verify() == .transactionAbortable)
        script.add("p", [a], as: (1000, 0))
        #expect(verify() == ErrorCode.none)
        #expect(verify(1) == .producerFenced)
        script.end("p", commit: true, as: (1000, 0))
        #expect(verify() == .concurrentTransactions)
        script.writeMarkers()
        #expect(verify() == .transactionAbortable)
    }

    // MARK: EndTxn

    @Test func endsThatDoNotFitTheState() {
        let script = TransactionScript()
        let p: (id: Int64, epoch: Int16) = (1000, 0)
        script.begin("p")
        #expect(script.end("p", commit: true, as: p) == refused(.invalidTxnState))
        script.add("p", [a], as: p)
        script.end("p", commit: true, as: p)
        #expect(script.end("p", commit: true, as: p) == refused(.concurrentTransactions))
        #expect(script.end("p", commit: false, as: p) == refused(.invalidTxnState))
        script.writeMarkers()
        #expect(script.end("p", commit: true, as: p) == .done)
        #expect(script.end("p", commit: false, as: p) == refused(.invalidTxnState))
        #expect(script.end("p", commit: true, as: (1000, 1)) == refused(.producerFenced))
        #expect(script.end("p", commit: true, as: (1, 0)) == refused(.invalidProducerIdMapping))
    }

    // MARK: Records

    @Test func whileARecordIsOnItsWayEverybodyWaits() {
        let script = TransactionScript()
        script.begin("p")
        script.committing = false
        #expect(script.add("p", [a], as: (1000, 0)) == nil)
        #expect(script.add("p", [b], as: (1000, 0)) == refused(.concurrentTransactions))
        #expect(script.end("p", commit: true, as: (1000, 0)) == refused(.concurrentTransactions))
        #expect(script.begin("q") == refused(.concurrentTransactions))
        script.commit()
        #expect(script.state() == "Ongoing")
    }

    @Test func aRecordThatFailsChangesNothing() {
        let script = TransactionScript()
        script.begin("p")
        script.committing = false
        script.add("p", [a], as: (1000, 0))
        script.fail(.notEnoughReplicas)
        #expect(script.transcript.last == "p < COORDINATOR_NOT_AVAILABLE")
        #expect(script.state() == "Empty")
        script.committing = true
        #expect(script.add("p", [a], as: (1000, 0)) == .done)
    }

    @Test func anUnknownOutcomeKeepsTheIDClosed() {
        let script = TransactionScript()
        script.begin("p", timeout: 5_000)
        script.committing = false
        script.add("p", [a], as: (1000, 0))
        script.advance(5_001)
        #expect(script.transcript.last == "p < COORDINATOR_NOT_AVAILABLE")
        #expect(script.add("p", [a], as: (1000, 0)) == refused(.concurrentTransactions))
        script.commit()
        #expect(script.state() == "Ongoing")
    }

    @Test func aFailedFenceRaisesTheEpochOnce() {
        let script = TransactionScript()
        script.begin("old")
        script.add("old", [a], as: (1000, 0))
        script.committing = false
        script.begin("new")
        script.fail(.notEnoughReplicas)
        #expect(script.transcript.last == "new < COORDINATOR_NOT_AVAILABLE")
        script.committing = true
        // The old producer is fenced although nothing was stored.
        #expect(script.end("old", commit: true, as: (1000, 0)) == refused(.producerFenced))
        script.begin("new")
        #expect(script.markers.first?.producerEpoch == 1)
    }

    @Test func theEndIsStoredInSpiteOfFailures() {
        let script = TransactionScript()
        script.begin("p")
        script.add("p", [a], as: (1000, 0))
        script.end("p", commit: true, as: (1000, 0))
        script.committing = false
        script.writeMarkers()
        script.fail(.notEnoughReplicas)
        #expect(script.state() == "PrepareCommit")
        script.committing = true
        script.advance(200)
        #expect(script.state() == "CompleteCommit")
    }

    @Test func aClockThatWasAheadKeepsNoTransactionOpen() {
        let script = TransactionScript()
        script.begin("p", timeout: 5_000)
        script.add("p", [a], as: (1000, 0))
        script.now -= 3_600_000
        script.move()
        script.advance(20_000)
        script.writeMarkers()
        #expect(script.state() == "CompleteAbort")
    }

    // MARK: Expiry and admin

    @Test func restingIDsAreForgotten() {
        let script = TransactionScript { $0.idExpirationMs = 10_000_000 }
        script.begin("p")
        script.begin("q", "open")
        script.add("q", [a], "open", as: (1001, 0))
        script.advance(10_000_000 - 3_600_000)
        #expect(script.state() == "Empty")
        script.advance(10_000_000)
        #expect(script.coordinator.describe("t").errorCode == .transactionalIdNotFound)
        #expect(script.log.last == TransactionRecord("t", nil))
        // The other was aborted for its time, and rests since.
        #expect(script.state("open") == "PrepareAbort")
    }

    @Test func listsPassFilters() {
        let script = TransactionScript()
        script.begin("p")
        script.begin("q", "u")
        script.add("q", [a], "u", as: (1001, 0))
        func list(_ change: (inout ListTransactionsRequest) -> Void) -> [String] {
            var request = ListTransactionsRequest()
            change(&request)
            return script.coordinator.list(request, now: script.now + 1_000).map(\.transactionalID)
        }
        #expect(list { _ in } == ["t", "u"])
        #expect(list { $0.stateFilters = ["Ongoing"] } == ["u"])
        #expect(list { $0.stateFilters = ["Nonsense"] }.isEmpty)
        #expect(list { $0.producerIDFilters = [1000] } == ["t"])
        #expect(list { $0.durationFilter = 999 } == ["u"])
        #expect(list { $0.durationFilter = 1_000 }.isEmpty)
    }

    @Test func resigningAnswersEverybody() {
        let script = TransactionScript()
        script.begin("p")
        script.committing = false
        script.add("p", [a], as: (1000, 0))
        script.move()
        #expect(script.transcript.contains("p < NOT_COORDINATOR"))
        #expect(script.state() == "Empty")
    }

    // MARK: Bytes

    /// Packed by another library from Kafka's schemas.
    private static let key = "0000000474782d31"
    private static let values = [
        "00000000000000000fa100030000ea60010000000100066f72646572730000000200000000000000020000018bcfe568050000018bcfe56800",
        "00010000000000000fa100030000ea600102076f7264657273030000000000000002000000018bcfe568050000018bcfe5680000",
    ]

    private static func bytes(_ hex: String) -> ByteBuffer {
        let digits = hex.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        return ByteBuffer(bytes: stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    @Test(arguments: [0, 1]) func recordsReadAsKafkaWritesThem(_ version: Int) throws {
        let original = EncodedRecord(key: Self.bytes(Self.key), value: Self.bytes(Self.values[version]))
        let record = try #require(try TransactionRecord.decode(original))
        #expect(record.transactionalID == "tx-1")
        let value = try #require(record.value)
        #expect(value.producerID == 4001 && value.producerEpoch == 3 && value.timeoutMs == 60_000)
        #expect(value.status == TransactionState.ongoing.rawValue)
        #expect(value.partitions?.map(\.name) == ["orders"] && value.partitions?.first?.partitions == [0, 2])
        #expect(value.lastUpdateTimestamp == 1_700_000_000_005 && value.startTimestamp == 1_700_000_000_000)
        // Two bytes of version, then the fields.
        let fields = try value.encoded(version: Int16(version), flexible: version >= 1)
        #expect(fields == original.value?.getSlice(at: 2, length: fields.readableBytes))
        if version == 0 { #expect(try record.encoded() == original) }
    }

    @Test func unreadableRecordsAreCountedAndLeftOut() {
        var loader = TransactionLoader(config: TransactionConfig(), epoch: 0)
        loader.replay(EncodedRecord(key: Self.bytes(Self.key), value: ByteBuffer(bytes: [0, 9])))
        // A key of a version to come.
        loader.replay(EncodedRecord(key: ByteBuffer(bytes: [0, 7, 1]), value: nil))
        #expect(loader.unreadable == 1)
    }
}
