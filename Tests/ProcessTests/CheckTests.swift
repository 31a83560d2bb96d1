import Foundation
import TestSupport
import Testing

/// `klamm check` on a cluster that loses a broker.
@Suite struct CheckTests {
    private struct Answer: Decodable {
        struct Finding: Decodable {
            let level: String
            let check: String
            let detail: String
        }
        let status: String
        let findings: [Finding]
    }

    private static func check(_ bootstrap: String, _ more: [String] = []) async throws -> (Int32, Answer) {
        let outcome = try await KlammBinary.run(
            ["check", "--bootstrap-server", bootstrap, "--output", "json"] + more)
        return (outcome.status, try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8)))
    }

    @Test(.timeLimit(.minutes(10))) func exitCodesFollowTheCluster() async throws {
        try await withBundledCluster { cluster in
            let bootstrap = try await cluster.status().bootstrapServers
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3", "--replication-factor", "3"])
            try await poll("a cluster that is well") { try await Self.check(bootstrap).0 == 0 ? true : nil }

            try await cluster.command(["kill", "3"])
            let (status, answer) = try await poll("a warning") {
                let found = try await Self.check(bootstrap)
                // While leaders move some may not answer, which is worse.
                return found.0 == 1 && found.1.findings.contains { $0.check == "under-replicated" } ? found : nil
            }
            #expect(status == 1 && answer.status == "warning", "\(answer)")
            #expect(answer.findings.contains { $0.check == "brokers away" && $0.detail == "3" }, "\(answer)")
            let patient = try await Self.check(bootstrap, ["--max-urp", "1000"]).1
            #expect(!patient.findings.contains { $0.check == "under-replicated" }, "\(patient)")

            try await cluster.klamm(["configs", "alter", "--topic", "t", "--set", "min.insync.replicas=2"])
            let atMin = try await poll("one loss from refusing") {
                let found = try await Self.check(bootstrap).1
                return found.findings.contains { $0.check == "at min.insync.replicas" } ? found : nil
            }
            #expect(atMin.status == "warning", "\(atMin)")
            let accepted = try await Self.check(bootstrap, ["--max-at-min", "1000", "--max-urp", "1000"]).1
            #expect(!accepted.findings.contains { $0.check.contains("min.insync") }, "\(accepted)")

            try await cluster.klamm(["configs", "alter", "--topic", "t", "--set", "min.insync.replicas=3"])
            let (worse, why) = try await poll("what clients feel") {
                let found = try await Self.check(bootstrap)
                return found.0 == 2 ? found : nil
            }
            #expect(worse == 2)
            #expect(why.findings.first?.check == "below min.insync.replicas", "\(why)")
            #expect(why.findings.first?.detail.contains("t-0") == true, "\(why)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func whatIsLeftBehindIsFound() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            let bootstrap = try await cluster.status().bootstrapServers
            try await cluster.klamm(["topics", "create", "t", "--partitions", "1"])
            try await poll("a cluster that is well") { try await Self.check(bootstrap).0 == 0 ? true : nil }
            #expect(try await Self.check(bootstrap, ["--max-disk", "0"]).1.findings.map(\.check) == ["disks"])

            try await cluster.klamm([
                "configs", "alter", "--broker", "1", "--set", "leader.replication.throttled.rate=1000",
            ])
            let throttled = try await Self.check(bootstrap).1.findings
            #expect(throttled.map(\.check) == ["left-over throttles"], "\(throttled)")
            #expect(throttled.first?.detail.hasSuffix("on brokers 1") == true, "\(throttled)")
            try await cluster.klamm([
                "configs", "alter", "--broker", "1", "--delete", "leader.replication.throttled.rate",
            ])

            let producer = Process()
            producer.executableURL = KlammBinary.url
            producer.arguments = ["produce", "t", "--transactional-id", "open", "--bootstrap-server", bootstrap]
            let input = Pipe()
            producer.standardInput = input
            producer.standardOutput = FileHandle.nullDevice
            try producer.run()
            defer { producer.terminate() }
            try input.fileHandleForWriting.write(contentsOf: Data("a\n".utf8))
            let open = try await poll("an open transaction") {
                let found = try await Self.check(bootstrap, ["--max-transaction-seconds", "0"]).1.findings
                return found.first { $0.check == "overdue transactions" }
            }
            #expect(open.detail.hasPrefix("open: open for "), "\(open)")
            let patient = try await Self.check(bootstrap, ["--watch", "2", "--max-lag-seconds", "0"]).1.findings
            #expect(!patient.contains { $0.check == "overdue transactions" }, "\(patient)")
            let missing = try await Self.check(bootstrap, ["--max-lag", "10", "--max-lag", "nobody=5"]).1.findings
            #expect(missing.contains { $0.detail == "there is no group nobody" }, "\(missing)")
        }
    }

    @Test(.timeLimit(.minutes(10))) func aClusterThatIsNotThereIsCritical() async throws {
        let address = try SilentListener.refusingAddress()
        let (status, answer) = try await Self.check(address, ["--timeout", "5"])
        #expect(status == 2)
        #expect(answer.findings.first?.check == "connection")
        #expect(answer.findings.first?.detail.contains(address) == true)
    }
}
