import Foundation
import TestSupport
import Testing

/// The table of clusters, with clusters that answer, refuse, keep silent and do not run.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ClustersTests {
    @Test func clustersThatDoNotAnswerSayWhy() async throws {
        let refusing = try SilentListener.refusingAddress()
        let silent = try SilentListener()
        let run = try ScreenInputTests.Run(
            ["--cluster", "here"],
            settings: """
                cluster.here.bootstrap.servers = \(refusing)
                cluster.mute.bootstrap.servers = \(silent.address)
                cluster.mute.read.only = true
                cluster.nowhere.color = red
                """, columns: 120)
        try await run.shows(refusing, "refused", "other clusters")
        run.terminal.type("c")
        try await run.draws("Clusters 4", "(read-only)", "stopped", "timed out", "cluster.nowhere.bootstrap.servers")
        #expect(!FileManager.default.fileExists(atPath: run.folder.path + "/data"), "nothing is begun for a look")
        try await run.quits()
    }

    @Test func anotherClusterTellsAndIsLeftAlone() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            let port = try #require(try await cluster.status().brokers.first?.port)
            let before = Self.connections(to: port)
            let run = try ScreenInputTests.Run(
                ["--bootstrap-server", try SilentListener.refusingAddress()],
                settings: "cluster.there.bootstrap.servers = 127.0.0.1:\(port)\n", columns: 120)
            try await run.shows("refused")
            run.terminal.type(":clusters\r")
            try await run.draws("there", "1/1", " ms", "answers")
            _ = try await poll("the connections of the question are closed") {
                Self.connections(to: port) <= before ? true : nil
            }
            run.terminal.type("/there\r\r")
            try await run.draws("brokers 1/1", "live 1s")
            try await run.quits()
        }
    }

    /// Connections of this machine to a port, as `/proc/net/tcp` lists them.
    private static func connections(to port: Int) -> Int {
        let text = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").dropFirst().count { line in
            let fields = line.split(separator: " ")
            guard fields.count > 3, fields[3] == "01" else { return false }
            return fields[2].split(separator: ":").last.flatMap { Int($0, radix: 16) } == port
        }
    }
}
