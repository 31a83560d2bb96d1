import KafkaProtocol
import Testing

@testable import MetadataQuorum

/// Safety under faults, then liveness once they end. A failure names the seed; `KLAMM_SEED` replays it.
@Suite("A simulated quorum")
struct SimulationTests {
    private static func seeds(_ count: UInt64) -> [UInt64] {
        if let text = environment("KLAMM_SEED"), let seed = UInt64(text) { return [seed] }
        return Array(1...count)
    }

    @Test("keeps its promises with three voters", arguments: seeds(60))
    func three(seed: UInt64) throws { try storm(voters: 3, observers: 1, seed: seed) }

    @Test("keeps its promises with five voters", arguments: seeds(30))
    func five(seed: UInt64) throws { try storm(voters: 5, observers: 0, seed: seed &+ 1000) }

    @Test("keeps its promises while voters come and go", arguments: seeds(60))
    func changingVoters(seed: UInt64) throws {
        let size = 3 + Int(seed % 4)
        var simulation = QuorumSimulation(
            dynamicVoters: 1 + Int(seed % 3), of: size, seed: seed &+ 2000)
        try storm(&simulation, seed)
    }

    @Test("keeps its promises while configured voters go into the log and change", arguments: seeds(60))
    func upgradedVoters(seed: UInt64) throws {
        let size = 3 + Int(seed % 4)
        var simulation = QuorumSimulation(upgradableVoters: 1 + Int(seed % 3), of: size, seed: seed &+ 3000)
        try storm(&simulation, seed)
        // With this many tries one succeeds at last.
        simulation.faults = .none
        try simulation.upgradeVoters()
        try simulation.run(for: 2000)
        #expect(simulation.currentVoters.version == 1 && simulation.upgrades > 0, "seed \(seed)")
    }

    @Test("elects a leader within 300 ms of a fresh start", arguments: seeds(100))
    func freshStart(seed: UInt64) throws {
        var simulation = QuorumSimulation(voters: 3, seed: seed)
        try simulation.startAll()
        try simulation.run(for: 300) { !$0.committed.isEmpty }
        #expect(simulation.leader != nil, "seed \(seed)")
        #expect(simulation.committed.count == 1, "seed \(seed): the leader's first record is committed")
    }

    @Test("replaces a killed leader within 2 s", arguments: seeds(40))
    func killedLeader(seed: UInt64) throws {
        var simulation = QuorumSimulation(voters: 3, seed: seed)
        try simulation.startAll()
        try simulation.run(for: 1000)
        let old = try #require(simulation.leader, "seed \(seed)")
        simulation.crash(old)
        try simulation.run(for: 2000) { $0.leader != nil }
        #expect(simulation.leader != nil, "seed \(seed)")
    }

    @Test("replaces a leader that is cut off within 3 s, and the old one steps down", arguments: seeds(40))
    func isolatedLeader(seed: UInt64) throws {
        var simulation = QuorumSimulation(voters: 3, seed: seed)
        try simulation.startAll()
        try simulation.run(for: 1000)
        let old = try #require(simulation.leader, "seed \(seed)")
        for other in simulation.nodes.keys where other != old {
            simulation.cut.formUnion([[old, other], [other, old]])
        }
        try simulation.run(for: 3000)
        #expect(simulation.leader != nil && simulation.leader != old, "seed \(seed)")
        #expect(simulation.nodes[old]?.machine?.isLeader == false, "seed \(seed): check-quorum")
    }

    @Test("is not disturbed by a voter that comes back", arguments: seeds(20))
    func returningVoter(seed: UInt64) throws {
        var simulation = QuorumSimulation(voters: 3, seed: seed)
        try simulation.startAll()
        try simulation.run(for: 1000)
        let leader = try #require(simulation.leader)
        let epoch = simulation.nodes[leader]?.machine?.election.epoch
        let other: BrokerID = leader == 1 ? 2 : 1
        for peer in simulation.nodes.keys { simulation.cut.formUnion([[other, peer], [peer, other]]) }
        try simulation.run(for: 5000)
        simulation.cut = []
        try simulation.run(for: 3000)
        #expect(simulation.leader == leader, "seed \(seed)")
        #expect(simulation.nodes[leader]?.machine?.election.epoch == epoch, "seed \(seed): pre-vote keeps the epoch")
    }

    private func storm(voters: Int, observers: Int, seed: UInt64) throws {
        var simulation = QuorumSimulation(voters: voters, observers: observers, seed: seed)
        try storm(&simulation, seed)
    }

    private func storm(_ simulation: inout QuorumSimulation, _ seed: UInt64) throws {
        do {
            try simulation.startAll()
            simulation.faults = .init(loss: 10, maxDelay: 40, crashWhileActing: 2)
            for _ in 0..<150 {
                try disturb(&simulation)
                try simulation.run(for: Int64.random(in: 5...200, using: &simulation.random))
            }
            try settle(&simulation, seed)
        } catch let violation as QuorumSimulation.Violation {
            Issue.record(
                "\(violation) at \(simulation.now) ms; replay: KLAMM_SEED=\(seed) swift test --filter SimulationTests")
        }
    }

    private func disturb(_ simulation: inout QuorumSimulation) throws {
        let ids = simulation.nodes.keys.sorted()
        let node = ids[Int.random(in: ids.indices, using: &simulation.random)]
        let other = ids[Int.random(in: ids.indices, using: &simulation.random)]
        let kinds = simulation.canUpgrade ? 18 : simulation.bootstrapVoters == nil ? 12 : 17
        switch Int.random(in: 0..<kinds, using: &simulation.random) {
        case 0: simulation.crash(node)
        case 1, 2: try simulation.startAll()
        case 3: simulation.cut.formUnion([[node, other], [other, node]])
        case 4: simulation.cut.insert([node, other])
        case 5: simulation.cut = []
        case 6: simulation.snapshot(node)
        case 7: try simulation.with(node) { [now = simulation.now] in $0.resign(now: now) }
        case 12, 13, 14: try simulation.changeVoters(node)
        case 15: simulation.replaceDisk(node)
        case 17: try simulation.upgradeVoters()
        default: for _ in 0..<3 { try simulation.propose() }
        }
    }

    /// Faults end: within five seconds there must be a leader that commits, and everybody gets everything.
    private func settle(_ simulation: inout QuorumSimulation, _ seed: UInt64) throws {
        simulation.faults = .none
        simulation.cut = []
        try simulation.startAll()
        try simulation.run(for: 5000)
        let before = simulation.committed.count
        try simulation.propose()
        try simulation.run(for: 2000)
        #expect(simulation.committed.count > before, "seed \(seed): nothing is committed after the faults")
        for (id, node) in simulation.nodes {
            #expect(node.committed == Offset(simulation.committed.count), "seed \(seed): node \(id) stays behind")
        }
    }
}
