import Foundation
import TestSupport
import Testing

/// A real broker that was killed and finds its files torn and flipped: it starts, says what it cut off, and gets it back
/// from the leaders; what it held alone stays readable up to the damage.
@Suite struct DamagedFilesTests {
    private struct Topic: Decodable {
        struct Partition: Decodable {
            let leader: Int32
            let isr: [Int32]
        }
        let partitions: [Partition]
    }

    private static let segment = "00000000000000000000"

    private static func file(_ cluster: BundledCluster, _ broker: Int, _ partition: String, _ ending: String) -> URL {
        cluster.directory.appendingPathComponent("broker-\(broker)/data/\(partition)/\(segment).\(ending)")
    }

    private static func damage(_ file: URL, _ change: (inout Data) -> Void) throws {
        var bytes = try Data(contentsOf: file)
        try #require(!bytes.isEmpty, "\(file.path) is empty")
        change(&bytes)
        try bytes.write(to: file)
    }

    /// Sends lines of 100 bytes in batches of their own.
    private static func fill(_ cluster: BundledCluster, _ topic: String) async throws {
        for batch in 0..<3 {
            let lines = (0..<60).map { "\(topic) \(batch) \($0) ".padding(toLength: 99, withPad: "x", startingAt: 0) }
            try await cluster.klamm(["produce", topic], input: lines.joined(separator: "\n") + "\n")
        }
    }

    private static func read(_ cluster: BundledCluster, _ topic: String, _ count: Int) async throws -> [String] {
        try await cluster.klamm(["consume", topic, "--from", "earliest", "--max", "\(count)"])
            .split(separator: "\n").map(String.init)
    }

    /// A record that rots while it is served: the others are printed, and who pipes them on is told by the exit code.
    @Test(.timeLimit(.minutes(10))) func whatCannotBeReadIsNamedAndPassedOver() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "rot", "--partitions", "1"])
            for value in ["first", "second", "third"] { try await cluster.klamm(["produce", "rot", "--value", value]) }
            let file = Self.file(cluster, 1, "rot-0", "log")
            let place = try #require(try Data(contentsOf: file).firstRange(of: Data("second".utf8))).lowerBound
            let handle = try FileHandle(forWritingTo: file)
            try handle.seek(toOffset: UInt64(place))
            try handle.write(contentsOf: Data("SECOND".utf8))
            try handle.close()
            let bootstrap = try await cluster.status().bootstrapServers
            let read = try await KlammBinary.run(
                ["consume", "rot", "--from", "earliest", "--until-end", "--bootstrap-server", bootstrap])
            #expect(read.output == "first\nthird\n" && read.status == 1, "\(read)")
            #expect(read.errors.contains("rot-0: offset 1 cannot be read: its checksum is wrong; passed over"))
        }
    }

    @Test(.timeLimit(.minutes(10))) func aKilledBrokerMendsItsFiles() async throws {
        try await withBundledCluster { cluster in
            for topic in ["torn", "flipped", "index", "intact"] {
                try await cluster.klamm(["topics", "create", topic, "--partitions", "1", "--replication-factor", "3"])
                try await Self.fill(cluster, topic)
            }
            try await cluster.klamm(["topics", "create", "alone", "--partitions", "1", "--replication-factor", "1"])
            try await Self.fill(cluster, "alone")
            // The broker that holds the topic without copies is the one that suffers.
            let hurt = try #require(
                (1...3).first { FileManager.default.fileExists(atPath: Self.file(cluster, $0, "alone-0", "log").path) })
            try await cluster.command(["kill", "\(hurt)"])
            try Self.damage(Self.file(cluster, hurt, "torn-0", "log")) { $0.removeLast(7) }
            try Self.damage(Self.file(cluster, hurt, "flipped-0", "log")) { $0[$0.count / 2] ^= 0x10 }
            try Self.damage(Self.file(cluster, hurt, "alone-0", "log")) { $0[$0.count - 50] ^= 0x10 }
            for ending in ["index", "timeindex"] {
                try Data((0..<799).map { UInt8(truncatingIfNeeded: $0 &* 31) })
                    .write(to: Self.file(cluster, hurt, "index-0", ending))
            }
            try await cluster.command(["start"])
            let pid = try await cluster.status().brokers.first { Int($0.id) == hurt }?.pid

            for topic in ["torn", "flipped", "index", "intact"] {
                try await poll("\(topic) in sync on three brokers") {
                    let text = try await cluster.klamm(["topics", "describe", topic, "--output", "json"])
                    let found = try JSONDecoder().decode([Topic].self, from: Data(text.utf8))
                    return found.first?.partitions.first?.isr.count == 3 ? true : nil
                }
                #expect(Set(try await Self.read(cluster, topic, 180)).count == 180, "\(topic)")
                let copies = try (1...3).map { try Data(contentsOf: Self.file(cluster, $0, "\(topic)-0", "log")) }
                #expect(copies.allSatisfy { $0 == copies[0] }, "\(topic): a copy differs from its leader's")
            }
            let left = try await Self.read(cluster, "alone", 120)
            #expect(left.count == 120, "what lies before the damage is still there")
            let log = try String(
                contentsOf: cluster.directory.appendingPathComponent("broker-\(hurt)/broker.log"), encoding: .utf8)
            for partition in ["torn-0", "flipped-0", "alone-0"] {
                #expect(
                    log.split(separator: "\n").contains { $0.contains(partition) && $0.contains("cut off") },
                    "the log of broker \(hurt) does not tell of \(partition)")
            }
            let after = try await cluster.status().brokers
            #expect(after.map(\.state) == ["running", "running", "running"])
            #expect(after.first { Int($0.id) == hurt }?.pid == pid, "the broker was started again meanwhile")
        }
    }
}
