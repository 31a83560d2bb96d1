import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore

/// How fast a log is compacted: records of 100 B over keys that come up ten times each, on this disk.
struct CompactionBench {
    /// Where the log is made.
    let directory: String

    static let records = 1_000_000
    private static let keys = 100_000
    private static let batch = 1_000

    struct Figures {
        var elapsed: Duration
        var bytesBefore: Int64
        var bytesAfter: Int64
    }

    /// Nil when there is nothing to compact.
    func run() throws -> Figures? {
        let disk = SystemDisk()
        var config = LogConfig()
        config.compacts = true
        config.deletes = false
        config.minCleanableDirtyRatio = 0
        config.segmentBytes = 16 << 20
        var random = SystemRandomNumberGenerator()
        let manager = try LogManager(
            directory: directory, clusterID: "bench", nodeID: 1, disk: disk, defaults: config, now: 0
        ) { _, _ in }
        let log = try manager.create(
            TopicPartition("bench", 0), topicID: .random(using: &random), config: config, now: 0)
        try fill(log)
        guard let job = manager.cleanJob(now: 0) else { return nil }
        let began = ContinuousClock.now
        let result = try job.run(disk).get()
        let elapsed = began.duration(to: .now)
        _ = try manager.finish(job, result, now: 0)
        try manager.close(brokerEpoch: 0, now: 0)
        return Figures(elapsed: elapsed, bytesBefore: result.bytesBefore, bytesAfter: result.bytesAfter)
    }

    private func fill(_ log: Log) throws {
        let value = ByteBuffer(repeating: UInt8(ascii: "x"), count: 100)
        for first in stride(from: 0, to: Self.records, by: Self.batch) {
            var builder = RecordBatchBuilder(baseOffset: 0)
            for number in first..<first + Self.batch {
                // Steps that are coprime to the keys, so that each batch holds keys from all over.
                let key = number &* 7_919 % Self.keys
                builder.append(timestamp: 0, key: ByteBuffer(string: "key-\(key)"), value: value)
            }
            try log.appendAsLeader(builder.build().bytes, epoch: 0, now: 0)
        }
        log.setHighWatermark(log.logEndOffset)
        try log.flush(now: 0)
    }
}
