import Foundation
import TestSupport
import Testing

/// Transactions of librdkafka while the broker that coordinates them, and one that leads partitions, get SIGKILL.
@Suite(.serialized) struct ExactlyOnceTests {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Load/exactly_once.py").path

    @Test(
        .timeLimit(.minutes(15)),
        .enabled("confluent-kafka is not installed", { await Needs.python("confluent_kafka") }))
    func committedOnceAndAbortedNever() async throws {
        try await withBundledCluster { cluster in
            let outcome = try await Command.run(
                URL(fileURLWithPath: "/usr/bin/env"),
                ["python3", Self.script, KlammBinary.url.path, cluster.directory.path])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors.suffix(2000))")
            #expect(outcome.output.contains("\"abortedSeen\": 0"))
        }
    }
}
