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
        ("librdkafka_transactions", "import confluent_kafka"), ("kafka_python_transactions", "import kafka"),
        ("aio_kafka_transactions", "import aiokafka"),
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
                let expected = allowed.filter { $0.hasPrefix(Self.prefix(script)) }
                try #require(!expected.isEmpty)
                Self.compare(
                    try await Command.run(
                        Self.python, ["python3", path, bootstrap, "compat-\(script)", KlammBinary.url.path]),
                    expected)
            }
        }
    }

    static func prefix(_ script: String) -> String {
        let client = script.replacingOccurrences(of: "kafka_python", with: "kafka-python")
            .replacingOccurrences(of: "aio_kafka", with: "aiokafka")
        return client.replacingOccurrences(of: "_transactions", with: "-transactions") + "."
    }

    static func passed(_ outcome: KlammBinary.Outcome) -> Set<String> {
        Set(outcome.output.split(separator: "\n").filter { $0.hasPrefix("ok ") }.map { String($0.dropFirst(3)) })
    }

    static func compare(_ outcome: KlammBinary.Outcome, _ allowed: Set<String>) {
        let lines = outcome.output.split(separator: "\n")
        for name in allowed.subtracting(passed(outcome)).sorted() {
            let reason = lines.first { $0.hasPrefix("FAILED \(name):") } ?? "did not run"
            Issue.record("\(name) is in Allowed.txt and does not pass: \(reason)")
        }
    }
}
