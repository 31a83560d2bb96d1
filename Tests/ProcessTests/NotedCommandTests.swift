import ClusterInsight
import Foundation
import KafkaProtocol
import LocalCluster
import TestSupport
import Testing

@testable import Dashboard
@testable import klamm

/// Changes made by the command line are in the journal of the person, told apart from those of screens.
@Suite(.serialized) struct NotedCommandTests {
    @Test(.timeLimit(.minutes(10))) func changesAreNotedAndQuestionsAreNot() async throws {
        let state = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(Foundation.UUID())")
        defer { try? FileManager.default.removeItem(at: state) }
        try await withBundledCluster(brokers: 1) { cluster in
            func klamm(_ arguments: [String]) async throws {
                _ = try await KlammBinary.run(
                    arguments + ["--cluster-dir", cluster.directory.path], environment: ["XDG_STATE_HOME": state.path])
            }
            try await klamm(["topics", "create", "a", "b", "--partitions", "2"])
            try await klamm(["topics", "create", "c", "--validate-only"])
            try await klamm(["topics", "list"])
            try await klamm(["topics", "delete", "b", "nowhere"])
            try await klamm(["configs", "alter", "--topic", "a", "--set", "retention.ms=10800000"])
            try await klamm(["configs", "alter", "--broker", "1", "--set", "ssl.keystore.password=hush"])
            try await klamm(["cluster", "kill", "1"])
            let managed = ManagedCluster(ClusterDirectory(cluster.directory.path))
            #expect(try await managed.status().brokers.map(\.ending) == ["killed by Klamm (SIGKILL)"])
            try await klamm(["cluster", "restart", "1"])
            #expect(try await managed.status().brokers.map(\.ending) == [nil])
            let entries = Array(await Journal(path: state.path + "/klamm/journal.ndjson").newestFirst.reversed())
            #expect(
                entries.map(\.change) == [
                    "create 2 topics", "delete 2 topics", "a: retention.ms → 10800000",
                    "broker 1: ssl.keystore.password → (hidden)", "kill −9 broker 1", "restart broker 1",
                ])
            #expect(entries.allSatisfy { $0.isCommand && $0.cluster == "bundled" })
            // Passwords and restarts are not taken back, nor yet deleted topics.
            #expect(
                entries.map(\.undoChange) == [
                    .deleteTopics(["a", "b"]), nil,
                    .alterConfigs([.topic("a")], [ConfigChange(name: "retention.ms", value: nil)]), nil,
                    .startBrokers([1]), nil,
                ])
            #expect(entries[2].items.map(\.detail) == ["default → 3 h"])
            let ids = Set(entries.filter { $0.undoChange != nil }.map(\.clusterID))
            #expect(ids.count == 1 && ids.first??.isEmpty == false, "the name alone may mean another cluster")
            #expect(entries[0].items.allSatisfy { $0.detail.hasPrefix("id ") } && entries[4].undo == "yes: start it")
            let deleted = try #require(entries.dropFirst().first)
            #expect(deleted.result == "1 ok, 1 failed" && deleted.items.map(\.word) == ["ok", "FAILED"])
            #expect(deleted.command.hasPrefix("klamm topics delete b nowhere --cluster-dir "))
            #expect(!entries.contains { $0.command.contains("hush") })
        }
    }

    /// What a command did to groups is taken back by the screen, by what the journal kept of before.
    @Test(.timeLimit(.minutes(10))) func offsetsOfBeforeAreKept() async throws {
        let state = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(Foundation.UUID())")
        defer { try? FileManager.default.removeItem(at: state) }
        try await withBundledCluster(brokers: 1) { cluster in
            func klamm(_ arguments: [String]) async throws {
                let outcome = try await KlammBinary.run(
                    arguments + ["--cluster-dir", cluster.directory.path], environment: ["XDG_STATE_HOME": state.path])
                #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            }
            try await klamm(["topics", "create", "a", "--partitions", "2"])
            try await klamm(["produce", "a", "--partition", "0", "--value", "v", "--times", "9"])
            for group in ["g", "h"] {
                try await klamm(["groups", "reset-offsets", group, "--topic", "a", "--to-latest"])
            }
            try await klamm(["groups", "reset-offsets", "g", "--topic", "a:0", "--to-offset", "4"])
            try await klamm(["groups", "delete-offsets", "g", "--partition", "a/1"])
            try await klamm(["groups", "delete", "g", "h"])
            let entries = Array(
                await Journal(path: state.path + "/klamm/journal.ndjson").newestFirst.reversed().suffix(5))
            let (zero, one) = (TopicPartition("a", 0), TopicPartition("a", 1))
            #expect(
                entries.map(\.undoChange) == [
                    nil, nil, .resetOffsets(group: "g", [zero: 9]), .resetOffsets(group: "g", [one: 0]),
                    .restoreGroups(["g": [zero: 4], "h": [zero: 9, one: 0]]),
                ])
            #expect(entries[2].items.map(\.detail) == ["9 → 4"] && entries[3].items.map(\.detail) == ["0 → —"])
            #expect(entries[4].undo == "yes: offsets of 2")
        }
    }

    /// Moves, throttles and configs of topics are taken back too, as far as what was before could be read.
    @Test(.timeLimit(.minutes(10))) func movesThrottlesAndTopicsAreTakenBack() async throws {
        let state = FileManager.default.temporaryDirectory.appendingPathComponent("noted-\(Foundation.UUID())")
        defer { try? FileManager.default.removeItem(at: state) }
        try await withBundledCluster(brokers: 2) { cluster in
            func klamm(_ arguments: [String], input: String? = nil) async throws {
                let outcome = try await KlammBinary.run(
                    arguments + ["--cluster-dir", cluster.directory.path], input: input,
                    environment: ["XDG_STATE_HOME": state.path])
                #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            }
            func plan(_ brokers: String) -> String {
                #"{"version":1,"partitions":[{"topic":"a","partition":0,"replicas":["# + brokers + "]}]}"
            }
            try await klamm(["topics", "create", "a", "--partitions", "1", "--replication-factor", "1"])
            try await klamm(["reassign", "execute", "-", "--wait"], input: plan("1"))
            try await klamm(["reassign", "execute", "-", "--wait", "--throttle", "1MiB"], input: plan("2"))
            try await klamm(["topics", "alter", "a", "--config", "retention.ms=3600000"])
            try await klamm(["topics", "alter", "a", "--partitions", "2"])
            try await klamm(["configs", "alter", "--topic", "a", "--append", "cleanup.policy=compact"])
            try await klamm(["configs", "alter", "--topic", "a", "--subtract", "cleanup.policy=delete"])
            // A compacted topic takes no records without keys.
            try await klamm(["configs", "alter", "--topic", "a", "--delete", "cleanup.policy"])
            // Something to copy, so slowly that it still runs when it is slowed further, and taken back.
            let value = String(repeating: "v", count: 60_000)
            try await klamm(["produce", "a", "--partition", "0", "--value", value, "--times", "50"])
            try await klamm(["reassign", "execute", "-", "--throttle", "20KiB"], input: plan("1"))
            try await klamm(["reassign", "throttle", "10KiB"])
            try await klamm(["reassign", "cancel", "--all"])
            let entries = await Journal(path: state.path + "/klamm/journal.ndjson").newestFirst.reversed()
                .filter { !$0.change.hasPrefix("create") && !$0.change.hasPrefix("produce") }.suffix(9)
            let id = TopicPartition("a", 0)
            let back: [ScreenChange?] = [
                .reassign([id: [1]], throttle: 1_048_576),
                .alterConfigs([.topic("a")], [ConfigChange(name: "retention.ms", value: nil)]), nil,
                .alterConfigs([.topic("a")], [ConfigChange(name: "cleanup.policy", value: nil)]),
                .alterConfigs([.topic("a")], [ConfigChange(name: "cleanup.policy", value: "delete,compact")]),
                .alterConfigs([.topic("a")], [ConfigChange(name: "cleanup.policy", value: "compact")]),
                .reassign([id: [2]], throttle: 20_480), .setThrottle(20_480),
                .reassign([id: [1]], throttle: 10_240),
            ]
            #expect(entries.map(\.undoChange) == back)
            let details = entries.map { entry in entry.items.map(\.detail).joined() }
            #expect(
                details == [
                    "1 → 2", "default → 1 h", "", "default → delete,compact", "delete,compact → compact",
                    "compact → default", "2 → 1", "", "1 → 2",
                ])
            #expect(entries.first?.undo == "yes: 1 previous list" && entries.last?.undo == "yes: 1 previous list")
        }
    }

    @Test func secretsAreNotNoted() {
        #expect(
            Noted.command(["x", "configs", "alter", "--set", "a.password=b c", "--set", "retention.ms=1"])
                == "klamm configs alter --set 'a.password=(hidden)' --set retention.ms=1")
    }
}
