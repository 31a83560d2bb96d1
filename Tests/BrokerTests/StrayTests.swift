import KafkaProtocol
import LogStorage
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
}
