import Foundation
import TestSupport
import Testing

/// Real brokers under SIGKILL and SIGSTOP while librdkafka produces with acks=all: nothing acknowledged may be lost.
@Suite(.serialized) struct DurabilityTests {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Load/durability.py").path

    @Test(
        .timeLimit(.minutes(15)),
        .enabled("confluent-kafka is not installed", { await Needs.python("confluent_kafka") }),
        arguments: ["kill_leader", "kill_controller", "pause_leader", "kill_all"])
    func nothingAcknowledgedIsLost(_ scenario: String) async throws {
        try await withBundledCluster { cluster in
            let outcome = try await Command.run(
                URL(fileURLWithPath: "/usr/bin/env"),
                ["python3", Self.script, KlammBinary.url.path, cluster.directory.path, scenario])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors.suffix(2000))")
            #expect(outcome.output.contains("\"lost\": 0"))
        }
    }
}
