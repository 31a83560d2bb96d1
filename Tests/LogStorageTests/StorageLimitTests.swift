import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import LogStorage

/// What the storage holds only so much of.
@Suite struct StorageLimitTests {
    private let fixture = Fixture()

    /// A wish that is not remembered is no harm: the partition is made where the fewest are.
    @Test func onlySoManyWishesAreRemembered() throws {
        let logs = try LogDirectories(
            ["/one", "/two"].map { path in
                try LogManager(
                    directory: path, clusterID: "c", nodeID: 1, disk: fixture.disk, defaults: LogConfig(), now: 0
                ) { _, _ in }
            })
        func directory(of number: Int) throws -> String {
            let partition = TopicPartition("t", Int32(number))
            _ = try logs.create(partition, topicID: Fixture.topicID, config: LogConfig(), now: 0)
            return try #require(logs.managers.first { $0.logs[partition] != nil }).directory
        }
        for number in 0..<StorageLimits.preferredDirectories {
            logs.prefer(logs.managers[1], for: TopicPartition("t", Int32(number)))
        }
        #expect(try directory(of: 0) == "/two")
        #expect(try directory(of: 1) == "/two")
        for number in 0..<3 { logs.prefer(logs.managers[1], for: TopicPartition("u", Int32(number))) }
        #expect(try directory(of: 2) == "/one")
    }

    @Test func aSegmentRemembersOnlySoManyPositions() {
        var hints = PositionHints()
        for number in 0...Int64(StorageLimits.positionHints) { hints.add(number * 10, number * 1_000) }
        #expect(hints.floor(5) == nil)
        #expect(hints.floor(15) == 1_000)
        #expect(hints.floor(.max) == Int64(StorageLimits.positionHints) * 1_000)
    }

    /// Files that are larger than any of their kind are told, and what they were for is done without.
    @Test(arguments: [
        ("leader-epoch-checkpoint", StorageLimits.checkpointBytes), ("partition.metadata", StorageLimits.markBytes),
        ("00000000000000000003.snapshot", StorageLimits.producerSnapshotBytes),
    ])
    func aFileBeyondItsBoundIsDamaged(_ name: String, _ bound: Int) throws {
        let manager = try fixture.open()
        let log = try manager.create(Fixture.partition, topicID: Fixture.topicID, config: fixture.config, now: 0)
        for index in 0..<3 { try log.lead(Batches.plain(["\(index)"]), epoch: 4) }
        try manager.close(brokerEpoch: 1, now: 0)
        let path = "/data/t-0/" + name
        fixture.disk.setBytes(path, [UInt8](repeating: 0x30, count: bound + 1))
        let again = try fixture.log()
        #expect(again.logEndOffset == 3 && again.latestEpoch == 4)
        #expect(fixture.reports.contains { $0.contains("unexpectedly large") })
    }

    @Test func propertiesBeyondTheirBoundAreRefused() throws {
        _ = try fixture.open()
        fixture.disk.killProcess()
        let path = "/data/meta.properties"
        fixture.disk.setBytes(path, [UInt8](repeating: 0x30, count: StorageLimits.propertiesBytes + 1))
        let error = #expect(throws: DiskError.self) { _ = try fixture.open() }
        #expect(error?.kind == .tooLarge && error?.path == path)
    }

    /// A mark of a stop that says nothing costs a look at everything, and no start.
    @Test func aMarkBeyondItsBoundProvesNothing() throws {
        try fixture.open().close(brokerEpoch: 1, now: 0)
        let path = "/data/.kafka_cleanshutdown"
        fixture.disk.setBytes(path, [UInt8](repeating: 0x30, count: StorageLimits.markBytes + 1))
        let manager = try fixture.open()
        #expect(!manager.wasClean && manager.previousBrokerEpoch == -1)
        #expect(fixture.reports.contains { $0.contains(path) })
        #expect(fixture.disk.bytes(path) == nil)
    }
}
