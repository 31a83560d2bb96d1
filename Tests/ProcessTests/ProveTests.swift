import Foundation
import TestSupport
import Testing

/// `klamm prove` against real brokers.
@Suite(.serialized) struct ProveTests {
    private struct Report: Decodable {
        struct Fault: Decodable {
            let fault: String
            let broker: Int
            let leaderlessMs: Int?
            let fullIsrMs: Int?
        }

        let holds: Bool
        let acknowledged: Int
        let read: Int
        let lost: Int
        let readToTheEnd: Bool
        let faults: [Fault]
    }

    @Test("brokers of its own cluster are killed and paused, and nothing acknowledged is lost or read twice")
    func ownCluster() async throws {
        try await wholeMachine {
            let outcome = try await KlammBinary.run([
                "prove", "--minutes", "0.3", "--every", "8", "--faults", "pause,kill", "--rate", "500", "--output",
                "json",
            ])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.holds && report.readToTheEnd)
            #expect(report.lost == 0)
            #expect(report.acknowledged > 100)
            #expect(report.read >= report.acknowledged)
            #expect(report.faults.map(\.fault) == ["pause", "kill"])
            for fault in report.faults {
                #expect(try #require(fault.leaderlessMs) > 0)
                #expect(try #require(fault.fullIsrMs) > 0)
            }
        }
    }

    @Test("a cluster that is not ours is written to and read from, and not broken")
    func otherCluster() async throws {
        try await withBundledCluster { cluster in
            let text = try await cluster.klamm(["prove", "--minutes", "0.02", "--rate", "200", "--output", "json"])
            let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
            #expect(report.holds)
            #expect(report.faults.isEmpty)
            let topics = try await cluster.klamm(["topics", "list"])
            #expect(!topics.contains("prove-"), "the topic of a proof that held is removed")
        }
    }

    @Test("orders that make no sense are refused with the way out")
    func refusals() async throws {
        let refused: [([String], String)] = [
            (["--faults", "explode"], "use kill, pause, stop with commas, or none"),
            (["--faults", "kill", "--bootstrap-server", "127.0.0.1:1"], "use --cluster-dir"),
            (["--cluster-dir", "/tmp/x", "--bootstrap-server", "127.0.0.1:1"], "give one of them"),
            (["--minutes", "0"], "--minutes must be above 0"),
        ]
        for (arguments, words) in refused {
            let outcome = try await KlammBinary.run(["prove"] + arguments)
            #expect(outcome.status == 2, "\(arguments)")
            #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
    }
}
