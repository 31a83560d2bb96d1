import Foundation
import TestSupport
import Testing

/// A cluster that grows and then loses the brokers it began with: real processes, driven by the command line.
@Suite(.serialized) struct QuorumVotersTests {
    private struct Quorum: Decodable {
        struct Node: Decodable { let id: Int32 }
        let leaderId: Int32
        let voters: [Node]
        let observers: [Node]
    }

    private func quorum(_ cluster: BundledCluster) async throws -> Quorum {
        let text = try await cluster.klamm(["quorum", "describe", "--output", "json"])
        return try JSONDecoder().decode(Quorum.self, from: Data(text.utf8))
    }

    @Test(.timeLimit(.minutes(10))) func aGrownClusterLosesItsFirstBrokers() async throws {
        try await withBundledCluster { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3", "--replication-factor", "3"])
            try await cluster.klamm(["produce", "t"], input: "one\ntwo\nthree\n")
            for _ in 4...6 { try await cluster.command(["add-broker"]) }
            let refused = try await KlammBinary.run(
                ["quorum", "add", "9", "--bootstrap-server", try await cluster.status().bootstrapServers])
            #expect(refused.status == 1 && refused.errors.contains("broker 9 does not observe the quorum"))
            for id in 4...6 { try await cluster.klamm(["quorum", "add", "\(id)"]) }
            #expect(try await quorum(cluster).voters.map(\.id) == [1, 2, 3, 4, 5, 6])
            for id in 1...3 { try await cluster.klamm(["quorum", "remove", "\(id)"]) }
            #expect(try await quorum(cluster).voters.map(\.id) == [4, 5, 6])

            let parts = (0..<3).map { "{\"topic\":\"t\",\"partition\":\($0),\"replicas\":[4,5,6]}" }
            try await cluster.klamm(
                ["reassign", "execute", "-", "--wait"],
                input: "{\"version\":1,\"partitions\":[\(parts.joined(separator: ","))]}")
            try await cluster.command(["stop", "1", "2", "3"])
            let leader = try await leading(cluster, amongst: [4, 5, 6])
            try await write("four", cluster)

            try await cluster.command(["kill", "\(leader)"])
            let next = try await leading(cluster, amongst: Set([4, 5, 6]).subtracting([leader]))
            #expect(next != leader)
            try await write("five", cluster)
            let read = try await cluster.klamm(["consume", "t", "--from", "earliest", "--until-end"])
            #expect(Set(read.split(separator: "\n")) == ["one", "two", "three", "four", "five"])

            // The three alone are a cluster that starts from nothing but their disks.
            for id in 4...6 where id != leader { try await cluster.command(["kill", "\(id)"]) }
            try await cluster.command(["restart", "4", "5", "6"])
            _ = try await leading(cluster, amongst: [4, 5, 6])
            try await write("six", cluster)
        }
    }

    /// Waits until one of some brokers leads the quorum.
    private func leading(_ cluster: BundledCluster, amongst ids: Set<Int32>) async throws -> Int32 {
        try await poll("a leader amongst \(ids.sorted())") {
            let leader = try? await quorum(cluster).leaderId
            return leader.flatMap { ids.contains($0) ? $0 : nil }
        }
    }

    private func write(_ value: String, _ cluster: BundledCluster) async throws {
        try await cluster.klamm(["produce", "t", "--value", value])
    }

    @Test(.timeLimit(.minutes(10))) func aFirstBrokerLeavesForGood() async throws {
        try await withBundledCluster { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3", "--replication-factor", "3"])
            try await write("before", cluster)
            // Brings the internal topic of groups.
            try await cluster.klamm(["consume", "t", "--group", "g", "--from", "earliest", "--max", "1"])
            try await cluster.command(["add-broker"])
            #expect(try await refusal(of: 1, cluster).contains("klamm quorum remove 1 --cluster-dir"))
            try await cluster.klamm(["quorum", "add", "4"])
            try await cluster.klamm(["quorum", "remove", "1"])
            let moves = try await refusal(of: 1, cluster)
            #expect(moves.contains("klamm reassign plan --off 1 --cluster-dir"), "\(moves)")
            #expect(moves.contains("klamm reassign plan __consumer_offsets --off 1 --cluster-dir"), "\(moves)")
            #expect(try await refusal(of: 9, cluster).contains("there is no broker 9; this cluster has 1, 2, 3, 4"))
            try await empty(1, cluster)
            try await cluster.command(["remove-broker", "1"])
            try await expectWithoutFirst(cluster, voters: [2, 3, 4])
        }
    }

    /// A cluster with configured voters, as earlier releases made them.
    @Test(.timeLimit(.minutes(10))) func configuredVotersAreUpgradedAndReplaced() async throws {
        try await withBundledCluster { cluster in
            try await cluster.command(["stop"])
            try await makeOld(cluster)
            try await cluster.command(["start"])
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3", "--replication-factor", "3"])
            try await write("before", cluster)
            try await cluster.command(["add-broker"])
            let servers = try await cluster.status().bootstrapServers
            let refused = try await KlammBinary.run(["quorum", "add", "4", "--bootstrap-server", servers])
            #expect(refused.status == 1 && refused.errors.contains("klamm features upgrade kraft.version 1"))
            // A leader that has just been elected must have heard of every voter.
            let upgrade = ["features", "upgrade", "kraft.version", "1", "--bootstrap-server", servers]
            try await poll("kraft.version 1") { try await KlammBinary.run(upgrade).status == 0 ? true : nil }
            try await cluster.klamm(["quorum", "add", "4"])
            try await cluster.klamm(["quorum", "remove", "1"])
            #expect(try await quorum(cluster).voters.map(\.id) == [2, 3, 4])

            // What the log says holds after a start, whatever is configured.
            try await cluster.command(["stop"])
            try await cluster.command(["start"])
            #expect(try await quorum(cluster).voters.map(\.id) == [2, 3, 4])
            try await empty(1, cluster)
            try await cluster.command(["remove-broker", "1"])
            try await expectWithoutFirst(cluster, voters: [2, 3, 4])
        }
    }

    /// Turns a new cluster that is stopped into what an earlier release would have made.
    private func makeOld(_ cluster: BundledCluster) async throws {
        func edit(_ path: String, _ body: (String) -> String) throws {
            let file = cluster.directory.appendingPathComponent(path)
            try body(String(contentsOf: file, encoding: .utf8)).write(to: file, atomically: true, encoding: .utf8)
        }
        let brokers = try await cluster.status().brokers
        let voters = brokers.map { "\($0.id)@127.0.0.1:\($0.port)" }.joined(separator: ",")
        try edit("cluster.properties") { $0.replacingOccurrences(of: "kraft.version=1\n", with: "") }
        for broker in brokers {
            try edit("broker-\(broker.id)/server.properties") { $0 + "controller.quorum.voters=\(voters)\n" }
            let data = cluster.directory.appendingPathComponent("broker-\(broker.id)/data")
            try FileManager.default.removeItem(at: data)
            try FileManager.default.createDirectory(at: data, withIntermediateDirectories: false)
        }
    }

    private func refusal(of broker: Int32, _ cluster: BundledCluster) async throws -> String {
        let outcome = try await KlammBinary.run(
            ["cluster", "remove-broker", "\(broker)", "--cluster-dir", cluster.directory.path])
        #expect(outcome.status == 1)
        return outcome.errors
    }

    /// Moves all replicas off a broker, as the refusal says.
    private func empty(_ broker: Int32, _ cluster: BundledCluster) async throws {
        let held = try await cluster.klamm(["topics", "list"]).contains("__consumer_offsets")
        for topics in held ? [[], ["__consumer_offsets"]] : [[]] {
            let plan = try await cluster.klamm(["reassign", "plan", "--off", "\(broker)"] + topics)
            try await cluster.klamm(["reassign", "execute", "-", "--wait"], input: plan)
        }
    }

    /// The rest is a cluster that starts from its disks alone and takes a new broker.
    private func expectWithoutFirst(_ cluster: BundledCluster, voters: [Int32]) async throws {
        #expect(try await cluster.status().brokers.map(\.id) == [2, 3, 4])
        #expect(try await !cluster.klamm(["brokers", "list", "--output", "json"]).contains("\"id\": 1,"))
        #expect(!FileManager.default.fileExists(atPath: cluster.directory.appendingPathComponent("broker-1").path))
        try await cluster.command(["stop"])
        try await cluster.command(["start"])
        #expect(try await quorum(cluster).voters.map(\.id) == voters)
        #expect(try await cluster.command(["add-broker"]).contains("Broker 5"))
        try await write("after", cluster)
        let read = try await cluster.klamm(["consume", "t", "--from", "earliest", "--until-end"])
        #expect(Set(read.split(separator: "\n")) == ["before", "after"])
    }

    @Test(.timeLimit(.minutes(10))) func portsMayMoveWhileTheClusterIsStopped() async throws {
        try await withBundledCluster { cluster in
            try await cluster.klamm(["topics", "create", "t", "--replication-factor", "3"])
            try await write("before", cluster)
            let before = try await cluster.status().brokers.map(\.port)
            try await cluster.command(["stop"])
            // Somebody else takes all the ports, as a second cluster does.
            let takers = try before.map { try SilentListener(port: $0) }
            try await cluster.command(["start", "--port", "0"])
            let after = try await cluster.status().brokers.map(\.port)
            #expect(Set(before).isDisjoint(with: after))
            try await write("after", cluster)
            let read = try await cluster.klamm(["consume", "t", "--from", "earliest", "--until-end"])
            #expect(read == "before\nafter\n")
            withExtendedLifetime(takers) {}
        }
    }
}
