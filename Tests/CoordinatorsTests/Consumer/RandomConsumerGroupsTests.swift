import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import Coordinators

/// Clients of the new protocol that come, go, crash and fall silent at random, over topics that change, a log that fails
/// and brokers that take over: no partition is ever in use by two, and in the end everybody has a share.
@Suite struct RandomConsumerGroupsTests {
    final class Client {
        let id: String
        let instance: String?
        /// Some read only one of the topics.
        let topics: [String]
        var epoch: Int32 = 0
        /// What it uses, by its own view.
        var owned = PartitionSet()
        /// What it was told to use.
        var told: PartitionSet?
        var lastBeat: Timestamp = 0
        /// Since when it has had partitions that it was told to give up; nil while there are none.
        var revokingSince: Timestamp?
        var isOn = false

        init(_ id: String, _ instance: String?, _ topics: [String]) {
            self.id = id
            self.instance = instance
            self.topics = topics
        }

        func stop() { (epoch, owned, told, isOn, revokingSince) = (0, PartitionSet(), nil, false, nil) }

        /// Gives up what it was told to.
        func revoke() {
            if let told { owned = owned.intersection(told) }
            revokingSince = nil
        }
    }

    @Test(arguments: 1...15) func neverTwoOwnersAndItSettles(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let script = CoordinatorScript()
        var topics = TestTopics(["a": 3, "b": 5])
        let assignor = seed % 3 == 0 ? "range" : "uniform"
        // Every other seed: all read the same.
        let clients = (0..<6).map { index in
            Client("c\(index)", index < 2 ? "i\(index)" : nil, seed % 2 == 0 && index % 3 == 0 ? ["b"] : ["a", "b"])
        }
        for _ in 0..<600 {
            let client = clients[Int.random(in: 0..<clients.count, using: &random)]
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<70: try step(client, script, topics, assignor)
            case 70..<80: client.revoke()
            case 80..<86: script.advance(Int64.random(in: 0..<3_000, using: &random))
            case 86..<88: topics.set("b", (topics.counts["b"] ?? 0) + 1)
            case 88: topics.counts["a"] == nil ? topics.set("a", 4) : topics.delete("a")
            case 89..<92 where client.isOn:
                let epoch: Int32 = client.instance == nil ? -1 : [-1, -2].randomElement(using: &random) ?? -1
                _ = try script.beat(client.id, epoch, topics: topics, instance: client.instance)
                client.stop()
            case 92..<96:
                script.committing = false
                try step(client, script, topics, assignor)
                script.fail(.notEnoughReplicas)
                script.committing = true
            case 96: script.reload()
            default: break
            }
            fence(clients, script.now)
            check(clients, seed)
        }
        // Everybody stays and beats: the group comes to rest.
        for _ in 0..<12 {
            script.advance(4_000)
            fence(clients, script.now)
            for client in clients {
                try step(client, script, topics, assignor)
                client.revoke()
                try step(client, script, topics, assignor)
            }
            fence(clients, script.now)
            check(clients, seed)
        }
        let group = try script.described(topics)
        #expect(group.groupState == "Stable" && group.members.count == 6, "seed \(seed)")
        let total = topics.counts.values.reduce(0, +)
        #expect(clients.reduce(0) { $0 + $1.owned.count } == Int(total), "seed \(seed)")
        let loads = clients.map(\.owned.count)
        if assignor == "uniform" && seed % 2 == 1 {
            #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 1, "seed \(seed)")
        }
        let before = group
        script.reload()
        #expect(try script.described(topics) == before, "seed \(seed)")
    }

    private func step(_ client: Client, _ script: CoordinatorScript, _ topics: TestTopics, _ assignor: String) throws {
        let joins = client.epoch == 0
        let answer = try script.beat(
            client.id, client.epoch, topics: topics, names: joins ? client.topics : nil,
            owned: joins ? [] : client.owned.list, timeout: joins ? 20_000 : -1, instance: client.instance,
            assignor: joins ? assignor : nil)
        // Nil: the answer is lost.
        guard let answer else { return }
        switch answer.errorCode {
        case .none:
            client.isOn = true
            client.epoch = answer.memberEpoch
            client.lastBeat = script.now
            if let assignment = answer.assignment { client.told = PartitionSet(assignment.topicPartitions) }
            // New partitions are used at once; those to give up only when the application is done with them.
            if let told = client.told {
                client.owned = client.owned.union(told)
                client.revokingSince = client.owned.isSubset(of: told) ? nil : client.revokingSince ?? script.now
            }
        case .unknownMemberId, .fencedMemberEpoch, .fencedInstanceId, .groupIdNotFound: client.stop()
        default: break
        }
    }

    /// A client that hears nothing for long, or does not get done with what it gives up within its rebalance timeout
    /// (`max.poll.interval.ms`), stops using partitions.
    private func fence(_ clients: [Client], _ now: Timestamp) {
        for client in clients where client.isOn {
            if min(client.lastBeat, client.revokingSince ?? .max) <= now - 20_000 { client.stop() }
        }
    }

    private func check(_ clients: [Client], _ seed: UInt64) {
        for (index, client) in clients.enumerated() {
            for other in clients.dropFirst(index + 1) {
                #expect(
                    client.owned.intersection(other.owned).isEmpty,
                    "seed \(seed): \(client.id) and \(other.id) share a partition")
            }
        }
    }
}
