import Foundation
import TestSupport
import Testing

/// Unmodified clients of others against the bundled brokers. `Allowed.txt` lists the checks that pass; it only grows.
@Suite(.serialized, .timeLimit(.minutes(20))) struct CompatibilityTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static let python = URL(fileURLWithPath: "/usr/bin/env")

    @Test(.enabled("confluent-kafka is not installed", { await Needs.python("confluent_kafka") }))
    func librdkafka() async throws {
        try await Self.feelAtHome("librdkafka", "librdkafka_transactions", "librdkafka_groups", "librdkafka_rack")
    }

    @Test(.enabled("kafka-python is not installed", { await Needs.python("kafka") }))
    func kafkaPython() async throws {
        try await Self.feelAtHome("kafka_python", "kafka_python_transactions", "kafka_python_admin")
    }

    @Test(.enabled("aiokafka is not installed", { await Needs.python("aiokafka") }))
    func aiokafka() async throws { try await Self.feelAtHome("aio_kafka", "aio_kafka_transactions") }

    @Test(.enabled("kcat is not installed", { await Needs.program("kcat") }))
    func kcat() async throws { try await Self.feelAtHome("kcat") }

    /// Runs scripts of one client; every check of theirs in `Allowed.txt` must pass.
    private static func feelAtHome(_ scripts: String...) async throws {
        let all = try String(contentsOf: folder.appendingPathComponent("Allowed.txt"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
        try await withBundledCluster { cluster in
            let bootstrap = try await cluster.status().bootstrapServers
            for script in scripts {
                let allowed = Set(all.filter { $0.hasPrefix(prefix(script)) })
                try #require(!allowed.isEmpty)
                let path = folder.appendingPathComponent("Clients/\(script).py").path
                compare(
                    try await Command.run(
                        python,
                        ["python3", path, bootstrap, "compat-\(script)", KlammBinary.url.path, cluster.directory.path]),
                    allowed)
            }
        }
    }

    static func prefix(_ script: String) -> String {
        let client = script.replacingOccurrences(of: "kafka_python", with: "kafka-python")
            .replacingOccurrences(of: "aio_kafka", with: "aiokafka")
        return client.replacingOccurrences(of: "_transactions", with: "-transactions")
            .replacingOccurrences(of: "_groups", with: "-groups").replacingOccurrences(of: "_admin", with: "-admin")
            .replacingOccurrences(of: "_rack", with: "-rack") + "."
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
