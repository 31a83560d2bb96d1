import KafkaProtocol
import KafkaRecords
import LogStorage
import MetadataQuorum
import NIOCore
import TestSupport
import Testing

@testable import Broker

/// Every file that a broker keeps, damaged in every way, after an orderly stop and after a kill.
///
/// What happens then:
///
/// | file | damage | what happens | also held by |
/// |---|---|---|---|
/// | `.log`, open | any, after a kill | cut at the damaged batch, told, fetched again | `RecoveryTests` |
/// | `.log` | any, after a stop | the batch fails with KAFKA_STORAGE_ERROR or its checksum, the rest is served | here |
/// | `.index`, `.timeindex` | any | found when a batch is not where it says, made anew | `RecoveryTests` |
/// | `.txnindex` | gone, cut short, entries that fit no marker | told, made anew | `TransactionTests` |
/// | `aborted-transactions-checkpoint` | any | told; a `.txnindex` that is gone too is not missed | `TransactionTests` |
/// | `.snapshot` | any | checksum; an older one or the log itself | `ProducerTests` |
/// | `leader-epoch-checkpoint` | any | told; epochs from the batches | `RecoveryTests` |
/// | the offset checkpoints | any | told; taken for empty: more is recovered, watermarks begin low | `RecoveryTests` |
/// | `partition.metadata` | any | told; the cluster's metadata knows the id | `RecoveryTests` |
/// | `partition.metadata`, nothing synced | gone | nobody can tell which topic's the log is: set aside | `StrayTests` |
/// | `.kafka_cleanshutdown`, `running` | any | proves nothing: recovery, and no claim to be whole | `RecoveryTests` |
/// | `meta.properties` | any but missing | the broker refuses to start and names it | here |
/// | `quorum-state` | any but missing | the broker refuses to start and names it: a vote must not be forgotten | here |
/// | metadata log, sole voter | synced records gone | refuses to start, says what is lost, cuts nothing | `LostMetadataTests` |
/// | metadata log, of several voters | synced records gone | told, fetched again; no vote until then | `LostMetadataTests` |
/// | metadata log | a torn batch behind what was synced | cut off without a word | `LostMetadataTests` |
/// | its `recovery-point` | any | told; a damaged metadata log is then cut, and what it does not know set aside | here |
/// | metadata snapshot | any | told, set aside; an older one and the log, else the broker refuses to start | here |
/// | any of a partition, cut short | each operation of the disk | nothing promised is lost | `CrashPointTests` |
/// | any of the quorum, cut short | each operation of the disk | votes and synced records stay | `Quorum…CrashTests` |
/// | `meta.properties`, `partition.metadata`, cut short | each operation | what was told stays | `IdentityCrashTests` |
/// | all of a broker, cut short | each operation | it starts and serves what it acknowledged | `BrokerCrashTests` |
/// | a recovery, cut short or with a disk that fails | each operation and read | the next one makes up | `RecoveryFaultTests` |
@Suite struct DamagedDiskTests {
    /// A way to break a file.
    enum Damage: String, CaseIterable {
        case missing, empty, half, flippedFirst, flippedMiddle, flippedLast, garbage, longer, muchLonger

        /// The new content; nil is no file.
        func of(_ bytes: [UInt8]) -> [UInt8]? {
            func flipped(_ index: Int) -> [UInt8] {
                var changed = bytes
                if bytes.indices.contains(index) { changed[index] ^= 0x11 }
                return changed
            }
            switch self {
            case .missing: return nil
            case .empty: return []
            case .half: return Array(bytes.prefix(bytes.count / 2))
            case .flippedFirst: return flipped(0)
            case .flippedMiddle: return flipped(bytes.count / 2)
            case .flippedLast: return flipped(bytes.count - 1)
            case .garbage: return bytes.indices.map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
            case .longer: return bytes + [UInt8](repeating: 0x5a, count: 40)
            // Beyond what is read of a small file.
            case .muchLonger: return bytes + [UInt8](repeating: 0x5a, count: StorageLimits.propertiesBytes + 1)
            }
        }
    }

    private static let topics = ["plain": 14, "other": 4]

    /// A broker's disk after some use, and after a stop in order or a kill.
    private static func used(stopped: Bool) throws -> SimulatedDisk {
        let broker = try LoneBroker()
        for (topic, count) in topics.sorted(by: { $0.key < $1.key }) {
            try broker.create(topic, configs: ["segment.bytes": "1000", "index.interval.bytes": "200"])
            for number in 0..<count { try produce(number, to: topic, broker) }
        }
        broker.run(for: 70_000)
        if stopped { try broker.stop() }
        return broker.disk.copy()
    }

    private static func produce(_ number: Int, to topic: String, _ broker: LoneBroker) throws {
        var builder = RecordBatchBuilder()
        builder.producerID = 7
        builder.producerEpoch = 0
        builder.baseSequence = Int32(number)
        builder.append(timestamp: broker.clock.wall, value: ByteBuffer(string: "\(topic) \(number)"))
        let answer = try broker.produce(try builder.build().bytes, to: topic)
        let codes = answer.responses.flatMap { $0.partitionResponses.map(\.errorCode) }
        #expect(codes == [.none])
    }

    @Test(arguments: [true, false]) func everyFileInEveryWay(stopped: Bool) async throws {
        try await wholeMachine {
            let disk = try Self.used(stopped: stopped)
            let paths = Self.examples(disk.paths.filter { !$0.hasSuffix("/.lock") })
            #expect(paths.count > 12, "\(paths)")
            for path in paths {
                for damage in stopped ? Damage.allCases : [.half, .flippedMiddle, .garbage] {
                    // Others wait for the few threads there are.
                    await Task.yield()
                    try Self.check(disk, path, damage, "\(path) \(damage), \(stopped ? "stopped" : "killed")")
                }
            }
        }
    }

    /// With the log before it a damaged metadata snapshot costs a longer start; without it there is nothing to start
    /// from.
    @Test(arguments: [Damage.empty, .half, .flippedMiddle, .flippedLast, .garbage])
    func aMetadataSnapshot(_ damage: Damage) throws {
        let broker = try LoneBroker()
        try broker.create("t")
        let metadata = broker.node.metadata
        let id = SnapshotID(endOffset: metadata.appliedEnd, epoch: metadata.machine.election.epoch)
        let whole = try MetadataRuntime.encodeSnapshot(metadata.image, metadata.machine.voters, id, timestamp: 0)
        let path = metadata.store.path(id)
        broker.disk.setBytes(path, damage.of(Array(whole.readableBytesView)) ?? [])
        try broker.restart()
        #expect(broker.node.metadata.image.topic(named: "t") != nil)
        #expect(broker.warnings.contains { $0.hasPrefix("snapshot \(id.endOffset)-\(id.epoch) ") })
        try broker.node.metadata.store.install(id, whole)
        broker.disk.setBytes(path, damage.of(Array(whole.readableBytesView)) ?? [])
        do {
            try broker.restart()
            Issue.record("it starts with nothing")
        } catch {
            #expect("\(error)".contains(path) && "\(error)".contains("damaged"))
        }
        broker.disk.setBytes(path, Array(whole.readableBytesView))
        try broker.restart()
        #expect(broker.node.metadata.image.topic(named: "t") != nil)
    }

    /// Two damaged snapshots cost no more than one where the log is whole, and are named where it is not.
    @Test func twoMetadataSnapshots() throws {
        let broker = try LoneBroker()
        try broker.create("t")
        func snapshot() throws -> (id: SnapshotID, path: String, bytes: ByteBuffer) {
            let metadata = broker.node.metadata
            let id = SnapshotID(endOffset: metadata.appliedEnd, epoch: metadata.machine.election.epoch)
            let bytes = try MetadataRuntime.encodeSnapshot(metadata.image, metadata.machine.voters, id, timestamp: 0)
            return (id, metadata.store.path(id), bytes)
        }
        let first = try snapshot()
        try broker.create("u")
        let second = try snapshot()
        for one in [first, second] { broker.disk.setBytes(one.path, [1, 2, 3]) }
        try broker.restart()
        #expect(broker.node.metadata.image.topics.count == 2)
        for one in [first, second] {
            #expect(broker.disk.bytes(one.path) == nil && broker.disk.paths.contains(one.path + ".damaged"))
        }
        let third = try snapshot()
        try broker.node.metadata.store.install(third.id, third.bytes)
        broker.disk.setBytes(first.path, [1, 2, 3])
        broker.disk.setBytes(third.path, [1, 2, 3])
        for _ in 0..<2 {
            do {
                try broker.restart()
                Issue.record("it starts with nothing")
            } catch {
                #expect("\(error)".contains(third.path) && "\(error)".contains("is damaged"))
            }
        }
        broker.disk.setBytes(third.path, Array(third.bytes.readableBytesView))
        try broker.restart()
        #expect(broker.node.metadata.image.topics.count == 2)
    }

    /// The first and the last file of each kind, of one partition.
    private static func examples(_ paths: [String]) -> [String] {
        let kinds = Dictionary(grouping: paths.filter { !$0.contains("/other-0/") }) { path in
            let name = path.lastPathComponent
            return path.parentDirectory + "/" + (name.first?.isNumber == true ? String(name.dropFirst(20)) : name)
        }
        return kinds.values.flatMap { Set([$0[0], $0[$0.count - 1]]) }.sorted()
    }

    private static func check(_ original: SimulatedDisk, _ path: String, _ damage: Damage, _ place: String) throws {
        let disk = original.copy()
        let before = disk.bytes(path) ?? []
        let after = damage.of(before)
        guard after != before else { return }
        if let after { disk.setBytes(path, after) } else { try disk.remove(path) }
        try disk.syncDirectory(path.parentDirectory)
        let broker: LoneBroker
        do { broker = try LoneBroker(on: disk) } catch {
            let mayRefuse =
                ["/meta.properties", "/quorum-state"].contains(where: path.hasSuffix)
                || path.contains("/__cluster_metadata-0/") && path.hasSuffix(".log")
            #expect(mayRefuse && "\(error)".contains(path), "\(place): \(error)")
            return
        }
        // Damage may show only when something is asked for.
        broker.run(for: 300)
        try verify(broker, original, path, place)
        try broker.restart()
        broker.run(for: 300)
        try verify(broker, original, path, "\(place), and killed after that")
    }

    private static func verify(
        _ broker: LoneBroker, _ original: SimulatedDisk, _ path: String, _ place: String
    ) throws {
        for (topic, count) in topics {
            let found = try broker.everything(topic)
            #expect(found.allSatisfy { $0.value == "\(topic) \($0.key)" }, "\(place): wrong records \(found)")
            // Only what a damaged log holds may be missing, and what cannot be told from a topic that is gone.
            if found.count == count || path.contains("/\(topic)-0/") && path.hasSuffix(".log") { continue }
            let isOfMetadata = path.hasSuffix("/partition.metadata") || path.contains("/__cluster_metadata-0/")
            let isKept = isOfMetadata && isSetAside(topic, original, broker)
            #expect(isKept, "\(place): \(topic) has \(found.count) records")
        }
    }

    /// Whether the whole log of a topic lies in a directory that was set aside.
    private static func isSetAside(_ topic: String, _ original: SimulatedDisk, _ broker: LoneBroker) -> Bool {
        let files = original.paths.filter { $0.hasPrefix("/data/\(topic)-0/") && $0.hasSuffix(".log") }
        let aside = broker.disk.paths.filter { $0.hasPrefix("/data/\(topic)-0.") && $0.contains("-stray/") }
        return files.allSatisfy { file in
            aside.contains {
                $0.lastPathComponent == file.lastPathComponent && broker.disk.bytes($0) == original.bytes(file)
            }
        }
    }
}
