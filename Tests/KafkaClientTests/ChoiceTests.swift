import KafkaProtocol
import KafkaRecords
import NIOCore
import Testing

@testable import KafkaClient

@Suite struct ChoiceTests {
    @Test func rangeGivesRunsAndTheFirstOneMore() {
        let assignment = RangeAssignor.assign(
            ["a": ["t", "u"], "b": ["t"], "c": ["t", "missing"]], counts: ["t": 7, "u": 2])
        #expect(assignment["a"] == [("t", 0), ("t", 1), ("t", 2), ("u", 0), ("u", 1)].map { TopicPartition($0, $1) })
        #expect(assignment["b"] == [3, 4].map { TopicPartition("t", $0) })
        #expect(assignment["c"] == [5, 6].map { TopicPartition("t", $0) })
    }

    @Test func rangeGivesEveryPartitionOnce() {
        for members in 1..<6 {
            for partitions in 0..<12 {
                let names = (0..<members).map { "m\($0)" }
                let assignment = RangeAssignor.assign(
                    Dictionary(uniqueKeysWithValues: names.map { ($0, ["t"]) }), counts: ["t": Int32(partitions)])
                let all = assignment.values.flatMap { $0 }.sorted()
                #expect(all == (0..<partitions).map { TopicPartition("t", Int32($0)) })
                let sizes = assignment.values.map(\.count)
                #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
            }
        }
    }

    @Test func recordsWithoutKeyStayUntilABatchIsFull() throws {
        var partitioner = Partitioner()
        var generator = SystemRandomNumberGenerator()
        let record = ProducerRecord(topic: "t", value: ByteBuffer(string: "v"))
        var seen: [Int32] = []
        for _ in 0..<30 {
            seen.append(
                try partitioner.partition(
                    for: record, count: 8, available: [1, 5], turn: record.size * 10, using: &generator))
        }
        #expect(Set(seen) == [1, 5])
        #expect(Set(seen[0..<10]).count == 1 && Set(seen[10..<20]).count == 1 && seen[0] != seen[10])
    }

    @Test func keysAndPartitionsAreHeeded() throws {
        var partitioner = Partitioner()
        var generator = SystemRandomNumberGenerator()
        var record = ProducerRecord(topic: "t", key: ByteBuffer(string: "21"), value: nil)
        let keyed = try partitioner.partition(for: record, count: 50, available: [3], turn: 1, using: &generator)
        #expect(keyed == 40)
        record.partition = 7
        #expect(try partitioner.partition(for: record, count: 8, available: [], turn: 1, using: &generator) == 7)
        #expect(throws: ClientError.self) {
            try partitioner.partition(for: record, count: 7, available: [], turn: 1, using: &generator)
        }
    }

    private func batch(_ offset: Int64, producer: Int64 = -1, count: Int = 2) throws -> RecordBatch {
        var builder = RecordBatchBuilder(baseOffset: offset)
        if producer >= 0 {
            builder.producerID = producer
            builder.producerEpoch = 0
            builder.baseSequence = 0
            builder.isTransactional = true
        }
        for index in 0..<count { builder.append(timestamp: 0, value: ByteBuffer(string: "\(offset) \(index)")) }
        return try builder.build()
    }

    private func marker(_ offset: Int64, producer: Int64, commit: Bool) throws -> RecordBatch {
        var batch = try TransactionMarker(
            producerID: producer, producerEpoch: 0, isCommit: commit, coordinatorEpoch: 0
        ).batch(timestamp: 0)
        batch.assign(baseOffset: offset, partitionLeaderEpoch: 0)
        return batch
    }

    private func joined(_ batches: [RecordBatch]) -> ByteBuffer {
        batches.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1.bytes) }
    }

    @Test func abortedRecordsAndMarkersAreLeftOut() throws {
        let bytes = joined([
            try batch(0), try batch(2, producer: 1), try batch(4, producer: 2),
            try marker(6, producer: 1, commit: false), try batch(7, producer: 1),
            try marker(9, producer: 1, commit: true), try marker(10, producer: 2, commit: true),
        ])
        var aborted = FetchResponse.AbortedTransaction()
        aborted.producerID = 1
        aborted.firstOffset = 2
        let committed = try FetchedPartition(bytes, from: 0, aborted: [aborted])
        #expect(committed.records.map(\.offset) == [0, 1, 4, 5, 7, 8])
        #expect(committed.nextOffset == 11)
        #expect(try FetchedPartition(bytes, from: 0).records.map(\.offset) == [0, 1, 2, 3, 4, 5, 7, 8])
    }

    /// A few compressed bytes may unfold to very many: what does not find room is left for the next fetch.
    @Test func whatDoesNotFindRoomIsLeftForLater() throws {
        func zeros(_ offset: Int64, _ bytes: Int) throws -> RecordBatch {
            var builder = RecordBatchBuilder(compression: .lz4, baseOffset: offset)
            builder.append(timestamp: 1, key: nil, value: ByteBuffer(repeating: 0, count: bytes))
            return try builder.build()
        }
        let bytes = joined([try zeros(0, 50_000), try zeros(1, 50_000), try zeros(2, 50_000)])
        let two = try FetchedPartition(bytes, from: 0, room: 60_000)
        #expect(two.records.map(\.offset) == [0, 1] && two.nextOffset == 2 && two.unpacked >= 100_000)
        let one = try FetchedPartition(bytes, from: 2, room: 1)
        #expect(one.records.map(\.offset) == [2] && one.nextOffset == 3, "what is before the offset takes no room")
        #expect(throws: RecordsError.tooLarge(limit: 40_000)) { try FetchedPartition(bytes, from: 0, largest: 40_000) }
        let passed = try FetchedPartition(bytes, from: 0, passesDamage: true, largest: 40_000)
        #expect(passed.records.isEmpty && passed.damaged.count == 3 && passed.nextOffset == 3)
    }

    @Test func tailsAndHeadsAreCutAndDamageEndsTheResult() throws {
        let first = try batch(0, count: 5)
        let second = try batch(5)
        let whole = joined([first, second])
        let fetched = try FetchedPartition(
            whole.getSlice(at: 0, length: whole.readableBytes - 1) ?? ByteBuffer(), from: 3)
        #expect(fetched.records.map(\.offset) == [3, 4] && fetched.nextOffset == 5)
        var damaged = whole
        damaged.setInteger(UInt8(0xff), at: whole.readableBytes - 3)
        #expect(try FetchedPartition(damaged, from: 0).nextOffset == 5)
        let tail = damaged.getSlice(at: first.sizeInBytes, length: second.sizeInBytes) ?? ByteBuffer()
        #expect(throws: RecordsError.crcMismatch) { try FetchedPartition(tail, from: 5) }
    }

    @Test func damageIsPassedOverAndTold() throws {
        let batches = [try batch(0, count: 5), try batch(5, count: 2), try batch(7)]
        var bytes = joined(batches)
        let end = batches[0].sizeInBytes + batches[1].sizeInBytes
        bytes.setInteger(UInt8(0xff), at: bytes.readerIndex + end - 3)
        let fetched = try FetchedPartition(bytes, from: 0, passesDamage: true)
        #expect(fetched.records.map(\.offset) == [0, 1, 2, 3, 4, 7, 8])
        #expect(fetched.damaged.map(\.batch.baseOffset) == [5] && fetched.damaged.map(\.batch.lastOffset) == [6])
        #expect(fetched.damaged.first?.error as? RecordsError == .crcMismatch)
        #expect(fetched.nextOffset == 9)
        #expect(try FetchedPartition(bytes, from: 7, passesDamage: true).damaged.isEmpty)
    }
}
