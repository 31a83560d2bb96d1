import Foundation
import TestSupport
import Testing

/// Whole clusters under seeds, in a process of their own: there, sets and dictionaries are iterated in the same order
/// every time, and a trap costs one seed.
@Suite("Simulated clusters") struct SimulationTests {
    private static let program = KlammBinary.url.deletingLastPathComponent().appendingPathComponent("simulate")

    private static func simulate(_ arguments: [String]) async throws -> KlammBinary.Outcome {
        try await wholeMachine { try await Command.run(program, arguments) }
    }

    @Test("under faults nothing acknowledged is lost, and peace brings the cluster back")
    func promises() async throws {
        // A range of seeds to try instead: KLAMM_SEEDS=1-500.
        let seeds = ProcessInfo.processInfo.environment["KLAMM_SEEDS"] ?? "1-8"
        let outcome = try await Self.simulate([seeds])
        #expect(outcome.status == 0, "\(outcome.output.suffix(4_000))\(outcome.errors.suffix(2_000))")
        #expect(outcome.output.contains(" acknowledged, "))
    }

    @Test("the same seed does the same again, to the last turn")
    func repeatable() async throws {
        let first = try await Self.simulate(["4"])
        let second = try await Self.simulate(["4"])
        let line = try #require(first.output.split(separator: "\n").first)
        #expect(line.hasPrefix("seed 4: "))
        #expect(second.output.split(separator: "\n").first == line)
    }

    @Test(
        "a planted bug is found, and the seed that shows it is named",
        arguments: [
            "truncation-without-epochs", "early-acknowledgement", "second-vote", "stale-in-sync-set", "unsynced-vote",
        ])
    func teeth(bug: String) async throws {
        let outcome = try await Self.simulate(["1-30", "--planted", bug, "--first"])
        #expect(outcome.status == 1, "\(bug) is not found: \(outcome.output.suffix(2_000))\(outcome.errors)")
        #expect(outcome.output.contains("swift run -c release simulate "))
    }
}
