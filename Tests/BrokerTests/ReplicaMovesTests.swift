import KafkaProtocol
import KafkaRecords
import NIOCore
import TestSupport
import Testing

@testable import Broker

/// Replicas that move between the log directories of a broker while they are used (KIP-113).
@Suite struct ReplicaMovesTests {
    private let broker: LoneBroker

    init() throws {
        broker = try LoneBroker(["log.dirs": "/data,/more"])
        try broker.create("t")
    }

    /// Where the partition is, and where a copy of it grows.
    private func directories() throws -> (current: [String], growing: [String]) {
        let results = try broker.call(DescribeLogDirsRequest(), 4).results
        func holding(_ isFuture: Bool) -> [String] {
            results.filter { result in
                result.topics.contains { topic in
                    topic.name == "t" && topic.partitions.contains { $0.isFutureKey == isFuture }
                }
            }.map(\.logDir)
        }
        return (holding(false), holding(true))
    }

    private func move(to path: String, _ topic: String = "t") throws -> ErrorCode? {
        var dir = AlterReplicaLogDirsRequest.Dir()
        dir.path = path
        dir.topics = [.init(topic, [0])]
        var request = AlterReplicaLogDirsRequest()
        request.dirs = [dir]
        return try broker.call(request, 2).results.first?.partitions.first?.errorCode
    }

    private func produce(_ count: Int, bytes: Int = 10) throws {
        for _ in 0..<count {
            var builder = RecordBatchBuilder()
            builder.append(timestamp: broker.clock.wall, value: ByteBuffer(repeating: 1, count: bytes))
            let answer = try broker.produce(try builder.build().bytes, to: "t", version: 9).responses.first?
                .partitionResponses.first
            #expect(answer?.errorCode == ErrorCode.none)
        }
    }

    private func records() throws -> Int {
        let answer = try broker.call(FetchRequest("t", bytes: 50 << 20), 12).responses.first?.partitions.first
        #expect(answer?.errorCode == ErrorCode.none)
        return try RecordBatchReader.all(answer?.records ?? ByteBuffer()).reduce(0) { $0 + Int($1.recordCount) }
    }

    private func other() throws -> String {
        try directories().current == ["/data"] ? "/more" : "/data"
    }

    @Test func aReplicaMovesWhileItIsWrittenTo() throws {
        try produce(30, bytes: 100_000)
        let target = try other()
        #expect(try move(to: target) == ErrorCode.none)
        #expect(try directories().growing == [target])
        try produce(5)
        #expect(broker.run(for: 5_000) { (try? directories().current) == [target] })
        #expect(try directories().growing.isEmpty)
        try produce(5)
        #expect(try records() == 40)
        try broker.restart()
        #expect(try directories().current == [target])
        #expect(try records() == 40)
    }

    @Test func aMoveThatARestartInterruptsGoesOn() throws {
        try produce(30, bytes: 100_000)
        let target = try other()
        _ = try move(to: target)
        try broker.restart()
        #expect(broker.run(for: 5_000) { (try? directories().current) == [target] })
        #expect(try records() == 30)
    }

    @Test func aMoveIsGivenUp() throws {
        try produce(30, bytes: 100_000)
        let home = try directories().current
        _ = try move(to: other())
        #expect(try move(to: #require(home.first)) == ErrorCode.none)
        #expect(try directories().growing.isEmpty)
        broker.run(for: 2_000)
        #expect(try directories().current == home)
    }

    @Test func aMoveThatWasGivenUpDoesNotBeginAgainAtTheNextStart() throws {
        try produce(30, bytes: 100_000)
        let home = try directories().current
        _ = try move(to: other())
        _ = try move(to: #require(home.first))
        try broker.restart()
        #expect(try directories().growing.isEmpty)
        broker.run(for: 2_000)
        #expect(try directories().current == home)
        #expect(try records() == 30)
    }

    @Test func aTopicThatGoesTakesItsCopyAlong() throws {
        try produce(30, bytes: 100_000)
        _ = try move(to: other())
        var request = DeleteTopicsRequest()
        request.topicNames = ["t"]
        request.timeoutMs = 1_000
        #expect(try broker.call(request, 5).responses.map(\.errorCode) == [ErrorCode.none])
        broker.run(for: 1_000)
        let left = try directories()
        #expect(left.current.isEmpty && left.growing.isEmpty)
    }

    @Test func aReplicaThatIsToComeIsMadeWhereItWasWished() throws {
        let target = try other()
        // Without the wish it would go where the fewest are.
        #expect(try move(to: target == "/data" ? "/more" : "/data", "u") == .replicaNotAvailable)
        try broker.create("u")
        let results = try broker.call(DescribeLogDirsRequest(), 4).results
        let holding = results.first { $0.topics.contains { $0.name == "u" } }
        #expect(holding?.logDir != target)
    }

    @Test func directoriesAreNamedOnceAndKnown() throws {
        #expect(try move(to: "/nowhere") == .logDirNotFound)
        #expect(throws: (any Error).self) { try BrokerConfig(["node.id": "1", "log.dirs": "/a,/a"]) }
        #expect(throws: (any Error).self) {
            try BrokerConfig(["node.id": "1", "log.dirs": "/a,/b", "metadata.log.dir": "/c"])
        }
        let config = try BrokerConfig(["node.id": "1", "log.dirs": "/a, /b", "metadata.log.dir": "/b"])
        #expect(config.logDirectories == ["/a", "/b"] && config.logDirectory == "/b")
    }
}
