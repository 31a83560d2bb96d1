import Foundation
import TestSupport
import Testing

/// Unmodified clients of others against the bundled brokers. `Allowed.txt` lists the checks that pass; it only grows.
@Suite(.serialized) struct CompatibilityTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static let python = URL(fileURLWithPath: "/usr/bin/env")

    /// Client scripts with the Python module, or the program, that they need.
    static let scripts = [
        ("librdkafka", "import confluent_kafka"), ("kafka_python", "import kafka"), ("aio_kafka", "import aiokafka"),
        ("kcat", "import shutil, sys; sys.exit(0 if shutil.which('kcat') else 1)"),
    ]

    static func available(_ probe: String) async -> Bool {
        (try? await Command.run(python, ["python3", "-c", probe]).status) == 0
    }

    @Test(.timeLimit(.minutes(20))) func clientsFeelAtHome() async throws {
        let allowed = Set(
            try String(contentsOf: Self.folder.appendingPathComponent("Allowed.txt"), encoding: .utf8)
                .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
        try #require(!allowed.isEmpty)
        try await withBundledCluster { cluster in
            let bootstrap = try await cluster.status().bootstrapServers
            for (script, probe) in Self.scripts {
                guard await Self.available(probe) else {
                    // The readme names what the clients need; without them this machine cannot run the check.
                    #expect(ProcessInfo.processInfo.environment["CI"] == nil, "\(script): the client is not installed")
                    continue
                }
                let path = Self.folder.appendingPathComponent("Clients/\(script).py").path
                let outcome = try await Command.run(Self.python, ["python3", path, bootstrap, "compat-\(script)"])
                Self.compare(outcome, allowed.filter { $0.hasPrefix(Self.prefix(script)) })
            }
        }
    }

    static func prefix(_ script: String) -> String {
        ["kafka_python": "kafka-python.", "aio_kafka": "aiokafka."][script] ?? script + "."
    }

    static func compare(_ outcome: KlammBinary.Outcome, _ allowed: Set<String>) {
        let lines = outcome.output.split(separator: "\n")
        let passed = Set(lines.filter { $0.hasPrefix("ok ") }.map { String($0.dropFirst(3)) })
        #expect(!allowed.isEmpty)
        for name in allowed.subtracting(passed).sorted() {
            let reason = lines.first { $0.hasPrefix("FAILED \(name):") } ?? "did not run"
            Issue.record("\(name) is in Allowed.txt and does not pass: \(reason)")
        }
    }
}
