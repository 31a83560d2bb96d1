import ClusterInsight
import Foundation
import KafkaClient
import KafkaProtocol
import Synchronization
import TestSupport
import Testing

@testable import Dashboard

/// What a dashboard makes of a real cluster of which it owns nothing.
@Suite(.serialized) struct LiveSourceTests {
    /// A source that runs, and what it told last.
    final class Watch: Sendable {
        let client: KafkaClient
        let source: LiveSource
        private let newest: Told
        private let running: Task<Void, Never>

        final class Told: Sendable {
            let report = Mutex<(ClusterReport, EventLog)?>(nil)
        }

        /// Begins to watch once the cluster is as the test wants to find it.
        init(
            _ bootstrap: String, configure: (inout ClientConfiguration) -> Void = { _ in },
            when isReady: (KafkaClient) async throws -> Bool = { _ in true }
        ) async throws {
            var configuration = ClientConfiguration(bootstrap: try #require(BrokerAddress.list(bootstrap)))
            configure(&configuration)
            let told = Told()
            newest = told
            client = KafkaClient(configuration)
            let source = LiveSource(client: client, bootstrap: [bootstrap], managed: nil) { message in
                if case .report(let report, let events) = message { told.report.withLock { $0 = (report, events) } }
            }
            self.source = source
            let client = client
            try await poll("a cluster to be watched") { try await isReady(client) ? true : nil }
            running = Task { await source.run() }
        }

        /// Waits for a report with a property.
        func report(_ what: String, where isIt: (ClusterReport) -> Bool) async throws -> ClusterReport {
            try await poll(what) { newest.report.withLock { $0?.0 }.flatMap { isIt($0) ? $0 : nil } }
        }

        var events: [ClusterEvent] { newest.report.withLock { $0?.1.newestFirst } ?? [] }

        func end() async {
            running.cancel()
            await source.stop()
            await client.close()
        }
    }

    @Test(.timeLimit(.minutes(10))) func aBrokerThatAnOlderKafkaKeepsQuietAboutHasARow() async throws {
        try await withBundledCluster { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3", "--replication-factor", "3"])
            let bootstrap = try await cluster.status().bootstrapServers
            try await cluster.command(["kill", "3"])
            // Before version 2 nobody is told of fenced brokers (KIP-1073).
            let watch = try await Watch(bootstrap, configure: { $0.highestVersions = [.describeCluster: 1] }) {
                try await $0.describeCluster().brokers.count == 2
            }
            let report = try await watch.report("a row of broker 3") { report in
                report.snapshot.broker(3)?.state == .down(since: nil) && report.health.underReplicated == 3
            }
            #expect(report.snapshot.brokers.map(\.id) == [1, 2, 3] && report.snapshot.broker(3)?.address == "?")
            #expect(HealthFinding.all(report).contains { $0.check == "brokers away" && $0.detail == "3" })

            try await cluster.command(["restart", "3"])
            let back = try await watch.report("broker 3 up") { $0.snapshot.broker(3)?.state == .up }
            #expect(back.snapshot.broker(3)?.address != "?")
            await watch.end()
        }
    }
}
