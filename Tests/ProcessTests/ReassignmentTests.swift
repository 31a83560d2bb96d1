import Foundation
import TestSupport
import Testing

/// Real brokers that move data onto a broker that was added, throttled and under load.
///
/// At another size by hand, against a cluster of three brokers: `python3 Tests/ProcessTests/Load/reassign.py KLAMM
/// CLUSTER_DIR 1024 100MiB kill`.
@Suite(.serialized) struct ReassignmentTests {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Load/reassign.py").path

    @Test(
        .timeLimit(.minutes(10)),
        .enabled("confluent-kafka is not installed", { await Needs.python("confluent_kafka") }))
    func throttledMovesAreCancelledAndCompleted() async throws {
        try await withBundledCluster { cluster in
            let outcome = try await Command.run(
                URL(fileURLWithPath: "/usr/bin/env"),
                ["python3", Self.script, KlammBinary.url.path, cluster.directory.path])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors.suffix(2000))")
            #expect(outcome.output.contains("\"lost\": 0"))
        }
    }
}
