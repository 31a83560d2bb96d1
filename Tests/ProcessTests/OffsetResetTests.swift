import Foundation
import TestSupport
import Testing

/// Every mode of `klamm groups reset-offsets` on a real broker.
@Suite(.serialized) struct OffsetResetTests {
    private struct Lag: Decodable {
        let topic: String
        let partition: Int32
        let committed: Int64
    }

    private func committed(_ cluster: BundledCluster) async throws -> [String] {
        let text = try await cluster.klamm(["groups", "describe", "g", "--output", "json"])
        return try JSONDecoder().decode([Lag].self, from: Data(text.utf8))
            .map { "\($0.topic)/\($0.partition) \($0.committed)" }.sorted()
    }

    @Test(.timeLimit(.minutes(15))) func everyModeMovesTheCommittedOffsets() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            let bootstrap = try await cluster.status().bootstrapServers
            func reset(_ arguments: String..., input: String? = nil) async throws -> KlammBinary.Outcome {
                try await KlammBinary.run(
                    ["groups", "reset-offsets", "g", "--bootstrap-server", bootstrap] + arguments, input: input)
            }
            try await cluster.klamm(["topics", "create", "a", "b", "--partitions", "2", "--replication-factor", "1"])
            for partition in ["0", "1"] {
                try await cluster.klamm(
                    ["produce", "a", "--partition", partition, "--value", "v", "--times", "10"])
            }
            // b is empty.
            #expect(try await reset("--topic", "a", "--topic", "b:1", "--to-latest").status == 0)
            #expect(try await committed(cluster) == ["a/0 10", "a/1 10", "b/1 0"])
            #expect(try await reset("--topic", "a:1", "--shift-by", "-3").status == 0)
            #expect(try await committed(cluster) == ["a/0 10", "a/1 7", "b/1 0"])
            #expect(try await reset("--topic", "a", "--to-offset", "99", "--dry-run").output.contains("at 10"))
            #expect(try await reset("--topic", "a", "--to-current").status == 0)
            #expect(try await committed(cluster) == ["a/0 10", "a/1 7", "b/1 0"])
            #expect(try await reset("--all-topics", "--to-earliest").status == 0)
            #expect(try await committed(cluster) == ["a/0 0", "a/1 0", "b/0 0", "b/1 0"])
            #expect(try await reset("--from-file", "-", input: "a,0,4\na,1,1000\n").status == 0)
            #expect(try await committed(cluster) == ["a/0 4", "a/1 10", "b/0 0", "b/1 0"])
            #expect(try await reset("--topic", "a", "--to-datetime", "2000-01-01T00:00:00.000").status == 0)
            #expect(try await committed(cluster) == ["a/0 0", "a/1 0", "b/0 0", "b/1 0"])
            #expect(try await reset("--topic", "a:0", "--to-datetime", "2100-01-01T00:00:00.000").status == 0)
            #expect(try await reset("--topic", "a:1", "--by-duration", "P1D").status == 0)
            #expect(try await committed(cluster) == ["a/0 10", "a/1 0", "b/0 0", "b/1 0"])
            // What fails names itself and leaves the rest alone.
            let unknown = try await reset("--topic", "nowhere", "--to-latest")
            #expect(unknown.status == 1 && unknown.errors.contains("UNKNOWN_TOPIC_OR_PARTITION"), "\(unknown.errors)")
            let missing = try await reset("--topic", "a:7", "--to-latest")
            #expect(missing.status == 1 && missing.errors.contains("a has no partition 7"), "\(missing.errors)")
            #expect(try await committed(cluster) == ["a/0 10", "a/1 0", "b/0 0", "b/1 0"])
        }
    }
}
