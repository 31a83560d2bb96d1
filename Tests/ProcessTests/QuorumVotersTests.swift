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
