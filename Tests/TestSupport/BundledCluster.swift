import Foundation

/// A real bundled cluster in a directory of its own, driven by the command line as a person would.
package final class BundledCluster: Sendable {
    /// What `klamm cluster status --output json` says.
    package struct Status: Decodable, Sendable {
        package struct Broker: Decodable, Sendable {
            package let id: Int32
            package let port: Int
            package let pid: Int32?
            package let bytesOut: Int64?
            package let state: String
        }
        package let bootstrapServers: String
        package let brokers: [Broker]
    }

    package let directory: URL

    /// Starts `brokers` brokers on free ports and waits until they are ready.
    package init(brokers: Int = 3, _ more: [String] = []) async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try await command(["start", "--brokers", "\(brokers)", "--port", "0"] + more)
    }

    /// Runs `klamm cluster …` on this cluster and requires that it succeeds.
    @discardableResult
    package func command(_ arguments: [String]) async throws -> String {
        let outcome = try await KlammBinary.run(
            ["cluster"] + arguments + ["--cluster-dir", directory.path])
        guard outcome.status == 0 else {
            throw DeadlinePassed(
                description:
                    "klamm cluster \(arguments.joined(separator: " ")) gave \(outcome.status): \(outcome.errors)")
        }
        return outcome.output
    }

    package func status() async throws -> Status {
        let text = try await command(["status", "--output", "json"])
        return try JSONDecoder().decode(Status.self, from: Data(text.utf8))
    }

    /// Runs `klamm …` against this cluster and requires that it succeeds.
    @discardableResult
    package func klamm(_ arguments: [String], input: String? = nil) async throws -> String {
        let bootstrap = try await status().bootstrapServers
        let outcome = try await KlammBinary.run(arguments + ["--bootstrap-server", bootstrap], input: input)
        guard outcome.status == 0 else {
            throw DeadlinePassed(
                description: "klamm \(arguments.joined(separator: " ")) gave \(outcome.status): \(outcome.errors)")
        }
        return outcome.output
    }

    /// Ends the brokers and removes the data.
    package func remove() async {
        _ = try? await KlammBinary.run(["cluster", "stop", "--cluster-dir", directory.path])
        if let status = try? await status() {
            for broker in status.brokers { if let pid = broker.pid { kill(pid, SIGKILL) } }
        }
        try? FileManager.default.removeItem(at: directory)
    }
}

/// Runs `body` with a bundled cluster that is gone afterwards, whatever happens, and with the machine to itself.
package func withBundledCluster(
    brokers: Int = 3, _ more: [String] = [], _ body: @Sendable (BundledCluster) async throws -> Void
) async throws {
    try await wholeMachine {
        let cluster = try await BundledCluster(brokers: brokers, more)
        do {
            try await body(cluster)
        } catch {
            await cluster.remove()
            throw error
        }
        await cluster.remove()
    }
}
