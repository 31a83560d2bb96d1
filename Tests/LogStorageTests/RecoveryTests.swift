import KafkaProtocol
import LogStorage
import NIOCore
import TestSupport
import Testing

@Suite struct RecoveryTests {
    let fixture = Fixture()
    let file = "/data/t-0/00000000000000000000.log"

    @Test func cleanStopKeepsEverything() throws {
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        for index in 0..<10 { try log.lead(Batches.plain(["\(index)"]), epoch: 5) }
        log.setHighWatermark(8)
        try manager.close(brokerEpoch: 77, now: 0)
        // Everything was synced: power loss changes nothing.
        fixture.disk.crash()
        let again = try fixture.open()
        #expect(again.wasClean && again.previousBrokerEpoch == 77)
        let reopened = try #require(again.log(Fixture.partition))
        #expect(reopened.logEndOffset == 10 && reopened.highWatermark == 8 && reopened.recoveryPoint == 10)
        #expect(reopened.latestEpoch == 5)
        #expect(reopened.topicID == Fixture.topicID)
        fixture.disk.killProcess()
        #expect(try !fixture.open().wasClean)
    }

    /// Found as seed 343090: the mark of the stop before came back with the power, and a log with a hole was believed.
    @Test func theMarkOfAStopDoesNotComeBackWithThePower() throws {
        fixture.config.segmentBytes = 200
        let first = try fixture.open()
        let log = try first.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        try log.lead(Batches.plain(["zero"]))
        try first.close(brokerEpoch: 77, now: 0)
        fixture.disk.crash()
        let manager = try fixture.open()
        #expect(manager.wasClean)
        let again = try #require(manager.log(Fixture.partition))
        again.config = fixture.config
        for index in 1..<20 { try again.lead(Batches.plain(["\(index)"])) }
        fixture.disk.crash()
        let last = try fixture.open()
        #expect(!last.wasClean && last.previousBrokerEpoch == -1)
        let left = try #require(last.log(Fixture.partition))
        #expect(try Batches.offsets(left.all().records) == Array(0..<left.logEndOffset))
    }

    @Test func onlyWhoDiedInTheSameBootWithWholeLogsIsTrusted() throws {
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        try log.lead(Batches.plain(["one"]), epoch: 1)
        manager.began(brokerEpoch: 41)
        fixture.disk.killProcess()
        let killed = try fixture.open()
        #expect(!killed.wasClean && killed.previousBrokerEpoch == 41)
        fixture.disk.killProcess()
        #expect(try fixture.open().previousBrokerEpoch == 41, "a start that came to nothing proves nothing less")
        let whole = try #require(fixture.disk.bytes(file))
        fixture.disk.setBytes(file, Array(whole.dropLast()))
        fixture.disk.killProcess()
        #expect(try fixture.open().previousBrokerEpoch == -1, "a log is cut")
        fixture.disk.setBytes("/data/running", Array("nonsense".utf8))
        fixture.disk.killProcess()
        #expect(try fixture.open().previousBrokerEpoch == -1)
        try fixture.disk.syncDirectory("/data")
        fixture.disk.killProcess()
        try fixture.open().began(brokerEpoch: 42)
        try fixture.disk.syncDirectory("/data")
        fixture.disk.crash()
        #expect(try fixture.open().previousBrokerEpoch == -1, "the power was gone")
    }

    @Test func tornTailIsCutAtEveryLength() throws {
        let log = try fixture.log()
        try log.lead(Batches.plain(["one"]), epoch: 1)
        try log.lead(Batches.plain(["two"]), epoch: 2)
        let whole = try #require(fixture.disk.bytes(file))
        for length in 0...whole.count {
            fixture.disk.setBytes(file, Array(whole.prefix(length)))
            let reopened = try fixture.reopened()
            let expected: Offset = length < whole.count / 2 ? 0 : length < whole.count ? 1 : 2
            #expect(reopened.logEndOffset == expected)
            #expect(try Batches.values(reopened.all().records) == Array(["one", "two"].prefix(Int(expected))))
            #expect(reopened.latestEpoch == [nil, 1, 2][Int(expected)])
        }
    }

    @Test func everyDamagedByteIsFound() throws {
        let log = try fixture.log()
        try log.lead(Batches.plain(["one"]))
        let first = try #require(fixture.disk.bytes(file)).count
        try log.lead(Batches.plain(["two"]))
        let whole = try #require(fixture.disk.bytes(file))
        for index in first..<whole.count {
            var damaged = whole
            damaged[index] ^= 0xff
            fixture.disk.setBytes(file, damaged)
            let reopened = try fixture.reopened()
            // Base offset and leader epoch lie outside of the checksum.
            if (first..<first + 8).contains(index) || (first + 12..<first + 16).contains(index) { continue }
            #expect(reopened.logEndOffset == 1)
            #expect(try Batches.values(reopened.all().records) == ["one"])
        }
        #expect(fixture.reports.contains { $0.contains("corrupt") })
    }

    @Test func lostAndBrokenIndexesAreMadeAnew() throws {
        fixture.config.indexIntervalBytes = 200
        let log = try fixture.log()
        for index in 0..<100 { try log.lead(Batches.plain(["\(index)"], timestamp: Int64(index))) }
        try log.close(now: 0)
        for suffix in [".index", ".timeindex"] {
            let path = "/data/t-0/00000000000000000000" + suffix
            let good = try #require(fixture.disk.bytes(path))
            #expect(!good.isEmpty)
            for broken in [[], [UInt8](repeating: 0, count: 800), [UInt8](repeating: 0xff, count: 801)] {
                fixture.disk.setBytes(path, broken)
                let reopened = try fixture.reopened()
                #expect(try Batches.offsets(reopened.read(from: 55, maxBytes: 1, upTo: 100, now: 0).records) == [55])
                #expect(try reopened.offset(forTimestamp: 55, now: 0)?.offset == 55)
                #expect(fixture.disk.bytes(path) == good)
            }
        }
    }

    @Test func powerLossKeepsWhatWasFlushed() throws {
        let log = try fixture.log()
        for index in 0..<5 { try log.lead(Batches.plain(["\(index)"])) }
        try log.flush(now: 0)
        #expect(log.recoveryPoint == 5)
        for index in 5..<10 { try log.lead(Batches.plain(["\(index)"])) }
        let partial = 100
        fixture.disk.crash(keepingUnsynced: partial)
        let reopened = try fixture.log()
        #expect(reopened.logEndOffset >= 5 && reopened.logEndOffset < 10)
        #expect(try Batches.offsets(reopened.all().records).count == Int(reopened.logEndOffset))
    }

    @Test func flushMessagesMakesWhatIsAnsweredDurable() throws {
        fixture.config.flushMessages = 2
        let log = try fixture.log()
        for index in 0..<5 { try log.lead(Batches.plain(["\(index)"]), epoch: 3) }
        #expect(log.recoveryPoint == 4)
        // A flush that fails is no answer, and the repetition of its batch is none until it is durable.
        log.config.flushMessages = 1
        let batch = try Batches.idempotent(7, sequence: 0)
        fixture.disk.fail(afterOperations: 2)
        #expect(throws: DiskError.self) { try log.lead(batch, epoch: 3) }
        #expect(log.logEndOffset == 6 && log.recoveryPoint == 4)
        #expect(try log.lead(batch, epoch: 3).firstOffset == 5)
        #expect(log.logEndOffset == 6 && log.recoveryPoint == 6)
        fixture.disk.crash()
        let reopened = try fixture.log()
        #expect(reopened.logEndOffset == 6 && reopened.latestEpoch == 3)
        // Followers too flush what they are sent before they ask for more.
        let follower = try Fixture().log()
        follower.config.flushMessages = 1
        try follower.appendAsFollower(reopened.all().records, now: 0)
        #expect(follower.recoveryPoint == 6)
    }

    /// A power loss takes the end of each file by itself; a log with a hole must not pass for a whole one.
    @Test func whatLiesBehindAHoleBetweenSegmentsIsDropped() throws {
        fixture.config.segmentBytes = 200
        let log = try fixture.log()
        for index in 0..<10 { try log.lead(Batches.plain(["\(index)"]), epoch: 1) }
        try #require(log.segmentCount > 2)
        let whole = try #require(fixture.disk.bytes(file))
        // The batches are alike, so the first segment holds as many as fit.
        let size = 12 + Int(whole[8..<12].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        try #require(whole.count > size && whole.count % size == 0)
        fixture.disk.setBytes(file, Array(whole.dropLast(size)))
        let reopened = try fixture.reopened()
        #expect(reopened.logEndOffset == Offset(whole.count / size - 1))
        #expect(reopened.segmentCount == 1)
        #expect(fixture.reports.contains { $0.contains("are gone") })
    }

    /// What was cut off once, and came back behind what followed, is of an earlier epoch. A damaged epoch is no such thing.
    @Test(arguments: [true, false]) func aSegmentThatGoesBackInEpochsIsDropped(isRemnant: Bool) throws {
        func filled(_ epochs: [Epoch]) throws -> Fixture {
            let fixture = Fixture()
            fixture.config.segmentBytes = 200
            let manager = try fixture.open()
            let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
            for epoch in epochs { try log.lead(Batches.plain(["\(epoch)"]), epoch: epoch) }
            try #require(log.segmentCount > 3)
            try log.flush(now: 0)
            try manager.close(brokerEpoch: 1, now: 0)
            try fixture.disk.remove("/data/.kafka_cleanshutdown")
            return fixture
        }
        let old = try filled(Array(repeating: 5, count: 12))
        let logs = old.disk.paths.filter { $0.hasSuffix(".log") }.sorted()
        let newest = try #require(logs.last)
        let base = try #require(Int(newest.lastPathComponent.dropLast(4)))
        let new = try filled(Array(repeating: 5, count: base - 3) + (isRemnant ? [7, 7, 7] : [5, 5, 5]))
        #expect(new.disk.bytes(newest) == nil)
        new.disk.setBytes(newest, try #require(old.disk.bytes(newest)))
        if !isRemnant {
            // The leader epoch of the last batch before it, at byte 12, is not under the checksum.
            let before = logs[logs.count - 2]
            var bytes = try #require(new.disk.bytes(before))
            let size = 12 + Int(bytes[8..<12].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            bytes[bytes.count - size + 15] = 99
            new.disk.setBytes(before, bytes)
        }
        let log = try #require(try new.open().log(Fixture.partition))
        #expect(log.logEndOffset == (isRemnant ? Offset(base) : 12))
        #expect(new.reports.contains { $0.contains("of an earlier epoch") } == isRemnant)
        #expect(isRemnant == (log.latestEpoch == 7))
    }

    @Test func fullDiskLeavesTheLogAsItWas() throws {
        let log = try fixture.log()
        try log.lead(Batches.plain(["one"]))
        let before = try #require(fixture.disk.bytes(file))
        let space = try fixture.disk.space("/")
        fixture.disk.setCapacity(space.total - space.free + 10)
        #expect(throws: DiskError.self) { try log.lead(Batches.plain(["two"])) }
        #expect(log.logEndOffset == 1)
        #expect(fixture.disk.bytes(file) == before)
        fixture.disk.setCapacity(.max)
        #expect(try log.lead(Batches.plain(["two"])).firstOffset == 1)
    }

    @Test func survivesAFailureAtAnyOperation() throws {
        for step in 1...60 {
            let fixture = Fixture()
            fixture.config.segmentBytes = 200
            fixture.config.indexIntervalBytes = 50
            fixture.disk.fail(afterOperations: step)
            var acknowledged: [String] = []
            do {
                let log = try fixture.log()
                for index in 0..<10 {
                    if (try? log.lead(Batches.plain(["\(index)"]))) != nil { acknowledged.append("\(index)") }
                }
            } catch is DiskError {}
            let log = try fixture.reopened()
            var values: [String] = []
            var next = log.logStartOffset
            while next < log.logEndOffset {
                let read = try log.read(from: next, maxBytes: 1 << 20, upTo: log.logEndOffset, now: 0)
                values += try Batches.values(read.records)
                next = read.nextOffset
            }
            #expect(values == acknowledged, "failure at operation \(step)")
        }
    }

    @Test func directoryInUseAndForeignDirectories() throws {
        let first = try fixture.open()
        #expect(throws: StorageError.directoryRefused("log directory /data is in use by process 42")) {
            try fixture.open()
        }
        try first.close(brokerEpoch: 1, now: 0)
        #expect(throws: StorageError.self) {
            try LogManager(
                directory: "/data", clusterID: "other", nodeID: 1, disk: fixture.disk, defaults: LogConfig(), now: 0
            ) { _, _ in }
        }
    }

    @Test func corruptCheckpointsAreReportedNotFatal() throws {
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        try log.lead(Batches.plain(["a"]), epoch: 2)
        try manager.close(brokerEpoch: 1, now: 0)
        let names = [
            "recovery-point-offset-checkpoint", "replication-offset-checkpoint", "log-start-offset-checkpoint",
            "t-0/leader-epoch-checkpoint", "t-0/partition.metadata", "t-0/00000000000000000001.snapshot",
        ]
        for name in names { fixture.disk.setBytes("/data/" + name, Array("0\n7\nnonsense".utf8)) }
        let again = try fixture.open()
        #expect(again.log(Fixture.partition)?.logEndOffset == 1)
        #expect(fixture.reports.count >= 4)
    }

    /// Without them a log that parted from its leader's could not be told.
    @Test(arguments: [true, false], [nil, "0\n2\n1 0\n", "nonsense"])
    func leaderEpochsAreFoundAgain(stopped: Bool, content: String?) throws {
        fixture.config.segmentBytes = 300
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        for epoch in [1, 1, 1, 3, 3, 7, 7, 7, 8, 8] as [Epoch] {
            try log.lead(Batches.plain(["\(epoch)"]), epoch: epoch)
        }
        let known = log.epochs
        #expect(known.entries.count == 4 && log.segmentCount > 2)
        try log.flush(now: 0)
        try manager.close(brokerEpoch: 1, now: 0)
        if !stopped { try fixture.disk.remove("/data/.kafka_cleanshutdown") }
        let path = "/data/t-0/leader-epoch-checkpoint"
        if let content { fixture.disk.setBytes(path, Array(content.utf8)) } else { try fixture.disk.remove(path) }
        #expect(try fixture.open().log(Fixture.partition)?.epochs == known)
        #expect(fixture.reports.contains { $0.contains(path) } == (content != nil))
        fixture.disk.killProcess()
        #expect(try fixture.open().log(Fixture.partition)?.epochs == known)
    }

    @Test func deletedPartitionsGoAfterTheirDelay() throws {
        let manager = try fixture.open()
        _ = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        try manager.delete(Fixture.partition, now: 0)
        #expect(manager.log(Fixture.partition) == nil)
        #expect(manager.dueDeletions(now: 1).isEmpty)
        // The checkpoints may still name it.
        #expect(manager.dueDeletions(now: 60_000).isEmpty)
        try checkpoint(manager)
        #expect(manager.dueDeletions(now: 1).isEmpty)
        #expect(manager.dueDeletions(now: 60_000).run(fixture.disk).isEmpty)
        #expect(try fixture.disk.list("/data").allSatisfy { !$0.contains("delete") })
    }

    private func checkpoint(_ manager: LogManager) throws {
        for job in manager.offsetCheckpoints() + [manager.highWatermarkCheckpoint()].compactMap({ $0 }) {
            try job.run(fixture.disk)
            manager.checkpointed(job)
        }
    }

    /// A topic that was made again must not inherit what the checkpoints say of the one before it: its records would
    /// count as committed, as flushed, or as deleted.
    @Test(arguments: ["t", String(repeating: "long", count: 62)], [true, false])
    func checkpointsOfATopicThatIsGoneAreNotBelieved(_ name: String, isDeleted: Bool) throws {
        let partition = TopicPartition(name, 0)
        let manager = try fixture.open()
        let old = try manager.create(partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        for index in 0..<9 { try old.lead(Batches.plain(["old \(index)"])) }
        old.setHighWatermark(9)
        try old.raiseLogStart(to: 6)
        try old.flush(now: 0)
        try checkpoint(manager)
        if isDeleted { try manager.delete(partition, now: 0) } else { try manager.setAside(partition) }
        let new = try manager.create(partition, topicID: UUID(high: 3, low: 4), config: fixture.config, now: 0)
        for index in 0..<9 { try new.lead(Batches.plain(["new \(index)"])) }
        for _ in 0..<2 {
            // However often it is killed before the checkpoints are written again.
            fixture.disk.killProcess()
            let again = try fixture.open()
            let log = try #require(again.log(partition))
            #expect(log.logStartOffset == 0 && log.highWatermark == 0 && log.recoveryPoint == 0)
            #expect(try Batches.values(log.all().records).count == 9)
            _ = again.dueDeletions(now: .max).run(fixture.disk)
        }
        fixture.disk.killProcess()
        let later = try fixture.open()
        later.log(partition)?.setHighWatermark(4)
        try checkpoint(later)
        #expect(later.dueDeletions(now: .max).run(fixture.disk).isEmpty)
        fixture.disk.killProcess()
        #expect(try fixture.open().log(partition)?.highWatermark == 4)
        // What was set aside stays for whoever misses it.
        let aside = fixture.disk.paths.filter { $0.contains("-stray/") }
        #expect(aside.isEmpty == isDeleted && !aside.contains { $0.hasSuffix("/departed") })
        #expect(aside.contains { $0.hasSuffix(".log") } != isDeleted)
    }

    /// Nor after a power loss that kept the names in the log directory, and nothing within (seed 335453).
    @Test(arguments: [true, false]) func norWhenThePowerTookWhatIsWithin(isDeleted: Bool) throws {
        let partition = TopicPartition("t", 0)
        let manager = try fixture.open()
        let old = try manager.create(partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        for index in 0..<9 { try old.lead(Batches.plain(["old \(index)"])) }
        old.setHighWatermark(9)
        try old.flush(now: 0)
        try checkpoint(manager)
        if isDeleted { try manager.delete(partition, now: 0) } else { try manager.setAside(partition) }
        try fixture.disk.syncDirectory("/data")
        fixture.disk.crash()
        let again = try fixture.open()
        try #require(again.log(partition) == nil)
        let new = try again.create(partition, topicID: UUID(high: 3, low: 4), config: fixture.config, now: 0)
        for index in 0..<9 { try new.lead(Batches.plain(["new \(index)"])) }
        fixture.disk.killProcess()
        let log = try #require(try fixture.open().log(partition))
        #expect(log.logEndOffset == 9 && log.highWatermark == 0 && log.recoveryPoint == 0)
    }
}
