import ClusterInsight
import Foundation
import KafkaClient
import KafkaProtocol
import LocalCluster
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
            _ bootstrap: String, managed: ManagedCluster? = nil,
            configure: (inout ClientConfiguration) -> Void = { _ in },
            when isReady: (KafkaClient) async throws -> Bool = { _ in true }
        ) async throws {
            var configuration = ClientConfiguration(bootstrap: try #require(BrokerAddress.list(bootstrap)))
            configure(&configuration)
            let told = Told()
            newest = told
            client = KafkaClient(configuration)
            let source = LiveSource(client: client, bootstrap: [bootstrap], managed: managed) { message in
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

    /// A cluster of which only a bootstrap address leads to it from here is not one of which all is lost.
    @Test(.timeLimit(.minutes(10))) func addressesThatLeadNowhereAreTold() async throws {
        let nowhere = try #require(BrokerAddress.list(try SilentListener.refusingAddress())?.first)
        let broker = try await ScriptedBroker { script, _, _ in
            script.on(DescribeClusterRequest.self) { _ in
                var known = DescribeClusterResponse.Broker()
                (known.brokerID, known.host, known.port) = (1, nowhere.host, Int32(nowhere.port))
                var answer = DescribeClusterResponse()
                answer.clusterID = "behind"
                answer.brokers = [known]
                return answer
            }
            script.on(MetadataRequest.self) { _ in
                var known = MetadataResponse.Broker()
                (known.nodeID, known.host, known.port) = (1, nowhere.host, Int32(nowhere.port))
                var answer = MetadataResponse()
                answer.brokers = [known]
                return answer
            }
        }
        let told = Mutex<[BootstrapTry]>([])
        let client = KafkaClient(
            ClientConfiguration(bootstrap: [BrokerAddress(host: broker.host, port: broker.port)]))
        let source = LiveSource(client: client, bootstrap: [broker.address], managed: nil) { message in
            if case .connection(.unreachable(let tries, _)) = message { told.withLock { $0 = tries } }
        }
        let running = Task { await source.run() }
        let found = try await poll("what it says of the address") { told.withLock { $0.isEmpty ? nil : $0 } }
        #expect(found.map(\.address) == ["\(nowhere)"] && found[0].broker == 1)
        #expect(found[0].error == "connection refused")
        running.cancel()
        await source.stop()
        await client.close()
        try await broker.close()
    }

    /// What became of one bootstrap address is not said of another.
    @Test(.timeLimit(.minutes(10))) func everyBootstrapAddressHasItsOwnError() async throws {
        let refusing = try SilentListener.refusingAddress()
        let silent = try SilentListener()
        let addresses = [refusing, silent.address]
        var configuration = ClientConfiguration(
            bootstrap: try addresses.map { try #require(BrokerAddress.list($0)?.first) })
        configuration.connectTimeout = .milliseconds(500)
        let client = KafkaClient(configuration)
        let told = Mutex<[BootstrapTry]>([])
        let source = LiveSource(client: client, bootstrap: addresses, managed: nil) { message in
            if case .connection(.unreachable(let tries, _)) = message { told.withLock { $0 = tries } }
        }
        let running = Task { await source.run() }
        let found = try await poll("both errors") {
            told.withLock { $0.last?.error.contains("does not answer") == true ? $0 : nil }
        }
        #expect(found.map(\.address) == addresses && found[0].error == "connection refused", "\(found)")
        running.cancel()
        await source.stop()
        await client.close()
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

    /// When the last broker dies nobody can be asked, which is no answer: what is known grows old and says so.
    @Test(.timeLimit(.minutes(10))) func whereNobodyIsLeftNothingIsAnswered() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "1"])
            let managed = ManagedCluster(ClusterDirectory(cluster.directory.path))
            let watch = try await Watch(try await cluster.status().bootstrapServers, managed: managed)
            await watch.source.attend(Attention(topics: ["t"], groups: []))
            let partition = TopicPartition("t", 0)
            _ = try await watch.report("offsets") { $0.snapshot.partition(partition)?.offsets != nil }
            try await managed.kill(1)
            let report = try await watch.report("failures of what only brokers tell") { report in
                let failed = report.snapshot.sources.filter { $0.failure?.contains("no answer from 1: down") ?? false }
                return Set(failed.map(\.name)).isSuperset(of: [.offsets, .logDirs])
            }
            let killedAt = report.snapshot.at
            let later = try await watch.report("another picture") { $0.snapshot.at > killedAt + 4_000 }
            let offsets = try #require(later.snapshot.sources.first { $0.name == .offsets })
            #expect(offsets.answeredAt ?? .max < killedAt && offsets.failure != nil)
            #expect(!watch.events.contains { $0.text.contains("answer again") || $0.text.contains("answers again") })
            await watch.end()
        }
    }

    @Test(.timeLimit(.minutes(10))) func anOpenTransactionHoldsTheEndBack() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "1"])
            try await cluster.klamm(["topics", "create", "plain", "--partitions", "1"])
            try await cluster.klamm(["produce", "plain"], input: "a\nb\n")
            let watch = try await Watch(try await cluster.status().bootstrapServers)
            await watch.source.attend(Attention(topics: ["t", "plain"], groups: ["g"]))
            let partition = TopicPartition("t", 0)
            let other = Producer(watch.client)
            _ = try await other.send(ProducerRecord(topic: "t", value: nil))
            _ = try await watch.client.resetOffsets(of: "g", to: [partition: CommittedOffset(0)])
            let plain = try await watch.report("a plain topic with its lag") { report in
                report.snapshot.partition(partition)?.offsets?.value.latest == 1 && report.figures.group("g").lag == 1
            }
            #expect(plain.snapshot.topics.allSatisfy { !$0.isTransactional })
            #expect(plain.snapshot.partition(partition)?.offsets?.value.stable == nil)

            var configuration = ProducerConfiguration()
            configuration.transactionalID = "id"
            let producer = Producer(watch.client, configuration)
            try await producer.initTransactions()
            _ = try await producer.send(ProducerRecord(topic: "t", value: nil))
            _ = try await other.send(ProducerRecord(topic: "t", value: nil))
            let open = try await watch.report("the last stable offset") { report in
                report.snapshot.partition(partition)?.offsets?.value.stable != nil
            }
            let offsets = try #require(open.snapshot.partition(partition)?.offsets?.value)
            #expect(offsets.latest == 3 && offsets.stable == 1)
            #expect(open.figures.group("g").lag == 1)
            #expect(open.snapshot.topic("t")?.isTransactional == true)
            #expect(open.snapshot.topic("plain")?.isTransactional == false)

            try await producer.commitTransaction()
            let ended = try await watch.report("the end of the transaction") { report in
                report.snapshot.partition(partition)?.offsets?.value.stable == nil
                    && report.figures.group("g").lag == 4
            }
            // The marker has an offset too, so that counts of messages are estimates from now on.
            #expect(ended.snapshot.topic("t")?.hasOnlyEstimates == true)
            await producer.close()
            await other.close()
            await watch.end()
        }
    }

    @Test(.timeLimit(.minutes(10))) func whereProducersAreNotToldTheLastStableOffsetIsAskedForAllTheSame() async throws
    {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "1"])
            // Versions below the first one: as if the request were not offered, as before Kafka 2.8.
            let watch = try await Watch(
                try await cluster.status().bootstrapServers,
                configure: { $0.highestVersions = [.describeProducers: -1] })
            await watch.source.attend(Attention(topics: ["t"]))
            var configuration = ProducerConfiguration()
            configuration.transactionalID = "id"
            let producer = Producer(watch.client, configuration)
            try await producer.initTransactions()
            _ = try await producer.send(ProducerRecord(topic: "t", value: nil))
            let open = try await watch.report("the last stable offset") { report in
                report.snapshot.topic("t")?.isTransactional == true
            }
            #expect(open.snapshot.partition(TopicPartition("t", 0))?.offsets?.value.stable == 0)
            await producer.close()
            await watch.end()
        }
    }
}
