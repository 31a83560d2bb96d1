import Foundation
import TestSupport
import Testing

/// Replicas of a real broker that are moved between its log dirs on the screen, and back.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LogDirsTests {
    @Test func aReplicaIsMovedAndTheMoveUndone() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            let more = cluster.directory.appendingPathComponent("more").path
            try await cluster.command(["stop"])
            let file = cluster.directory.appendingPathComponent("broker-1/server.properties")
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
                line.hasPrefix("log.dirs=") || line.hasPrefix("log.dirs =") ? "\(line),\(more)" : String(line)
            }
            try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
            try await cluster.command(["start"])
            try await cluster.klamm(["topics", "create", "moved", "--partitions", "1", "--replication-factor", "1"])
            try await cluster.klamm(["produce", "moved"], input: "one\ntwo\n")
            let first = try await Self.directory(cluster)
            let run = try ScreenInputTests.Run(["--cluster-dir", cluster.directory.path], columns: 120)
            try await run.draws("live 1s")
            run.terminal.type(":broker 1\r\t\t")
            try await run.draws("moved", "REPLICAS")
            run.terminal.type("/moved\rM")
            try await run.draws("Sends AlterReplicaLogDirs to broker 1", "logdirs move moved/0")
            run.terminal.type("y")
            try await poll("the replica is in the other dir") {
                let now = try await Self.directory(cluster)
                return now != first ? now : nil
            }
            run.terminal.type(":journal\rV")
            try await run.draws("Undo 1: move moved/0 on broker 1")
            run.terminal.type("y")
            try await poll("the replica is where it was") {
                try await Self.directory(cluster) == first ? true : nil
            }
            try await run.quits()
            let read = try await cluster.klamm(["consume", "moved", "--from", "earliest", "--max", "2"])
            #expect(read.contains("one") && read.contains("two"))
        }
    }

    /// Where the replica of the topic is.
    private static func directory(_ cluster: BundledCluster) async throws -> String {
        struct Line: Decodable {
            let path: String
            let isFuture: Bool
        }
        let text = try await cluster.klamm(["logdirs", "describe", "moved", "--output", "json"])
        let lines = try JSONDecoder().decode([Line].self, from: Data(text.utf8))
        return try #require(lines.first { !$0.isFuture }?.path)
    }
}
