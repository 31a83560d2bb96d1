import ClusterInsight
import Foundation
import KafkaClient
import KafkaProtocol
import LocalCluster
import Synchronization
import TestSupport
import Testing

@testable import Dashboard

/// Changes as the screen sends them, on a real cluster.
@Suite(.serialized) struct ChangeExecutorTests {
    /// An executor whose messages are kept.
    final class Run: Sendable {
        let client: KafkaClient
        let source: LiveSource
        let executor: ChangeExecutor
        private let running: Task<Void, Never>
        private let told: Told

        final class Told: Sendable {
            let messages = Mutex<[Message]>([])
        }

        init(
            _ bootstrap: String, callTimeout: Duration = .seconds(30), managed: ManagedCluster? = nil
        ) async throws {
            var configuration = ClientConfiguration(bootstrap: try #require(BrokerAddress.list(bootstrap)))
            configuration.callTimeout = callTimeout
            let told = Told()
            self.told = told
            let send: @Sendable (Message) -> Void = { message in told.messages.withLock { $0.append(message) } }
            client = KafkaClient(configuration)
            let source = LiveSource(client: client, bootstrap: [bootstrap], managed: managed, send: send)
            self.source = source
            executor = ChangeExecutor(
                client: client, managed: managed, lifeline: nil, source: source, journal: Journal(path: nil),
                clusterName: "test", send: send)
            running = Task { await source.run() }
        }

        /// What has come so far.
        var messages: [Message] { told.messages.withLock { $0 } }

        /// Waits for a picture with a property.
        func picture(_ what: String, where isIt: (ClusterSnapshot) -> Bool) async throws {
            _ = try await poll(what) { () -> Bool? in isIt(await source.snapshot) ? true : nil }
        }

        /// Carries a change out and hands out its items.
        func perform(_ change: Change) async throws -> [ChangeItem] {
            await executor.perform(change, command: "klamm …")
            let results = messages.compactMap { message -> [ChangeItem]? in
                if case .changed(_, let items, _, _) = message { items } else { nil }
            }
            return try #require(results.last)
        }

        func end() async {
            running.cancel()
            await source.stop()
            await client.close()
        }
    }

    @Test(.timeLimit(.minutes(10))) func whatWasDoneIsTakenBack() async throws {
        try await withBundledCluster { cluster in
            for (name, config) in [("a", "retention.ms=3600000"), ("b", "segment.ms=7200000")] {
                try await cluster.klamm([
                    "topics", "create", name, "--partitions", "2", "--replication-factor", "3", "--config", config,
                ])
            }
            let managed = ManagedCluster(
                ClusterDirectory(cluster.directory.path), executable: KlammBinary.url.path)
            let run = try await Run(try await cluster.status().bootstrapServers, managed: managed)
            try await run.picture("two topics") { $0.topics.count == 2 }
            func undo() async throws -> Change {
                try #require(await run.executor.journal.newestFirst.first?.undoChange)
            }

            #expect(try await run.perform(.deleteTopics(["a", "b"])).map(\.word) == ["ok", "ok"])
            #expect(try await run.perform(undo()).map(\.word) == ["ok", "ok"])
            #expect(try await undo() == .deleteTopics(["a", "b"]))
            let topics = await run.client.describeTopics(["a", "b"])
            #expect(try topics.values.map { try $0.get().partitions.count } == [2, 2])
            let configs = await run.client.configs(of: [.topic("b")])
            let own = try configs[.topic("b")]?.get().first { $0.name == "segment.ms" }
            #expect(own?.value == "7200000" && own?.source == 1)

            // What a password was is told by nobody, so that it is not taken back: that would unset it.
            let secret = ConfigChange(name: "ssl.keystore.password", value: "hush")
            #expect(try await run.perform(.alterConfigs([.broker(1)], [secret])).map(\.word) == ["ok"])
            let threads = ConfigChange(name: "log.retention.ms", value: "7200000")
            #expect(try await run.perform(.alterConfigs([.broker(1)], [secret, threads])).map(\.word) == ["ok"])
            #expect(
                try await undo()
                    == .alterConfigs([.broker(1)], [ConfigChange(name: "log.retention.ms", value: nil)]))
            #expect(try await run.perform(.alterConfigs([.broker(1)], [secret])).map(\.word) == ["ok"])
            let entry = try #require(await run.executor.journal.newestFirst.first)
            #expect(entry.undoChange == nil && entry.undo == "no: brokers do not tell what was set")

            #expect(try await run.perform(.addBroker).map(\.name) == ["broker 4"])
            #expect(try await undo() == .removeBroker(4))
            #expect(try await run.perform(undo()).map(\.word) == ["ok"])
            #expect(try await cluster.status().brokers.map(\.id) == [1, 2, 3])
            try await run.picture("no row of broker 4") { !$0.brokers.contains { $0.id == 4 } }
            await run.end()
        }
    }

    @Test(.timeLimit(.minutes(10))) func brokersAreRestartedInTurnAndNoneAfterOneThatStaysAway() async throws {
        try await withBundledCluster { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3", "--replication-factor", "3"])
            let managed = ManagedCluster(
                ClusterDirectory(cluster.directory.path), executable: KlammBinary.url.path)
            let run = try await Run(try await cluster.status().bootstrapServers, managed: managed)
            let before = try await cluster.status().brokers.map(\.pid)
            let items = try await run.perform(.rollingRestart([3, 1]))
            #expect(items.map(\.name) == ["broker 3", "broker 1"] && items.allSatisfy { $0.failure == nil })
            let after = try await cluster.status().brokers.map(\.pid)
            #expect(zip(before, after).map { $0 == $1 } == [false, true, false])
            let told = run.messages.compactMap { message -> [String]? in
                if case .answered(_, let items) = message { items.map(\.name) } else { nil }
            }
            #expect(told == [["broker 3"], ["broker 1"]])

            try await cluster.command(["kill", "2"])
            let stopped = await RollingRestart(managed, run.client, patience: .seconds(1)).run([3, 1]) { _ in }
            #expect(stopped[0].failure == "not restarted: broker 2 is stopped")
            #expect(stopped[1].failure == "not restarted: broker 3 was not back in order before it")
            #expect(try await cluster.status().brokers.map(\.pid).last == after.last, "nothing was stopped")
            await run.end()
        }
    }

    /// Starts of several brokers are as many processes: each is told by itself, and one that fails fails alone.
    @Test(.timeLimit(.minutes(10))) func ofSeveralStartedBrokersEachHasItsResult() async throws {
        try await withBundledCluster { cluster in
            let managed = ManagedCluster(
                ClusterDirectory(cluster.directory.path), executable: KlammBinary.url.path)
            let run = try await Run(try await cluster.status().bootstrapServers, managed: managed)
            try await cluster.command(["stop", "2", "3"])
            let config = cluster.directory.appendingPathComponent("broker-3/server.properties")
            let good = try String(contentsOf: config, encoding: .utf8)
            try (good + "\nlog.segment.bytes=many\n").write(to: config, atomically: true, encoding: .utf8)
            let items = try await run.perform(.startBrokers([2, 3]))
            #expect(items.map(\.name) == ["broker 2", "broker 3"] && items[0].failure == nil)
            #expect(items[1].failure?.contains("log.segment.bytes=many") == true, "\(items[1])")
            let told = run.messages.compactMap { message -> [ChangeItem]? in
                if case .answered(_, let items) = message { items } else { nil }
            }
            #expect(told.allSatisfy { $0.count == 1 } && Set(told.flatMap { $0 }.map(\.name)).count == 2)
            #expect(try await cluster.status().brokers.map(\.state) == ["running", "running", "stopped"])
            let result = ResultPopup(title: "", change: .startBrokers([2, 3]), items: items, milliseconds: 1)
            #expect(Plans.failedAgain(result) == .startBrokers([3]))
            await run.end()
        }
    }

    /// A broker that does not answer holds up its own partitions only, and the screen sees the others at once.
    @Test(.timeLimit(.minutes(10))) func answersAreToldAsTheyCome() async throws {
        try await withBundledCluster { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3", "--replication-factor", "1"])
            let run = try await Run(try await cluster.status().bootstrapServers, callTimeout: .seconds(8))
            try await run.picture("a topic on three brokers") { snapshot in
                Set((snapshot.topic("t")?.partitions ?? []).compactMap(\.leader)).count == 3
            }
            let leaders = await run.source.snapshot.topic("t")?.partitions.reduce(into: [:]) { $0[$1.leader] = $1.id }
            let slow = "t/\(try #require(leaders?[3]))"
            try await cluster.command(["pause", "3"])
            let began = ContinuousClock.now
            let offsets = (0..<3).map { (TopicPartition("t", $0), Offset(0)) }
            let items = try await run.perform(.purge(Dictionary(uniqueKeysWithValues: offsets)))
            #expect(began.duration(to: .now) > .seconds(2), "it waited for the broker that is paused")
            #expect(items.filter { $0.word == "ok" }.count == 2)
            #expect(items.first { $0.name == slow }?.failure != nil, "it has no leader once broker 3 is fenced")
            let answered = run.messages.compactMap { message -> [String]? in
                if case .answered(_, let items) = message { items.map(\.name) } else { nil }
            }
            #expect(answered.prefix(3).map(\.count) == [1, 1, 1] && answered.dropFirst(2).first == [slow])
            try await cluster.command(["resume", "3"])
            await run.end()
        }
    }

    /// Messages go where they are told to, in their order, and each tells where it went.
    @Test(.timeLimit(.minutes(10))) func messagesAreSentAgain() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "copy", "--partitions", "2"])
            let run = try await Run(try await cluster.status().bootstrapServers)
            let messages = (0..<50).map(Self.message)
            let sent = Replay(
                messages.filter { $0.partition < 2 }, to: "copy", keepsPartitions: true, keepsTimestamps: true)
            let items = try await run.perform(.replay(sent))
            #expect(items.map(\.name) == sent.messages.map(\.id) && items.allSatisfy { $0.failure == nil })
            #expect(items.first?.detail == "→ copy/0 offset 0")
            let lines = try await cluster.klamm(
                ["consume", "copy", "--from", "earliest", "--until-end", "--partition", "1", "--output", "json"])
            let first = try #require(lines.split(separator: "\n").first)
            #expect(first.contains(#""timestamp":1001,"key":"k1","value":null,"headers":[{"key":"h","value":null}]"#))
            #expect(lines.split(separator: "\n").count == sent.messages.count { $0.partition == 1 })
            let gone = try await run.perform(
                .replay(Replay([messages[2]], to: "copy", keepsPartitions: true, keepsTimestamps: false)))
            #expect(gone.first?.name == "t/2/2" && gone.first?.failure != nil, "it has no partition 2")
            await run.end()
        }
    }

    private static func message(_ number: Int) -> ReadMessage {
        let value: [UInt8]? = number == 1 ? nil : [0xFF, UInt8(number)]
        return ReadMessage(
            topic: "t", partition: Int32(number % 3), offset: Offset(number), timestamp: Timestamp(1_000 + number),
            key: Array("k\(number)".utf8), value: value, headers: [RecordHeader(key: "h", value: nil)])
    }
}
