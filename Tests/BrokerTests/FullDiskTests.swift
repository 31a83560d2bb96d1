import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import Simulation
import Synchronization
import TestSupport
import Testing

@testable import Broker

/// A disk without room: nothing is lost, what is there is served, and the broker's log stays short.
@Suite struct FullDiskTests {
    private let refusal = "no space left on device"

    @Test func aFullDiskIsToldOnceAndCountedFromThenOn() throws {
        let broker = try LoneBroker()
        try broker.create("t", partitions: 3)
        for index in 0..<3 as Range<Int32> { #expect(try produce(to: index, broker) == ErrorCode.none) }
        try fill(broker)
        for round in 0..<300 { #expect(try produce(to: Int32(round % 3), broker) == .kafkaStorageError) }
        #expect(lines(broker).count == 1, "\(lines(broker))")
        #expect(lines(broker)[0].contains("/data has room: delete records or topics"))

        #expect(broker.node.replicas.partition(TopicPartition("t", 0))?.isLeader == true)
        #expect(try broker.fetch("t", from: 0).records.count == 1)
        broker.run(for: Limits.refusedWritesPause)
        #expect(lines(broker).count == 2, "\(lines(broker))")
        #expect(lines(broker).last?.contains("more writes refused within a minute") == true)

        broker.disk.setCapacity(.max)
        for index in 0..<3 as Range<Int32> { #expect(try produce(to: index, broker) == ErrorCode.none) }
        broker.run(for: 3 * Limits.refusedWritesPause)
        let before = lines(broker).count
        #expect(before <= 3, "\(lines(broker))")
        try fill(broker)
        #expect(try produce(to: 0, broker) == .kafkaStorageError)
        #expect(lines(broker).count == before + 1, "what is over and comes again is told again")
        broker.disk.setCapacity(.max)
    }

    @Test func eachDirectoryAndReasonIsCountedForItselfUntilItIsQuietForAMinute() {
        let clock = ManualClock()
        let said = Mutex<[String]>([])
        let log = NodeLog(nodeID: 1) { level, line in said.withLock { $0.append("\(level) \(line)") } }
        func heard() -> [String] {
            said.withLock { lines in
                defer { lines = [] }
                return lines
            }
        }
        let refused = RefusedWrites(directories: ["/a", "/ab"], clock: clock, log: log)
        func refuse(_ path: String, _ kind: DiskError.Kind) { refused.note("t-0", DiskError(kind, "write", path)) }
        for _ in 0..<5 { refuse("/a/t-0/0.log", .full) }
        for _ in 0..<2 { refuse("/ab/t-0/0.log", .full) }
        refuse("/a/t-0/0.log", .system(5))
        let begun = heard()
        #expect(begun.count == 3)
        #expect(begun.allSatisfy { $0.hasPrefix("ERROR t-0: write /a") })
        clock.advance(Limits.refusedWritesPause)
        #expect(
            Set(heard()) == [
                "ERROR /a: \(refusal): 4 more writes refused within a minute",
                "ERROR /ab: \(refusal): 1 more writes refused within a minute",
                "INFO /a: Input/output error: over, nothing was refused for a minute; 1 in all",
            ])
        clock.advance(Limits.refusedWritesPause)
        #expect(heard().allSatisfy { $0.hasPrefix("INFO") && $0.contains("over") })
        clock.advance(10 * Limits.refusedWritesPause)
        #expect(heard().isEmpty)
        refuse("/a/t-0/0.log", .full)
        refused.note("t-0", StorageError.invalidBatch("no batch"))
        refused.note("t-0", StorageError.invalidBatch("no batch"))
        #expect(heard().count == 3, "what no disk refused is said each time")
    }

    /// What is said of refused writes; `SentBytes` has one line of its own.
    private func lines(_ broker: LoneBroker) -> [String] {
        broker.warnings.filter { $0.contains(refusal) && !$0.contains(SentBytes.fileName) }
    }

    private func fill(_ broker: LoneBroker) throws {
        let used = try Int64.max - broker.disk.space("/data").free
        broker.disk.setCapacity(used)
    }

    private func produce(to index: Int32, _ broker: LoneBroker) throws -> ErrorCode? {
        var builder = RecordBatchBuilder()
        builder.append(timestamp: 1, value: ByteBuffer(string: String(repeating: "x", count: 500)))
        return try broker.produce(try builder.build().bytes, to: "t", index, version: 9)
            .responses.first?.partitionResponses.first?.errorCode
    }
}
