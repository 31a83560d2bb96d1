import Foundation
import TestSupport
import Testing

/// A member of a group that is told to end, as Ctrl-C and service managers do.
@Suite(.serialized) struct ConsumeSignalTests {
    private struct Group: Decodable {
        let id: String
        let state: String
    }

    private struct Lag: Decodable {
        let partition: Int32
        let committed: Int64
    }

    /// It commits what it printed and leaves: who comes next need not wait for its session to end.
    @Test(.timeLimit(.minutes(5)), arguments: ["classic", "consumer"])
    func itCommitsAndLeaves(as protocolName: String) async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "1", "--replication-factor", "1"])
            let member = Process()
            member.executableURL = KlammBinary.url
            member.arguments =
                ["consume", "t", "--group", "g", "--group-protocol", protocolName, "--from", "earliest"]
                + ["--bootstrap-server", try await cluster.status().bootstrapServers]
            member.standardError = FileHandle.nullDevice
            let output = cluster.directory.appendingPathComponent("printed")
            _ = FileManager.default.createFile(atPath: output.path, contents: nil)
            member.standardOutput = try FileHandle(forWritingTo: output)
            try member.run()
            try await cluster.klamm(["produce", "t"], input: "one\ntwo\nthree\n")
            try await poll("three lines") {
                try String(contentsOf: output, encoding: .utf8) == "one\ntwo\nthree\n" ? true : nil
            }
            member.terminate()
            member.waitUntilExit()
            #expect(member.terminationReason == .exit && member.terminationStatus == 143)
            let groups = try JSONDecoder().decode(
                [Group].self, from: Data(try await cluster.klamm(["groups", "list", "--output", "json"]).utf8))
            #expect(groups.map { "\($0.id) \($0.state)" } == ["g Empty"])
            let lag = try JSONDecoder().decode(
                [Lag].self, from: Data(try await cluster.klamm(["groups", "describe", "g", "--output", "json"]).utf8))
            #expect(lag.map(\.committed) == [3])
        }
    }

    /// Nobody waits for brokers that are down.
    @Test(.timeLimit(.minutes(5))) func itEndsWithoutBrokers() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "1", "--replication-factor", "1"])
            let member = Process()
            member.executableURL = KlammBinary.url
            member.arguments =
                ["consume", "t", "--group", "g", "--bootstrap-server", try await cluster.status().bootstrapServers]
            member.standardError = FileHandle.nullDevice
            member.standardOutput = FileHandle.nullDevice
            try member.run()
            try await poll("a member") { try await cluster.klamm(["groups", "list"]).contains("Stable") ? true : nil }
            try await cluster.command(["kill", "1"])
            member.interrupt()
            try await poll("its end", within: 20) { member.isRunning ? nil : true }
            #expect(member.terminationReason == .exit && member.terminationStatus == 130)
        }
    }
}
