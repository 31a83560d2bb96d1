import Foundation
import TestSupport
import Testing

/// The real binary in a real terminal against the real bundled cluster, driven key by key.
@Suite(.serialized) struct TerminalTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static let python = URL(fileURLWithPath: "/usr/bin/env")

    /// Everything that one walk through the program must show, in order (see `Drive/walk.py`).
    static let steps = [
        "start", "every_screen", "create_topic", "tail", "kill_and_restart", "reassign", "reset_offsets", "resize",
        "quit",
    ]

    @Test(.timeLimit(.minutes(20))) func aWalkThroughEverything() async throws {
        let probe = "import pyte, shutil, sys; sys.exit(0 if shutil.which('kcat') else 1)"
        guard (try? await Command.run(Self.python, ["python3", "-c", probe]).status) == 0 else {
            // The readme names what the walk needs; where it must run, its absence is a failure.
            #expect(ProcessInfo.processInfo.environment["CI"] == nil, "pyte or kcat is not installed")
            return
        }
        var outcome = try await Self.walk()
        if outcome.status != 0 {
            // Every step waits for a screen; a machine busy with other tests can outlast one. Both walks are said.
            print("The walk is done again, because of:\n\(outcome.output)\(outcome.errors.suffix(2000))")
            outcome = try await Self.walk()
        }
        let seen = outcome.output.split(separator: "\n").filter { $0.hasPrefix("ok ") }.map { String($0.dropFirst(3)) }
        #expect(seen == Self.steps, "\(outcome.output)\(outcome.errors.suffix(2000))")
        #expect(outcome.status == 0)
    }

    /// One walk with a fresh cluster, and with the machine to itself.
    private static func walk() async throws -> KlammBinary.Outcome {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-walk-\(UUID().uuidString)")
        defer {
            for ending in ["", "-state", "-config"] {
                try? FileManager.default.removeItem(at: URL(fileURLWithPath: directory.path + ending))
            }
        }
        let script = folder.appendingPathComponent("Drive/walk.py").path
        return try await wholeMachine {
            try await Command.run(
                python, ["python3", script, KlammBinary.url.path, directory.path],
                environment: [
                    "XDG_STATE_HOME": directory.path + "-state", "XDG_CONFIG_HOME": directory.path + "-config",
                ])
        }
    }
}
