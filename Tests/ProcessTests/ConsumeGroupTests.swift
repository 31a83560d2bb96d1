import TestSupport
import Testing

/// What `klamm consume --group` commits.
@Suite struct ConsumeGroupTests {
    /// More comes with one answer than is asked for; what was not printed is for whoever reads next.
    @Test(.timeLimit(.minutes(10))) func onlyWhatWasPrintedIsCommitted() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "2"])
            for partition in ["0", "1"] {
                let lines = (0..<10).map { "\(partition)-\($0)\n" }.joined()
                try await cluster.klamm(["produce", "t", "--partition", partition], input: lines)
            }
            for name in ["classic", "consumer"] {
                let member = ["consume", "t", "--group", name, "--group-protocol", name, "--from", "earliest"]
                var seen: [Substring] = []
                for most in [3, 9, 8] {
                    seen += try await cluster.klamm(member + ["--max", "\(most)"]).split(separator: "\n")
                }
                #expect(Set(seen).count == 20 && seen.count == 20, "\(name): \(seen)")
            }
        }
    }
}
