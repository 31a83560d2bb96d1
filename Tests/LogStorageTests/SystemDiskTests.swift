import Glibc
import KafkaProtocol
import LogStorage
import NIOCore
import Testing

/// The same log on the real file system.
@Suite final class SystemDiskTests {
    private let disk = SystemDisk()
    private let directory: String

    init() throws {
        var template = Array("/tmp/klamm-log-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkdtemp($0) != nil } ?? false }
        try #require(made)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? disk.remove(directory) }

    private func open() throws -> LogManager {
        try LogManager(
            directory: directory, clusterID: "c", nodeID: 1, disk: disk, defaults: LogConfig(), now: 0
        ) { _, _ in }
    }

    private func log(_ manager: LogManager, _ partition: Int32 = 0, config: LogConfig = LogConfig()) throws -> Log {
        try manager.create(
            TopicPartition("t", partition), topicID: UUID(high: 1, low: 2), config: config, now: 0)
    }

    /// With `preallocate` the volume keeps room for the segment in use, and for no other.
    @Test func roomIsKeptForTheSegmentInUse() throws {
        var config = LogConfig()
        config.segmentBytes = 4 << 20
        config.preallocates = true
        let manager = try open()
        let written = try log(manager, config: config)
        func taken() throws -> [Int] {
            let folder = directory + "/t-0"
            return try disk.list(folder).filter { $0.hasSuffix(".log") }.sorted().map { name in
                var info = stat()
                try #require(stat(folder + "/" + name, &info) == 0)
                #expect(info.st_size < 1 << 20)
                return Int(info.st_blocks) * 512
            }
        }
        try written.lead(Batches.plain(["a"]))
        #expect(try taken().map { $0 >= 4 << 20 } == [true])
        written.config.segmentMs = 1
        try written.lead(Batches.plain(["b"], timestamp: 2_000))
        #expect(try taken().map { $0 >= 4 << 20 } == [false, true])
        try manager.close(brokerEpoch: 1, now: 0)
        #expect(try taken().map { $0 >= 4 << 20 } == [false, false])
        #expect(try log(open()).all().records.readableBytes > 0)
    }

    @Test func stopsAndStartsWithEverything() throws {
        var config = LogConfig()
        config.segmentBytes = 5_000
        config.indexIntervalBytes = 300
        let manager = try open()
        let written = try log(manager, config: config)
        for index in 0..<200 { try written.lead(Batches.plain(["value \(index)"], timestamp: Int64(index)), epoch: 2) }
        #expect(written.segmentCount > 2)
        try manager.close(brokerEpoch: 3, now: 0)
        let again = try open()
        #expect(again.wasClean)
        let read = try log(again, config: config)
        #expect(read.logEndOffset == 200 && read.latestEpoch == 2)
        for offset in [Offset(0), 57, 130, 199] {
            let batch = try read.read(from: offset, maxBytes: 1, upTo: 200, now: 0).records
            #expect(try Batches.values(batch) == ["value \(offset)"])
        }
        #expect(try read.offset(forTimestamp: 77, now: 0)?.offset == 77)
    }

    @Test func aSecondProcessIsToldWhoHoldsTheDirectory() throws {
        let holder = try open()
        #expect(throws: StorageError.directoryRefused("log directory \(directory) is in use by process \(getpid())")) {
            try open()
        }
        try holder.close(brokerEpoch: 1, now: 0)
        _ = try open()
    }

    @Test func recoversATornTailAndItsIndexes() throws {
        var config = LogConfig()
        config.indexIntervalBytes = 100
        var manager: LogManager? = try open()
        let written = try log(try #require(manager), config: config)
        for index in 0..<50 { try written.lead(Batches.plain(["value \(index)"])) }
        let path = directory + "/t-0/00000000000000000000.log"
        let size = try #require(try disk.status(path)?.size)
        // As after a kill: no marker, and the lock went with the process.
        manager = nil
        let file = try disk.open(path, .readWrite)
        try file.truncate(to: size - 3)
        let tail: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 9, 0xff]
        try tail.withUnsafeBytes { try file.write($0, at: size - 3) }
        file.close()
        try disk.remove(directory + "/t-0/00000000000000000000.index")
        try withExtendedLifetime(written) {
            let again = try open()
            #expect(!again.wasClean)
            let recovered = try log(again, config: config)
            #expect(recovered.logEndOffset == 49)
            #expect(try recovered.lead(Batches.plain(["next"])).firstOffset == 49)
            let batch = try recovered.read(from: 48, maxBytes: 1, upTo: 50, now: 0).records
            #expect(try Batches.values(batch) == ["value 48"])
        }
    }

    @Test func deletedPartitionsLeaveNothing() throws {
        let manager = try open()
        try log(manager).lead(Batches.plain(["a"]))
        try manager.delete(TopicPartition("t", 0), now: 0)
        #expect(try log(manager).logEndOffset == 0)
        for job in manager.offsetCheckpoints() + [manager.highWatermarkCheckpoint()].compactMap({ $0 }) {
            try job.run(disk)
            manager.checkpointed(job)
        }
        #expect(manager.dueDeletions(now: 60_000).run(disk).isEmpty)
        #expect(try disk.list(directory).filter { $0.contains("delete") }.isEmpty)
    }

    @Test func aFullDiskIsToldApart() {
        #expect(DiskError(code: ENOSPC, "write", "f").kind == .full)
        #expect(throws: DiskError(.notFound, "open", directory + "/none")) {
            try disk.open(directory + "/none", .readOnly)
        }
    }
}
