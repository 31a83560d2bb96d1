import Foundation
import TestSupport
import Testing

/// The real binary in a real terminal, driven key by key.
@Suite(.serialized) struct TerminalTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static let python = URL(fileURLWithPath: "/usr/bin/env")

    /// Everything that one walk through the program must show, in order (see `Drive/walk.py`).
    static let walkSteps = [
        "start", "every_screen", "create_topic", "change_config", "tail", "kill_and_restart", "reassign",
        "reset_offsets", "resize", "signals", "quit",
    ]

    /// What the screen must show of a cluster that is not ours (see `Drive/foreign.py`).
    static let foreignSteps = ["metadata", "unknown", "tail", "produce", "leave"]

    @Test(
        .timeLimit(.minutes(20)), .enabled("pyte is not installed", { await Needs.python("pyte") }),
        .enabled("kcat is not installed", { await Needs.program("kcat") }))
    func aWalkThroughEverything() async throws {
        var outcome = try await Self.drive("walk.py", cluster: true)
        if outcome.status != 0 {
            // Every step waits for a screen; a machine busy with other tests can outlast one. Both walks are said.
            print("The walk is done again, because of:\n\(outcome.output)\(outcome.errors.suffix(2000))")
            outcome = try await Self.drive("walk.py", cluster: true)
        }
        Self.expect(outcome, Self.walkSteps)
    }

    @Test(
        .timeLimit(.minutes(15)),
        .enabled("pyte or confluent-kafka is not installed", { await Needs.python("pyte", "confluent_kafka") }))
    func aClusterThatIsNotOurs() async throws {
        Self.expect(try await Self.drive("foreign.py", cluster: false), Self.foreignSteps)
    }

    private static func expect(_ outcome: KlammBinary.Outcome, _ steps: [String]) {
        let seen = outcome.output.split(separator: "\n").filter { $0.hasPrefix("ok ") }.map { String($0.dropFirst(3)) }
        #expect(seen == steps, "\(outcome.output)\(outcome.errors.suffix(2000))")
        #expect(outcome.status == 0)
    }

    /// One run of a script with fresh directories, and with the machine to itself.
    private static func drive(_ name: String, cluster: Bool) async throws -> KlammBinary.Outcome {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-walk-\(UUID().uuidString)")
        defer {
            for ending in ["", "-state", "-config"] {
                try? FileManager.default.removeItem(at: URL(fileURLWithPath: directory.path + ending))
            }
        }
        let script = folder.appendingPathComponent("Drive/\(name)").path
        return try await wholeMachine {
            try await Command.run(
                python, ["python3", script, KlammBinary.url.path] + (cluster ? [directory.path] : []),
                environment: [
                    "XDG_STATE_HOME": directory.path + "-state", "XDG_CONFIG_HOME": directory.path + "-config",
                ])
        }
    }
}
