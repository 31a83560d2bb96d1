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

    @Test(.timeLimit(.minutes(10))) func aClusterThatIsNotThereIsCritical() async throws {
        let address = try SilentListener.refusingAddress()
        let (status, answer) = try await Self.check(address, ["--timeout", "5"])
        #expect(status == 2)
        #expect(answer.findings.first?.check == "connection")
        #expect(answer.findings.first?.detail.contains(address) == true)
    }
}
