import KafkaProtocol
import KafkaRecords
import NIOCore
import TestSupport
import Testing

@testable import Broker

/// Transactions on a whole broker, as producers and consumers see them.
@Suite struct TransactionalBrokerTests {
    @Test func onlyWhatIsCommittedIsSeen() throws {
        let client = try Client()
        try client.begin()
        #expect(try client.add() == ErrorCode.none)
        #expect(try client.send("a", sequence: 0) == ErrorCode.none)
        #expect(try client.send("b", sequence: 1) == ErrorCode.none)
        #expect(try client.read() == [])
        #expect(try client.end(commit: true) == ErrorCode.none)
        #expect(try client.read() == ["a", "b"])
        // The next transaction begins when the markers of the first are written.
        #expect(try client.add() == ErrorCode.none)
        #expect(try client.send("c", sequence: 2) == ErrorCode.none)
        #expect(try client.end(commit: false) == ErrorCode.none)
        client.broker.run(for: 1_000)
        let fetched = try client.fetch(isolation: 1)
        #expect(fetched.abortedTransactions?.map(\.firstOffset) == [3])
        #expect(fetched.lastStableOffset == 5 && fetched.highWatermark == 5)
        #expect(try client.read() == ["a", "b"])
        #expect(try client.fetch(isolation: 0).abortedTransactions == nil)
        #expect(try client.latest(isolation: 1) == 5)
    }

    @Test func batchesThatBelongToNoTransactionAreRefused() throws {
        let client = try Client()
        try client.begin()
        // The partition was not added.
        #expect(try client.send("a", sequence: 0, version: 11) == .transactionAbortable)
        #expect(try client.send("a", sequence: 0, version: 10) == .invalidTxnState)
        _ = try client.add()
        #expect(try client.send("a", sequence: 0) == ErrorCode.none)
        #expect(try client.end(commit: true) == ErrorCode.none)
        client.broker.run(for: 1_000)
        // It comes too late for its transaction, and must not open one that nobody ends (KIP-890).
        #expect(try client.send("late", sequence: 1) == .transactionAbortable)
        #expect(try client.latest(isolation: 1) == client.latest(isolation: 0))
        // Transactional batches come under a transactional id, and of its present epoch.
        #expect(try client.send("a", sequence: 0, transactionalID: nil) == .transactionalIdAuthorizationFailed)
        client.epoch += 1
        #expect(try client.send("b", sequence: 0) == .invalidProducerEpoch)
    }

    @Test func withoutVerificationTheBrokerTrustsItsProducers() throws {
        let client = try Client(["transaction.partition.verification.enable": "false"])
        try client.begin()
        #expect(try client.send("a", sequence: 0) == ErrorCode.none)
        #expect(try client.describeProducers().first?.currentTxnStartOffset == 0)
    }

    @Test func anOpenTransactionSurvivesAKill() throws {
        let client = try Client()
        try client.begin()
        _ = try client.add()
        _ = try client.send("a", sequence: 0)
        try client.broker.restart()
        #expect(try client.describeProducers().map(\.currentTxnStartOffset) == [0])
        #expect(try client.state() == "Ongoing")
        #expect(try client.read() == [])
        // It is open here, so that no question is asked.
        #expect(try client.send("b", sequence: 1) == ErrorCode.none)
        #expect(try client.end(commit: true) == ErrorCode.none)
        #expect(try client.read() == ["a", "b"])
        try client.broker.restart()
        #expect(try client.read() == ["a", "b"])
    }

    @Test func theCoordinatorAbortsWhatTakesTooLong() throws {
        let client = try Client()
        try client.begin(timeout: 1_000)
        _ = try client.add()
        _ = try client.send("a", sequence: 0)
        client.broker.run(for: 15_000) { (try? client.state()) == "CompleteAbort" }
        #expect(try client.state() == "CompleteAbort")
        #expect(try client.send("b", sequence: 1) == .invalidProducerEpoch)
        #expect(try client.end(commit: true) == .producerFenced)
        #expect(try client.latest(isolation: 1) == 2)
    }

    @Test func positionsCountFromTheCommitOn() throws {
        let client = try Client()
        try client.begin()
        // The group's partition was not added.
        #expect(try client.store(5) == .transactionAbortable)
        #expect(try client.addOffsets() == ErrorCode.none)
        #expect(try client.store(5) == ErrorCode.none)
        #expect(try client.position(stable: true).errorCode == .unstableOffsetCommit)
        #expect(try client.position(stable: false).committedOffset == -1)
        try client.broker.restart()
        #expect(try client.position(stable: true).errorCode == .unstableOffsetCommit)
        #expect(try client.end(commit: true) == ErrorCode.none)
        client.broker.run(for: 1_000)
        #expect(try client.position(stable: true).committedOffset == 5)
        try client.broker.restart()
        #expect(try client.position(stable: true).committedOffset == 5)
    }
}

/// One producer with the transactional id `t`, writing to the topic `data`.
private final class Client {
    let broker: LoneBroker
    private var producerID: Int64 = -1
    var epoch: Int16 = -1

    init(_ settings: [String: String] = [:]) throws {
        broker = try LoneBroker(settings)
        try broker.create("data")
    }

    /// Repeats a request while the answer is of the passing kind.
    private func again<T>(_ code: (T) -> ErrorCode, _ body: () throws -> T) throws -> T {
        for _ in 0..<200 {
            let answer = try body()
            guard code(answer).isRetriable else { return answer }
            broker.run(for: 50)
        }
        return try body()
    }

    func begin(timeout: Int32 = 60_000) throws {
        var find = FindCoordinatorRequest()
        find.coordinatorKeys = ["t"]
        find.keyType = FindCoordinatorRequest.KeyType.transaction.rawValue
        _ = try again({ $0.coordinators.first?.errorCode ?? .none }) { try broker.call(find, 4) }
        var request = InitProducerIdRequest()
        request.transactionalID = "t"
        request.transactionTimeoutMs = timeout
        let answer = try again(\.errorCode) { try broker.call(request, 5) }
        #expect(answer.errorCode == ErrorCode.none)
        producerID = answer.producerID
        epoch = answer.producerEpoch
    }

    func add() throws -> ErrorCode {
        var request = AddPartitionsToTxnRequest()
        request.transactionalID = "t"
        request.producerID = producerID
        request.producerEpoch = epoch
        request.topics = [.init("data", [0])]
        let answer = try again({ $0.topics.first?.partitions.first?.errorCode ?? .none }) {
            try broker.call(request, 3)
        }
        return answer.topics.first?.partitions.first?.errorCode ?? .unknownServerError
    }

    func end(commit: Bool) throws -> ErrorCode {
        var request = EndTxnRequest()
        request.transactionalID = "t"
        request.producerID = producerID
        request.producerEpoch = epoch
        request.committed = commit
        let code = try again(\.errorCode) { try broker.call(request, 4) }.errorCode
        // The answer does not wait for the markers.
        broker.run(for: 100)
        return code
    }

    func send(
        _ value: String, sequence: Int32, version: Int16 = 11, transactionalID: String? = "t"
    ) throws -> ErrorCode {
        var builder = RecordBatchBuilder()
        builder.producerID = producerID
        builder.producerEpoch = epoch
        builder.baseSequence = sequence
        builder.isTransactional = true
        builder.append(timestamp: broker.clock.wall, value: ByteBuffer(string: value))
        var request = ProduceRequest(try builder.build().bytes, to: "data")
        request.transactionalID = transactionalID
        let answer = try broker.call(request, version)
        return answer.responses.first?.partitionResponses.first?.errorCode ?? .unknownServerError
    }

    func fetch(isolation: Int8) throws -> FetchResponse.Partition {
        var request = FetchRequest("data")
        request.maxBytes = 1 << 20
        request.isolationLevel = isolation
        return try #require(try broker.call(request, 12).responses.first?.partitions.first)
    }

    /// The values that a read_committed consumer hands on.
    func read() throws -> [String] {
        let fetched = try fetch(isolation: 1)
        let aborted = Set((fetched.abortedTransactions ?? []).map(\.firstOffset))
        return try RecordBatchReader.all(fetched.records ?? ByteBuffer()).flatMap { batch -> [String] in
            // The transactions here have one batch, or are committed.
            guard !batch.attributes.isControl, !aborted.contains(batch.baseOffset) else { return [] }
            return try batch.records().map { $0.value.map { String(buffer: $0) } ?? "" }
        }
    }

    func latest(isolation: Int8) throws -> Offset? {
        var partition = ListOffsetsRequest.Partition()
        partition.timestamp = ListOffsetsRequest.latest
        var topic = ListOffsetsRequest.Topic()
        topic.name = "data"
        topic.partitions = [partition]
        var request = ListOffsetsRequest()
        request.isolationLevel = isolation
        request.topics = [topic]
        return try broker.call(request, 7).topics.first?.partitions.first?.offset
    }

    func describeProducers() throws -> [DescribeProducersResponse.ProducerState] {
        var request = DescribeProducersRequest()
        request.topics = [.init("data", [0])]
        return try broker.call(request, 0).topics.first?.partitions.first?.activeProducers ?? []
    }

    func state() throws -> String {
        var request = DescribeTransactionsRequest()
        request.transactionalIDs = ["t"]
        let answer = try again({ $0.transactionStates.first?.errorCode ?? .none }) { try broker.call(request, 0) }
        return answer.transactionStates.first?.transactionState ?? ""
    }

    // MARK: Positions

    func addOffsets() throws -> ErrorCode {
        var request = AddOffsetsToTxnRequest()
        request.transactionalID = "t"
        request.producerID = producerID
        request.producerEpoch = epoch
        request.groupID = "g"
        return try again(\.errorCode) { try broker.call(request, 3) }.errorCode
    }

    func store(_ offset: Offset) throws -> ErrorCode {
        var request = TxnOffsetCommitRequest(offset, of: "data", group: "g", producer: producerID)
        request.transactionalID = "t"
        request.producerEpoch = epoch
        let code: (TxnOffsetCommitResponse) -> ErrorCode = { $0.topics.first?.partitions.first?.errorCode ?? .none }
        var find = FindCoordinatorRequest()
        find.coordinatorKeys = ["g"]
        _ = try again({ $0.coordinators.first?.errorCode ?? .none }) { try broker.call(find, 4) }
        return code(try again(code) { try broker.call(request, 4) })
    }

    func position(stable: Bool) throws -> OffsetFetchResponse.Partition {
        var request = OffsetFetchRequest(of: "data", group: "g")
        request.requireStable = stable
        let answer = try again({ $0.groups.first?.errorCode ?? .none }) { try broker.call(request, 8) }
        return try #require(answer.groups.first?.topics.first?.partitions.first)
    }
}
