import KafkaProtocol
import LogStorage
import TestSupport
import Testing

/// What says whose a directory is, `meta.properties` and `partition.metadata`, cut short at every operation of the disk.
@Suite struct IdentityCrashTests {
    @Test(arguments: [nil, 0, 20] as [Int?]) func aNewDirectoryKeepsTheIdentityItToldOf(_ kept: Int?) throws {
        let whole = SimulatedDisk()
        _ = try Self.begin(Fixture(whole))
        #expect(whole.operations > 10)
        for step in 1...whole.operations {
            let disk = SimulatedDisk()
            disk.halt(afterOperations: step)
            var told: (directory: UUID?, topic: TopicID?) = (nil, nil)
            if let manager = try? Fixture(disk).open() {
                told.directory = manager.properties.directoryID
                told.topic = (try? Self.create(manager))?.topicID
            }
            if let kept { disk.crash(keepingUnsynced: kept) } else { disk.killProcess() }
            let place = "\(kept.map { "power, \($0) kept" } ?? "kill") at operation \(step), \(disk.history[step - 1])"
            let fixture = Fixture(disk)
            let manager = try fixture.open()
            #expect(manager.failed.isEmpty, "\(place): \(manager.failed)")
            if let directory = told.directory { #expect(manager.properties.directoryID == directory, "\(place)") }
            if let log = manager.log(Fixture.partition) {
                #expect(log.topicID == nil || log.topicID == Fixture.topicID, "\(place)")
                if told.topic != nil { #expect(log.topicID == told.topic, "\(place)") }
            }
            #expect(fixture.reports == [], "\(place)")
            #expect(try Self.create(manager).topicID == Fixture.topicID, "\(place)")
        }
    }

    private static func begin(_ fixture: Fixture) throws -> Log { try create(try fixture.open()) }

    private static func create(_ manager: LogManager) throws -> Log {
        try manager.create(Fixture.partition, topicID: Fixture.topicID, config: LogConfig(), now: 0)
    }
}
