import Foundation
import TestSupport
import Testing

/// A bundled cluster that the settings make read-only: nothing that hurts it or changes it is done to it.
@Suite(.serialized) struct ReadOnlyClusterTests {
    @Test(.timeLimit(.minutes(10))) func onlyStartStatusAndTheStopOfAllAreTaken() async throws {
        let config = FileManager.default.temporaryDirectory.appendingPathComponent("read-only-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: config) }
        let folder = config.appendingPathComponent("klamm")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let environment = ["XDG_CONFIG_HOME": config.path, "XDG_STATE_HOME": config.path + "/state"]
        try "cluster.bundled.read.only = true\n".write(
            to: folder.appendingPathComponent("klamm.properties"), atomically: true, encoding: .utf8)
        try await withBundledCluster(brokers: 2) { cluster in
            func klamm(_ arguments: [String]) async throws -> KlammBinary.Outcome {
                try await KlammBinary.run(
                    ["cluster"] + arguments + ["--cluster-dir", cluster.directory.path], environment: environment)
            }
            let before = try await cluster.status().brokers.map(\.pid)
            let refused = [
                ["kill", "1"], ["stop", "1"], ["pause", "1"], ["resume", "1"], ["restart", "1"],
                ["restart", "1", "2", "--rolling"], ["add-broker"], ["remove-broker", "2"], ["reset", "--yes"],
            ]
            for arguments in refused {
                let outcome = try await klamm(arguments)
                #expect(outcome.status == 1, "\(arguments)")
                #expect(
                    outcome.errors.contains(
                        "this cluster is read-only by cluster.bundled.read.only = true in klamm.properties, line 1"),
                    "\(arguments): \(outcome.errors)")
                #expect(outcome.output.isEmpty, "\(arguments): \(outcome.output)")
            }
            let after = try await cluster.status().brokers
            #expect(after.map(\.pid) == before && after.allSatisfy { $0.state == "running" })
            #expect(try await klamm(["start"]).status == 0)
            #expect(try await klamm(["status"]).status == 0)
            // Nothing was tried, so that there is nothing to note.
            #expect(!FileManager.default.fileExists(atPath: config.path + "/state/klamm/journal.ndjson"))
            let stop = try await klamm(["stop"])
            #expect(stop.status == 0 && stop.errors.contains("read-only"), "\(stop.errors)")
            #expect(try await cluster.status().brokers.allSatisfy { $0.state == "stopped" })
        }
    }
}
