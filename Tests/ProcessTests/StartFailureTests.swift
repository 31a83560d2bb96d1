import Foundation
import LocalCluster
import TestSupport
import Testing

/// A bundled cluster of which brokers cannot start: the others go on, and each that fails says why.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StartFailureTests {
    /// A cluster that is stopped, and a way to break brokers of it.
    private func withStopped(_ body: @Sendable (BundledCluster) async throws -> Void) async throws {
        try await withBundledCluster { cluster in
            try await cluster.command(["stop"])
            try await body(cluster)
        }
    }

    private static func config(_ id: Int, _ cluster: BundledCluster) -> URL {
        cluster.directory.appendingPathComponent("broker-\(id)/server.properties")
    }

    /// Gives a broker an option that it refuses; answers what stood there.
    @discardableResult
    private static func spoil(_ id: Int, _ cluster: BundledCluster) throws -> String {
        let good = try String(contentsOf: config(id, cluster), encoding: .utf8)
        try (good + "\nlog.segment.bytes=many\n").write(to: config(id, cluster), atomically: true, encoding: .utf8)
        return good
    }

    private func start(_ cluster: BundledCluster) async throws -> KlammBinary.Outcome {
        try await KlammBinary.run(["cluster", "start", "--cluster-dir", cluster.directory.path])
    }

    @Test func theOthersGoOnWithoutOneThatFails() async throws {
        try await withStopped { cluster in
            let good = try Self.spoil(2, cluster)
            let outcome = try await start(cluster)
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.contains("broker 2 did not start: ")
                    && outcome.errors.contains("log.segment.bytes=many"), "\(outcome.errors)")
            #expect(try await cluster.status().brokers.map(\.state) == ["running", "stopped", "running"])
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3"])
            try good.write(to: Self.config(2, cluster), atomically: true, encoding: .utf8)
            try await cluster.command(["start"])
            #expect(try await cluster.status().brokers.map(\.state) == ["running", "running", "running"])
        }
    }

    /// The screen shows who is not up in a row, and need not be waited with.
    @Test func whoHangsIsNotWaitedForWhenTheOthersAreUp() async throws {
        try await withStopped { cluster in
            let program = cluster.directory.path + "/program"
            let text =
                "#!/bin/sh\ncase $3 in */broker-2/*) exec sleep 1000;; esac\nexec \(KlammBinary.url.path) \"$@\"\n"
            try text.write(toFile: program, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
            let managed = ManagedCluster(ClusterDirectory(cluster.directory.path), executable: program)
            let began = ContinuousClock.now
            let started = try await managed.start(stragglers: LocalClusterLimits.stragglers)
            #expect(.now - began < LocalClusterLimits.readiness)
            #expect(started.isUp && started.failures.map(\.broker) == [2])
            let failure = try #require(started.failures.first)
            #expect(failure.isUnderWay && failure.reason.hasPrefix("it is still starting, see "))
            #expect(started.status.brokers.map(\.state) == [.running, .starting, .running])
            try await managed.pause(2)
            #expect(try await managed.status().brokers.map(\.state) == [.running, .paused, .running])
            try await managed.kill(2)
            try await cluster.command(["start"])
            #expect(try await cluster.status().brokers.map(\.state) == ["running", "running", "running"])
        }
    }

    @Test func aPortThatIsTakenIsToldOfItsBroker() async throws {
        try await withBundledCluster(brokers: 2) { cluster in
            try await cluster.command(["stop", "2"])
            let port = try await cluster.status().brokers[1].port
            let other = try SilentListener(port: port)
            for arguments in [["start"], ["restart", "2"]] {
                let outcome = try await KlammBinary.run(
                    ["cluster"] + arguments + ["--cluster-dir", cluster.directory.path])
                #expect(outcome.status == 1)
                #expect(
                    outcome.errors.contains("broker 2 did not start: port \(port) is taken by another program"),
                    "\(outcome.errors)")
            }
            withExtendedLifetime(other) {}
        }
    }

    @Test func ofSeveralRestartedEachHasItsResult() async throws {
        try await withStopped { cluster in
            try Self.spoil(3, cluster)
            let state = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: state) }
            let outcome = try await KlammBinary.run(
                ["cluster", "restart", "1", "2", "3", "--cluster-dir", cluster.directory.path],
                environment: ["XDG_STATE_HOME": state.path])
            #expect(outcome.status == 1)
            #expect(outcome.output == "Broker 1 runs.\nBroker 2 runs.\n")
            #expect(outcome.errors.contains("broker 3 did not start: "), "\(outcome.errors)")
            let journal = try String(contentsOfFile: state.path + "/klamm/journal.ndjson", encoding: .utf8)
            #expect(journal.contains("2 ok, 1 failed"), "\(journal)")
        }
    }

    @Test func theScreenOpensWithTheRestAndSaysWhy() async throws {
        try await withStopped { cluster in
            let good = try Self.spoil(2, cluster)
            let run = try ScreenInputTests.Run(["--cluster-dir", cluster.directory.path], columns: 120, rows: 40)
            try await run.draws("brokers 2/3", "did not start: ")
            try good.write(to: Self.config(2, cluster), atomically: true, encoding: .utf8)
            run.terminal.type("2")
            try await run.draws("Brokers 3")
            run.terminal.type("j")
            // The line at the bottom goes by; what the row says of its broker stays.
            try await run.draws("did not start: ", "log.segment.bytes=many")
            run.terminal.type("U")
            try await run.draws("Start broker 2")
            run.terminal.type("y")
            try await run.draws("brokers 3/3")
            try await run.quits()
        }
    }

    @Test func whereNoneStartsEachSaysWhyOnTheScreen() async throws {
        try await withStopped { cluster in
            for id in 1...3 { try Self.spoil(id, cluster) }
            let run = try ScreenInputTests.Run(["--cluster-dir", cluster.directory.path], columns: 120, rows: 40)
            try await run.draws("No broker of bundled has answered", "start again", "log.segment.bytes=many")
            try await run.quits()
        }
    }
}
