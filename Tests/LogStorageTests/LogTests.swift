import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import TestSupport
import Testing

@Suite struct LogTests {
    let fixture = Fixture()

    @Test func leaderAssignsOffsetsAndEpoch() throws {
        let log = try fixture.log()
        #expect(try log.lead(Batches.plain(["a", "b"]), epoch: 3).firstOffset == 0)
        let second = try log.lead(Batches.plain(["c"]), epoch: 3)
        #expect(second.firstOffset == 2 && second.lastOffset == 2)
        let read = try log.all()
        #expect(try Batches.values(read.records) == ["a", "b", "c"])
        #expect(try Batches.offsets(read.records) == [0, 1, 2])
        #expect(try RecordBatchReader.all(read.records).allSatisfy { $0.partitionLeaderEpoch == 3 && $0.isCRCValid })
        #expect(read.nextOffset == 3)
        #expect(log.latestEpoch == 3)
    }

    @Test func appendLeavesTheCallersBytesAlone() throws {
        let log = try fixture.log()
        let batch = try Batches.plain(["a"])
        let copy = batch
        try log.lead(Batches.plain(["x"]))
        try log.lead(batch, epoch: 9)
        #expect(try RecordBatch(copy).baseOffset == 0)
        #expect(try RecordBatch(copy).partitionLeaderEpoch == -1)
    }

    @Test func readsWholeBatchesWithinBounds() throws {
        let log = try fixture.log()
        for index in 0..<100 { try log.lead(Batches.plain(["value \(index)"])) }
        let size = try RecordBatchReader.all(log.all().records)[0].sizeInBytes
        // Larger than allowed, but a reader must make progress.
        #expect(try Batches.offsets(log.read(from: 7, maxBytes: 1, upTo: 100, now: 0).records) == [7])
        #expect(try log.read(from: 7, maxBytes: 1, upTo: 100, atLeastOne: false, now: 0).records.readableBytes == 0)
        #expect(try Batches.offsets(log.read(from: 50, maxBytes: size * 2 + 5, upTo: 100, now: 0).records) == [50, 51])
        #expect(try Batches.offsets(log.read(from: 97, maxBytes: 1 << 20, upTo: 99, now: 0).records) == [97, 98])
        #expect(try log.read(from: 100, maxBytes: 10, upTo: 100, now: 0).records.readableBytes == 0)
        #expect(throws: StorageError.offsetOutOfRange(101, start: 0, end: 100)) {
            try log.read(from: 101, maxBytes: 10, upTo: 100, now: 0)
        }
        #expect(try log.bytesAvailable(from: 0, upTo: 10, limit: 1 << 20) == size * 10)
    }

    @Test func everyOffsetIsFoundAcrossSegmentsAndIndexes() throws {
        fixture.config.segmentBytes = 20_000
        fixture.config.indexIntervalBytes = 500
        let log = try fixture.log()
        for index in 0..<600 { try log.lead(Batches.plain(["value \(index)", "more"])) }
        #expect(log.segmentCount >= 3)
        let reopened = try fixture.reopened()
        for log in [log, reopened] {
            for offset in stride(from: Offset(0), to: 1200, by: 7).reversed() {
                let read = try log.read(from: offset, maxBytes: 1, upTo: 1200, now: 0)
                #expect(try Batches.offsets(read.records).contains(offset))
            }
        }
        #expect(fixture.disk.bytes("/data/t-0/00000000000000000000.index")?.isEmpty == false)
    }

    @Test func followerKeepsOffsetsAndLearnsEpochs() throws {
        let leader = try fixture.log()
        try leader.lead(Batches.plain(["a", "b"]), epoch: 1)
        try leader.lead(Batches.plain(["c"]), epoch: 4)
        let other = Fixture()
        let follower = try other.log()
        let result = try follower.appendAsFollower(leader.all().records, now: 0)
        #expect(result.batches == 2 && follower.logEndOffset == 3)
        #expect(follower.epochs == leader.epochs)
        #expect(throws: StorageError.unexpectedOffset(0, expected: 3)) {
            try follower.appendAsFollower(leader.all().records, now: 0)
        }
        #expect(follower.endOffset(for: 1)?.endOffset == 2)
        #expect(follower.endOffset(for: 3)?.epoch == 1)
        #expect(follower.endOffset(for: 4)?.endOffset == 3)
        #expect(follower.endOffset(for: 5) == nil)
        #expect(follower.endOffset(for: 0)?.endOffset == 0)
    }

    /// Records were deleted up to the middle of a batch, and then a replica is added.
    @Test func aFollowerMayStartWithinABatch() throws {
        let leader = try Fixture().log()
        try leader.lead(Batches.plain(["a", "b", "c", "d"]))
        leader.setHighWatermark(4)
        try leader.raiseLogStart(to: 2)
        let follower = try Fixture().log()
        try follower.restart(at: 2, now: 0)
        let records = try leader.read(from: 2, maxBytes: 1 << 20, upTo: 4, now: 0).records
        try follower.appendAsFollower(records, now: 0)
        #expect(follower.logStartOffset == 0 && follower.logEndOffset == 4)
        follower.setHighWatermark(4)
        try follower.raiseLogStart(to: 2)
        #expect(try follower.all().records == leader.all().records)
        // A batch that is wholly below stays an error.
        let behind = try Fixture().log()
        try behind.restart(at: 9, now: 0)
        #expect(throws: StorageError.unexpectedOffset(0, expected: 9)) {
            try behind.appendAsFollower(records, now: 0)
        }
    }

    @Test func truncationDropsRecordsEpochsAndSegments() throws {
        fixture.config.segmentBytes = 400
        let log = try fixture.log()
        for index in 0..<20 { try log.lead(Batches.plain(["value \(index)"]), epoch: index < 10 ? 1 : 2) }
        log.setHighWatermark(20)
        try log.truncate(to: 7, now: 0)
        #expect(log.logEndOffset == 7 && log.highWatermark == 7)
        #expect(log.latestEpoch == 1)
        try log.lead(Batches.plain(["new"]), epoch: 3)
        #expect(
            try Batches.values(log.read(from: 6, maxBytes: 9999, upTo: 8, now: 0).records).last == "new"
                || log.segmentCount > 1)
        #expect(try Batches.values(log.read(from: 7, maxBytes: 9999, upTo: 8, now: 0).records) == ["new"])
        try log.restart(at: 500, now: 0)
        #expect(log.logStartOffset == 500 && log.logEndOffset == 500)
        #expect(try log.lead(Batches.plain(["x"]), epoch: 3).firstOffset == 500)
    }

    @Test func findsOffsetsByTimestamp() throws {
        fixture.config.segmentBytes = 1000
        fixture.config.indexIntervalBytes = 100
        let log = try fixture.log()
        for index in 0..<50 { try log.lead(Batches.plain(["v"], timestamp: 1000 + Int64(index) * 10)) }
        #expect(try log.offset(forTimestamp: 0, now: 0)?.offset == 0)
        #expect(try log.offset(forTimestamp: 1101, now: 0)?.offset == 11)
        #expect(try log.offset(forTimestamp: 1110, now: 0)?.offset == 11)
        #expect(try log.offset(forTimestamp: 1490, now: 0)?.timestamp == 1490)
        #expect(try log.offset(forTimestamp: 1491, now: 0) == nil)
        #expect(try log.offsetOfMaxTimestamp(now: 0)?.offset == 49)
        try log.lead(Batches.plain(["old"], timestamp: 5))
        #expect(try log.offsetOfMaxTimestamp(now: 0)?.offset == 49)
        let reopened = try fixture.reopened()
        #expect(try reopened.offset(forTimestamp: 1101, now: 0)?.offset == 11)
        #expect(try reopened.offsetOfMaxTimestamp(now: 0)?.offset == 49)
    }

    @Test func rollsByTimeOfRecords() throws {
        fixture.config.segmentMs = 1000
        let log = try fixture.log()
        try log.lead(Batches.plain(["a"], timestamp: 5000))
        try log.lead(Batches.plain(["b"], timestamp: 6000))
        #expect(log.segmentCount == 1)
        #expect(try log.lead(Batches.plain(["c"], timestamp: 6001)).rolled)
        #expect(log.segmentCount == 2)
    }

    @Test func retentionBySizeTimeAndStart() throws {
        fixture.config.segmentBytes = 300
        let log = try fixture.log()
        for index in 0..<20 { try log.lead(Batches.plain(["value"], timestamp: Int64(index) * 1000)) }
        let size = log.sizeInBytes
        log.config.retentionMs = -1
        log.config.retentionBytes = size / 2
        try log.applyRetention(now: 20_000)
        // Nothing is replicated yet, as far as the log was told.
        #expect(log.sizeInBytes == size)
        log.setHighWatermark(20)
        try log.applyRetention(now: 20_000)
        #expect(log.sizeInBytes >= size / 2 && log.sizeInBytes < size)
        #expect(log.logStartOffset > 0)
        log.config.retentionBytes = -1
        try log.raiseLogStart(to: 15)
        try log.applyRetention(now: 20_000)
        #expect(log.logStartOffset == 15)
        #expect(throws: (any Error).self) { try log.read(from: 14, maxBytes: 100, upTo: 20, now: 0) }
        log.config.retentionMs = 1000
        try log.applyRetention(now: 30_000)
        #expect(log.logStartOffset == 20 && log.sizeInBytes == 0)
        #expect(try log.lead(Batches.plain(["next"], timestamp: 30_000)).firstOffset == 20)
        #expect(log.dueDeletions(now: 30_000).isEmpty)
        let job = log.dueDeletions(now: 100_000)
        #expect(!job.isEmpty && job.run(fixture.disk).isEmpty)
        #expect(try fixture.disk.list("/data/t-0").allSatisfy { !$0.hasSuffix(".deleted") })
    }

    /// A broker leads for a moment and writes nothing; the next leader never hears of that epoch.
    @Test(arguments: [0, 1]) func anEpochWithoutRecordsGivesWayToTheLeaders(held: Int) throws {
        let leader = try Fixture().log()
        for _ in 0..<2 { try leader.lead(Batches.plain(["a"]), epoch: 0) }
        let all = try leader.all().records
        let follower = try Fixture().log()
        if held == 1 {
            try follower.appendAsFollower(leader.read(from: 0, maxBytes: 1, upTo: 2, now: 0).records, now: 0)
        }
        follower.startEpoch(2)
        let rest = held == 0 ? all : try leader.read(from: 1, maxBytes: 1, upTo: 2, now: 0).records
        try follower.appendAsFollower(rest, now: 0)
        #expect(follower.epochs.entries == [.init(epoch: 0, start: 0)])
        follower.startEpoch(6)
        #expect(follower.endOffset(for: 0)?.endOffset == 2, "who has the same records need not truncate")
    }

    @Test func startsAnEpochBeforeItsFirstBatch() throws {
        let log = try fixture.log()
        try log.lead(Batches.plain(["a"]), epoch: 1)
        log.startEpoch(2)
        #expect(log.endOffset(for: 1)?.endOffset == 1)
        #expect(log.endOffset(for: 2)?.endOffset == 1)
    }
}
