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

    @Test(.timeLimit(.minutes(15))) func itEndsInOrder() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "1", "--replication-factor", "1"])
            try await cluster.klamm(["produce", "t"], input: "one\ntwo\nthree\n")
            for protocolName in ["classic", "consumer"] { try await commitsAndLeaves(as: protocolName, cluster) }
            try await endsWithoutBrokers(cluster)
        }
    }

    /// It commits what it printed and leaves: who comes next need not wait for its session to end.
    private func commitsAndLeaves(as protocolName: String, _ cluster: BundledCluster) async throws {
        let output = cluster.directory.appendingPathComponent("printed-\(protocolName)")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let member = try await member(
            of: protocolName, ["--group-protocol", protocolName, "--from", "earliest"], cluster,
            output: try FileHandle(forWritingTo: output))
        try await poll("three lines") {
            try String(contentsOf: output, encoding: .utf8) == "one\ntwo\nthree\n" ? true : nil
        }
        member.terminate()
        member.waitUntilExit()
        #expect(member.terminationReason == .exit && member.terminationStatus == 143)
        let groups = try JSONDecoder().decode(
            [Group].self, from: Data(try await cluster.klamm(["groups", "list", "--output", "json"]).utf8))
        #expect(groups.contains { $0.id == protocolName && $0.state == "Empty" }, "\(groups)")
        let told = try await cluster.klamm(["groups", "describe", protocolName, "--output", "json"])
        #expect(try JSONDecoder().decode([Lag].self, from: Data(told.utf8)).map(\.committed) == [3])
    }

    /// Nobody waits for brokers that are down.
    private func endsWithoutBrokers(_ cluster: BundledCluster) async throws {
        let member = try await member(of: "last", [], cluster, output: .nullDevice)
        try await poll("a member") { try await cluster.klamm(["groups", "list"]).contains("Stable") ? true : nil }
        try await cluster.command(["kill", "1"])
        member.interrupt()
        try await poll("its end", within: 20) { member.isRunning ? nil : true }
        #expect(member.terminationReason == .exit && member.terminationStatus == 130)
    }

    private func member(
        of group: String, _ more: [String], _ cluster: BundledCluster, output: FileHandle
    ) async throws -> Process {
        let member = Process()
        member.executableURL = KlammBinary.url
        member.arguments =
            ["consume", "t", "--group", group, "--bootstrap-server", try await cluster.status().bootstrapServers] + more
        member.standardError = FileHandle.nullDevice
        member.standardOutput = output
        try member.run()
        return member
    }
}
