import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import TestSupport
import Testing

@testable import Broker

/// Directories that a start finds and the metadata have no place for are set aside, whole.
@Suite struct StrayTests {
    private let disk = SimulatedDisk()

    private func delete(_ topic: String, _ broker: LoneBroker) throws {
        var entry = DeleteTopicsRequest.Topic()
        entry.name = topic
        var request = DeleteTopicsRequest()
        request.topics = [entry]
        request.timeoutMs = 5_000
        #expect(try broker.call(request, 6).responses.map(\.errorCode) == [ErrorCode.none])
    }

    private func write(_ value: String, _ broker: LoneBroker) throws {
        var builder = RecordBatchBuilder()
        builder.append(timestamp: broker.clock.wall, value: ByteBuffer(string: value))
        let answer = try broker.produce(try builder.build().bytes, to: "t")
        #expect(answer.responses.flatMap { $0.partitionResponses.map(\.errorCode) } == [.none])
    }

    /// A broker that stopped with a topic, whose directory comes back after the topic was deleted meanwhile, and made
    /// again if so wished.
    private func returned(madeAgain: Bool) throws -> LoneBroker {
        let broker = try LoneBroker(on: disk)
        try broker.create("t")
        try #require(broker.node.logs.log(TopicPartition("t", 0)) != nil)
        let files = disk.paths.filter { $0.hasPrefix("/data/t-0/") }.map { ($0, disk.bytes($0) ?? []) }
        #expect(files.contains { $0.0.hasSuffix("partition.metadata") })
        try delete("t", broker)
        if madeAgain { try broker.create("t") }
        try broker.stop()
        disk.killProcess()
        try disk.remove("/data/t-0")
        try disk.createDirectory("/data/t-0")
        for (path, bytes) in files { disk.setBytes(path, bytes) }
        try broker.restart()
        return broker
    }

    private var aside: [String] { disk.paths.filter { $0.hasPrefix("/data/t-0.") && $0.contains("-stray/") } }

    @Test func ofATopicThatIsUnknown() throws {
        let broker = try returned(madeAgain: false)
        #expect(broker.node.logs.log(TopicPartition("t", 0)) == nil)
        #expect(aside.contains { $0.hasSuffix(".log") } && aside.contains { $0.hasSuffix("partition.metadata") })
        #expect(broker.warnings.contains { $0.hasPrefix("t-0: no partition of this broker, set aside as t-0.") })
        // Nothing takes it for a partition again, and nothing removes it.
        try broker.restart()
        broker.run(for: 200_000)
        #expect(!broker.warnings.contains { $0.contains("set aside") })
        #expect(aside.contains { $0.hasSuffix(".log") })
    }

    @Test func ofATopicThatWasMadeAgain() throws {
        let broker = try returned(madeAgain: true)
        let partition = try #require(broker.node.replicas.partition(TopicPartition("t", 0)))
        #expect(partition.isLeader && partition.log.topicID == broker.node.metadata.image.topicIDs["t"])
        #expect(aside.contains { $0.hasSuffix(".log") })
        #expect(broker.warnings.contains { $0.contains("set aside as t-0.") })
    }

    /// A broker with the directory that a loss of power left of a topic, after the topic was made again while it was away:
    /// `partition.metadata` is gone, as it was never synced, and of the log what was on the disk by chance.
    private func withoutIdentity(keeping isKept: (String) -> Bool) throws -> LoneBroker {
        let broker = try LoneBroker(["replica.high.watermark.checkpoint.interval.ms": "30000"], on: disk)
        try broker.create("t")
        for number in 0..<3 { try write("old \(number)", broker) }
        broker.run(for: 31_000)
        let checkpoint = "/data/replication-offset-checkpoint"
        let watermarks = try #require(disk.bytes(checkpoint))
        #expect(String(decoding: watermarks, as: UTF8.self).contains("t 0 3"))
        let files = disk.paths.filter { $0.hasPrefix("/data/t-0/") }.map { ($0, disk.bytes($0) ?? []) }
        try delete("t", broker)
        try broker.create("t")
        broker.kill()
        for path in disk.paths where path.hasPrefix("/data/t-0.") { try disk.remove(path) }
        for name in try disk.list("/data") where name.hasPrefix("t-0") { try disk.remove("/data/" + name) }
        try disk.createDirectory("/data/t-0")
        for (path, bytes) in files where isKept(path) && !path.hasSuffix("partition.metadata") {
            disk.setBytes(path, bytes)
        }
        disk.setBytes(checkpoint, watermarks)
        try broker.restart()
        return broker
    }

    @Test func ofWhichNobodyCanTellWhoseTheyAre() throws {
        let broker = try withoutIdentity { _ in true }
        #expect(try broker.everything("t").isEmpty, "the records of another topic are served")
        #expect(aside.contains { $0.hasSuffix(".log") })
    }

    /// The checkpoint is of the topic before: it must not make the new one's records count as committed (seed 204138).
    @Test func emptyOnesTakeTheirCheckpointsWithThem() throws {
        let broker = try withoutIdentity { _ in false }
        try write("new 0", broker)
        #expect(try broker.everything("t") == [0: "new 0"])
        #expect(aside.isEmpty)
        broker.kill()
        let left = try LogManager(
            directory: "/data", clusterID: "test", nodeID: 1, disk: disk, defaults: LogConfig(), now: 0
        ) { _, _ in }
        let log = try #require(left.log(TopicPartition("t", 0)))
        #expect(log.logEndOffset == 1 && log.highWatermark == 0)
    }
}
