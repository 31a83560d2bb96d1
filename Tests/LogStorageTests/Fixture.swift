import KafkaProtocol
import LogStorage
import NIOCore
import TestSupport

/// A log directory on a simulated disk, opened and reopened as a broker does.
final class Fixture {
    let disk: SimulatedDisk
    var reports: [String] = []
    var config = LogConfig()
    static let partition = TopicPartition("t", 0)
    static let topicID = UUID(high: 1, low: 2)

    init(_ disk: SimulatedDisk = SimulatedDisk()) { self.disk = disk }

    func open(now: Timestamp = 0) throws -> LogManager {
        try LogManager(
            directory: "/data", clusterID: "c", nodeID: 1, disk: disk, defaults: config, now: now
        ) { [weak self] _, line in self?.reports.append(line) }
    }

    func log(now: Timestamp = 0) throws -> Log {
        try open(now: now).create(Self.partition, topicID: Self.topicID, config: config, now: now)
    }

    /// As after `kill -9`: files as they are, locks gone.
    func reopened(now: Timestamp = 0) throws -> Log {
        disk.killProcess()
        return try log(now: now)
    }
}

extension Log {
    @discardableResult
    func lead(_ batch: ByteBuffer, epoch: Epoch = 0, now: Timestamp = 0) throws -> AppendResult {
        try appendAsLeader(batch, epoch: epoch, now: now)
    }

    func all() throws -> LogRead { try read(from: logStartOffset, maxBytes: 1 << 20, upTo: logEndOffset, now: 0) }
}
