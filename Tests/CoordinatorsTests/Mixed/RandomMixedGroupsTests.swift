import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import Coordinators

/// Clients that change between the classic and the new protocol at random, crash and fall silent, over a log that fails and
/// brokers that take over: no partition is ever in use by two, and in the end everybody has a share.
@Suite struct RandomMixedGroupsTests {
    /// A consumer in either protocol, as far as partitions matter.
    final class Client {
        let name: String
        let instance: String?
        /// Whether it keeps partitions over a rebalance of the classic protocol (KIP-429).
        let isCooperative: Bool
        var isClassic: Bool
        var id = ""
        /// Member epoch or generation.
        var epoch: Int32 = 0
        /// What it uses, by its own view.
        var owned: Set<Int32> = []
        var told: Set<Int32>?
        var lastBeat: Timestamp = 0
        var revokingSince: Timestamp?
        var join: RequestToken?
        var sync: RequestToken?
        var mustJoin = true

        init(_ name: String, _ instance: String?, isCooperative: Bool, isClassic: Bool) {
            self.name = name
            self.instance = instance
            self.isCooperative = isCooperative
            self.isClassic = isClassic
        }

        func stop() {
            (id, epoch, owned, told, revokingSince, join, sync) = ("", 0, [], nil, nil, nil, nil)
            mustJoin = true
        }

        /// A classic client that is told of a rebalance.
        func prepareToJoin() {
            if !isCooperative { owned = [] }
            (mustJoin, join, sync) = (true, nil, nil)
        }
    }

    static let partitions: Int32 = 7
    let topics = TestTopics(["t": Self.partitions])

    @Test(arguments: 1...30) func neverTwoOwnersAndItSettles(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let script = CoordinatorScript()
        script.image = try topics.image
        let clients = (0..<5).map { index in
            Client("c\(index)", index < 1 ? "i\(index)" : nil, isCooperative: seed % 2 == 0, isClassic: index % 2 == 0)
        }
        for _ in 0..<600 {
            let client = clients[Int.random(in: 0..<clients.count, using: &random)]
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<72: try step(client, script)
            case 72..<78: revoke(client)
            case 78..<85: script.advance(Int64.random(in: 0..<3_000, using: &random))
            case 85..<88:
                try leave(client, script)
                client.isClassic = Bool.random(using: &random)
            case 88..<90:
                // A crash: it comes back, perhaps in the other protocol, and its old self is still a member.
                client.stop()
                client.isClassic = Bool.random(using: &random)
            case 90..<94:
                script.committing = false
                try step(client, script)
                script.fail(.notEnoughReplicas)
                script.committing = true
            case 94: script.reload()
            default: break
            }
            fence(clients, script.now)
            check(clients, seed)
        }
        try settle(clients, script, seed, isClassic: { $0 % 2 == 0 })
        try settle(clients, script, seed, isClassic: { _ in true })
        #expect(script.coordinator.list(states: [], types: []).map(\.groupType) == ["classic"], "seed \(seed)")
        try settle(clients, script, seed, isClassic: { _ in false })
        #expect(script.coordinator.list(states: [], types: []).map(\.groupType) == ["consumer"], "seed \(seed)")
    }

    /// One by one the clients change to the protocol that is asked for; then everything is in use.
    private func settle(
        _ clients: [Client], _ script: CoordinatorScript, _ seed: UInt64, isClassic: (Int) -> Bool
    ) throws {
        func round() throws {
            script.advance(2_000)
            fence(clients, script.now)
            for client in clients {
                try step(client, script)
                revoke(client)
                try step(client, script)
                check(clients, seed)
            }
        }
        for (index, client) in clients.enumerated() where client.isClassic != isClassic(index) {
            try leave(client, script)
            client.isClassic = isClassic(index)
            for _ in 0..<3 { try round() }
        }
        // Members that crashed are out after their sessions.
        for _ in 0..<50 { try round() }
        #expect(clients.allSatisfy { !$0.owned.isEmpty }, "seed \(seed)")
        #expect(clients.reduce(0) { $0 + $1.owned.count } == Int(Self.partitions), "seed \(seed)")
    }

    private func step(_ client: Client, _ script: CoordinatorScript) throws {
        if client.isClassic { try stepClassic(client, script) } else { try stepNew(client, script) }
    }

    private func leave(_ client: Client, _ script: CoordinatorScript) throws {
        if client.isClassic {
            if !client.id.isEmpty {
                script.leave(client.name, [.init(memberID: client.id, groupInstanceID: client.instance)])
            }
        } else if client.epoch > 0 {
            try script.beat(client.id, -1, topics: topics, instance: client.instance)
        }
        client.stop()
    }

    // MARK: The new protocol

    private func stepNew(_ client: Client, _ script: CoordinatorScript) throws {
        let joins = client.epoch == 0
        if joins { client.id = "\(client.name)-\(script.now)" }
        let owned = [TopicIDPartitions(topicID: topics.id("t"), partitions: client.owned.sorted())]
        let answer = try script.beat(
            client.id, client.epoch, topics: topics, names: joins ? ["t"] : nil, owned: joins ? [] : owned,
            timeout: joins ? 20_000 : -1, instance: client.instance)
        // Nil: the answer is lost.
        guard let answer else { return }
        switch answer.errorCode {
        case .none:
            client.epoch = answer.memberEpoch
            client.lastBeat = script.now
            if let given = answer.assignment?.topicPartitions { client.told = Set(given.flatMap(\.partitions)) }
            if let told = client.told {
                client.owned.formUnion(told)
                client.revokingSince = client.owned.isSubset(of: told) ? nil : client.revokingSince ?? script.now
            }
        case .unknownMemberId, .fencedMemberEpoch, .fencedInstanceId, .groupIdNotFound: client.stop()
        default: break
        }
    }

    private func revoke(_ client: Client) {
        guard !client.isClassic, let told = client.told else { return }
        client.owned.formIntersection(told)
        client.revokingSince = nil
    }

    // MARK: The classic protocol

    private func stepClassic(_ client: Client, _ script: CoordinatorScript) throws {
        if client.mustJoin, client.join == nil { startJoin(client, script) }
        if let join = client.join, let answer = script.joined(join) { joined(client, answer, script) }
        if let sync = client.sync, let answer = script.synced(sync) { synced(client, answer, script) }
        guard !client.mustJoin, client.sync == nil else { return }
        switch script.heartbeat(client.name, client.id, generation: client.epoch, instance: client.instance) {
        case ErrorCode.none: client.lastBeat = script.now
        case .rebalanceInProgress:
            client.lastBeat = script.now
            client.prepareToJoin()
            startJoin(client, script)
        case .coordinatorNotAvailable, nil: break
        default: client.stop()
        }
    }

    private func startJoin(_ client: Client, _ script: CoordinatorScript) {
        let blob = ClassicBlobs.subscription(["t"], owned: client.owned.isEmpty ? [:] : ["t": client.owned.sorted()])
        client.join = script.join(
            client.name, id: client.id, instance: client.instance,
            protocols: [client.isCooperative ? "cooperative-sticky" : "range"], blob: blob, session: 30_000)
    }

    private func joined(_ client: Client, _ answer: JoinGroupResponse, _ script: CoordinatorScript) {
        client.join = nil
        client.lastBeat = script.now
        switch answer.errorCode {
        case .none:
            (client.id, client.epoch, client.mustJoin) = (answer.memberID, answer.generationID, false)
            let leads = answer.leader == answer.memberID && !answer.skipAssignment
            client.sync = script.sync(
                client.name, client.id, generation: client.epoch, instance: client.instance,
                blobs: leads ? assign(answer.members) : [:])
        case .memberIdRequired: client.id = answer.memberID
        case .unknownMemberId, .fencedInstanceId: client.stop()
        default: break
        }
    }

    private func synced(_ client: Client, _ answer: SyncGroupResponse, _ script: CoordinatorScript) {
        client.sync = nil
        switch answer.errorCode {
        case .none:
            let given = Set((ClassicBlobs.partitions(answer.assignment) ?? [:])["t"] ?? [])
            let gaveUp = !client.owned.isSubset(of: given)
            client.owned = given
            client.lastBeat = script.now
            // Others wait for what it gave up (KIP-429).
            if client.isCooperative && gaveUp { client.prepareToJoin() }
        case .unknownMemberId, .fencedInstanceId, .illegalGeneration: client.stop()
        default: client.prepareToJoin()
        }
    }

    /// A leader's assignor: in turn; a cooperative one gives nobody what another still has.
    private func assign(_ members: [JoinGroupResponse.Member]) -> [String: ByteBuffer] {
        var holders: [Int32: String] = [:]
        for member in members {
            for partition in ClassicBlobs.owned(member.metadata)["t"] ?? [] { holders[partition] = member.memberID }
        }
        var given: [String: [Int32]] = [:]
        for partition in 0..<Self.partitions {
            let member = members[Int(partition) % members.count].memberID
            if holders[partition].map({ $0 == member }) ?? true { given[member, default: []].append(partition) }
        }
        return Dictionary(
            members.map { ($0.memberID, ClassicBlobs.assignment(["t": given[$0.memberID] ?? []])) },
            uniquingKeysWith: { $1 })
    }

    // MARK: Checks

    /// A client that hears nothing for long, or is not done in time with what it gives up, stops using partitions.
    private func fence(_ clients: [Client], _ now: Timestamp) {
        for client in clients where client.epoch > 0 || !client.owned.isEmpty {
            if min(client.lastBeat, client.revokingSince ?? .max) <= now - 20_000 { client.stop() }
        }
    }

    private func check(_ clients: [Client], _ seed: UInt64) {
        for (index, client) in clients.enumerated() {
            for other in clients.dropFirst(index + 1) {
                #expect(
                    client.owned.isDisjoint(with: other.owned),
                    "seed \(seed): \(client.name) and \(other.name) share a partition")
            }
        }
    }
}
