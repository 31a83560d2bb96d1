import ClusterMetadata
import Controller
import KafkaProtocol
import LogStorage
import MetadataQuorum
import NIOCore
import TestSupport
import Testing

@testable import Broker

/// The metadata runtime on simulated disks and networks. A failure names the seed.
@Suite("The metadata runtime")
struct MetadataRuntimeTests {
    @Test("a single node commits alone, and finds everything again after a power loss")
    func alone() throws {
        let cluster = QuorumCluster(voters: 1, seed: 1)
        try cluster.startAll()
        #expect(cluster.run(for: 100) { cluster.active != nil })
        for index in 0..<5 { cluster.decide("\(index)") }
        #expect(cluster.run(for: 100) { cluster.committed.count == 5 })
        cluster.crash(1)
        try cluster.startAll()
        #expect(cluster.run(for: 200) { cluster.running.first.map { cluster.applied($0).count } == 5 })
        let image = try #require(cluster.running.first?.runtime?.image)
        #expect(image.features == Features.initial)
    }

    @Test("a disk that takes long to sync is named, and when it is done everything goes on")
    func slowDisk() throws {
        let cluster = QuorumCluster(voters: 3, seed: 1)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        let follower = try #require(cluster.running.first { $0.id != cluster.active?.id })
        let warning = "the disk is slow"
        #expect(follower.log.count(of: warning) == 0)
        follower.background?.slowest = 20_000
        cluster.decide("a")
        #expect(!cluster.run(for: Limits.slowSync) { follower.log.count(of: warning) > 0 })
        #expect(cluster.run(for: 10_000) { follower.log.count(of: warning) > 0 })
        follower.background?.slowest = 5
        cluster.decide("b")
        #expect(cluster.run(for: 45_000) { cluster.applied(follower) == ["a", "b"] })
    }

    @Test(
        "three fresh nodes have an active controller and the same image soon", arguments: 1...20 as ClosedRange<UInt64>)
    func fresh(seed: UInt64) throws {
        let cluster = QuorumCluster(voters: 3, seed: seed)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil }, "seed \(seed)")
        cluster.decide("a")
        #expect(cluster.run(for: 200) { cluster.running.allSatisfy { cluster.applied($0) == ["a"] } }, "seed \(seed)")
        #expect(cluster.running.allSatisfy { $0.runtime?.controller?.id == cluster.active?.id })
        #expect(cluster.running.allSatisfy { $0.halted == nil })
    }

    @Test(
        "a killed controller is replaced, and nothing that was answered is lost",
        arguments: 1...10 as ClosedRange<UInt64>)
    func failover(seed: UInt64) throws {
        let cluster = QuorumCluster(voters: 3, seed: seed)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        for index in 0..<10 { cluster.decide("\(index)") }
        cluster.run(for: 50)
        let old = try #require(cluster.active)
        cluster.crash(old.id)
        #expect(cluster.run(for: 2000) { cluster.active != nil }, "seed \(seed)")
        cluster.decide("after")
        #expect(cluster.run(for: 200) { cluster.committed.last == "after" }, "seed \(seed)")
        try cluster.start(old.id)
        let expected = Set(cluster.committed)
        let everywhere = cluster.run(for: 2000) {
            cluster.running.allSatisfy { cluster.applied($0).isSuperset(of: expected) }
        }
        #expect(everywhere, "seed \(seed)")
        #expect(cluster.running.count == 3)
    }

    @Test("a controller that is cut off answers NOT_CONTROLLER in the end")
    func cutOff() throws {
        let cluster = QuorumCluster(voters: 3, seed: 3)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        let old = try #require(cluster.active)
        for other in 1...3 as ClosedRange<BrokerID> where other != old.id {
            cluster.network.cut.formUnion([[old.id, other], [other, old.id]])
        }
        var answer: Result<Int, ErrorCode>?
        let record = MetadataRecord.config(ConfigRecord(resource: .broker(1), name: "test.x", value: "x"))
        old.runtime?.decide({ _, _ in Decision(records: [record], response: 1) }) { answer = $0 }
        #expect(cluster.run(for: 3000) { answer != nil })
        #expect(answer == .failure(.notController))
        cluster.network.cut = []
        cluster.run(for: 2000)
        #expect(cluster.running.allSatisfy { !cluster.applied($0).contains("x") }, "it was never committed")
        #expect(cluster.running.allSatisfy { $0.halted == nil })
    }

    @Test("a node without a disk loads the leader's snapshot, and observers hear what changed")
    func snapshot() async throws {
        try await wholeMachine { try loadSnapshot() }
    }

    private func loadSnapshot() throws {
        let cluster = QuorumCluster(voters: 3, seed: 4)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        cluster.decide("kept")
        try fillLog(cluster)
        let follower = try #require(cluster.running.first { $0.id != cluster.active?.id })
        cluster.wipe(follower.id)
        try cluster.start(follower.id)
        let fresh = try #require(cluster.nodes[follower.id])
        let leader = try #require(cluster.active)
        #expect(cluster.run(for: 3000) { fresh.runtime?.image == leader.runtime?.image })
        #expect(cluster.applied(fresh) == ["kept"])
        #expect(fresh.disk.history.contains { $0.contains(".checkpoint.part") }, "it came as a snapshot")
        for id in [1, 2, 3] as [BrokerID] { cluster.crash(id) }
        try cluster.startAll()
        #expect(cluster.run(for: 2000) { cluster.active != nil })
        cluster.decide("again")
        #expect(cluster.run(for: 500) { cluster.running.allSatisfy { cluster.applied($0) == ["kept", "again"] } })
    }

    @Test(
        "voters that answer later than an election lasts elect all the same",
        arguments: 1...10 as ClosedRange<UInt64>)
    func slowAnswers(seed: UInt64) throws {
        let cluster = QuorumCluster(voters: 3, seed: seed)
        let ids = [1, 2, 3] as [BrokerID]
        // There and back it takes half a second, and an election 150 to 300 ms.
        for from in ids { for to in ids where to != from { cluster.network.extraDelay[[from, to]] = 250 } }
        try cluster.startAll()
        #expect(cluster.run(for: 15_000) { cluster.active != nil }, "seed \(seed)")
        let epochs = cluster.active?.runtime?.machine.election.epoch ?? .max
        #expect(epochs < 10, "seed \(seed): epoch \(epochs)")
    }

    @Test(
        "a voter that was cut off has its leader again within a fetch timeout after the cut",
        arguments: 1...20 as ClosedRange<UInt64>)
    func cutVoter(seed: UInt64) throws {
        let cluster = QuorumCluster(voters: 3, seed: seed)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        let leader = try #require(cluster.active)
        let voter = try #require(cluster.running.first { $0.id != leader.id })
        for other in 1...3 as ClosedRange<BrokerID> where other != voter.id {
            cluster.network.cut.formUnion([[voter.id, other], [other, voter.id]])
        }
        cluster.run(for: cluster.dice.roll(500...6_000))
        cluster.decide("meanwhile")
        cluster.run(for: 50)
        cluster.network.cut = []
        #expect(cluster.run(for: 1_000) { cluster.applied(voter) == ["meanwhile"] }, "seed \(seed)")
        #expect(cluster.active?.id == leader.id, "seed \(seed)")
    }

    @Test("a snapshot that takes minutes holds up no decision")
    func slowSnapshot() async throws { try await wholeMachine { try decideBesideSnapshot() } }

    private func decideBesideSnapshot() throws {
        let cluster = QuorumCluster(voters: 3, seed: 5)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        for node in cluster.running { node.snapshotBackground?.slowest = 600_000 }
        try fillLog(cluster)
        let leader = try #require(cluster.active)
        #expect(leader.runtime?.isTakingSnapshot == true)
        #expect(leader.runtime?.store.snapshots.isEmpty == true)
        cluster.decide("a")
        #expect(cluster.run(for: 200) { cluster.running.allSatisfy { cluster.applied($0) == ["a"] } })
    }

    @Test("a heartbeat that changes nothing is answered while the disks are too slow to commit; others are not")
    func heartbeatsBesideSlowDisks() throws {
        let cluster = QuorumCluster(voters: 3, seed: 2)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        let runtime = try #require(cluster.active?.runtime)
        let epoch = try #require(register(1, cluster))
        var answers: [String] = []
        func beat(_ name: String, wantFence: Bool = false, wantShutDown: Bool = false) {
            var request = BrokerHeartbeatRequest()
            (request.brokerID, request.brokerEpoch, request.currentMetadataOffset) = (1, epoch, epoch)
            (request.wantFence, request.wantShutDown) = (wantFence, wantShutDown)
            runtime.decide({ $0.decide(request, version: 1, now: $1) }) { result in
                guard let told = try? result.get(), told.errorCode == .none else { return }
                answers.append("\(name): \(told.isFenced ? "fenced" : told.shouldShutDown ? "may go" : "serves")")
            }
        }
        beat("first")
        #expect(answers.isEmpty, "it unfences the broker, which must be committed")
        #expect(cluster.run(for: 200) { answers == ["first: serves"] })

        for node in cluster.running { node.background?.slowest = 20_000 }
        cluster.decide("a")
        #expect(cluster.committed.isEmpty)
        beat("idle")
        #expect(answers.last == "idle: serves")
        beat("leaving", wantShutDown: true)
        beat("idle again")
        #expect(answers.last == "idle: serves", "what is decided of it is not committed")
        for node in cluster.running { node.background?.slowest = 5 }
        #expect(cluster.run(for: 60_000) { cluster.committed == ["a"] })
    }

    /// The epoch that the controller gives a broker that starts.
    private func register(_ broker: BrokerID, _ cluster: QuorumCluster) -> Int64? {
        var request = BrokerRegistrationRequest()
        (request.brokerID, request.clusterID) = (broker, "test")
        (request.incarnationID, request.logDirs) = (UUID(high: 1, low: 1), [UUID(high: 2, low: 2)])
        request.features = Features.supported.map { name, levels in
            var feature = BrokerRegistrationRequest.Feature()
            feature.name = name
            (feature.minSupportedVersion, feature.maxSupportedVersion) = (levels.lowerBound, levels.upperBound)
            return feature
        }
        var epoch: Int64?
        cluster.active?.runtime?.decide({ $0.decide(request, version: 4, now: $1) }) { result in
            epoch = (try? result.get()).flatMap { $0.errorCode == .none ? $0.brokerEpoch : nil }
        }
        cluster.run(for: 200) { epoch != nil }
        return epoch
    }

    @Test("a snapshot that no start would read is not taken, and nothing is cut for it")
    func largeSnapshot() async throws { try await wholeMachine { try refuseLargeSnapshot() } }

    private func refuseLargeSnapshot() throws {
        let cluster = QuorumCluster(voters: 1, seed: 6)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        cluster.decide("kept")
        let node = try #require(cluster.active)
        let store = try #require(node.runtime?.store)
        #expect(store.mostSnapshotBytes == Limits.metadataSnapshotBytes)
        store.mostSnapshotBytes = 100
        try fillLog(cluster)
        #expect(cluster.run(for: 1_000) { node.log.count(of: "the log stays whole") > 0 })
        #expect(store.snapshots.isEmpty && store.log.logStartOffset == 0)
        cluster.kill(node.id)
        try cluster.startAll()
        #expect(cluster.run(for: 2_000) { cluster.active.map { cluster.applied($0) } == ["kept"] })
    }

    @Test("a snapshot file beyond the bound is taken for damaged, and a leader's is not taken in")
    func snapshotBeyondTheBound() throws {
        let cluster = QuorumCluster(voters: 1, seed: 6)
        try cluster.startAll()
        #expect(cluster.run(for: 400) { cluster.active != nil })
        cluster.decide("kept")
        cluster.run(for: 100)
        let node = try #require(cluster.active)
        let runtime = try #require(node.runtime)
        let id = SnapshotID(endOffset: runtime.appliedEnd, epoch: runtime.machine.election.epoch)
        let path = runtime.store.path(id)
        #expect(throws: StorageError.self) {
            try runtime.store.store(id, at: Int64(Limits.metadataSnapshotBytes), ByteBuffer(integer: UInt8(0)))
        }
        cluster.kill(node.id)
        node.disk.setBytes(path, [UInt8](repeating: 0, count: Limits.metadataSnapshotBytes + 1))
        try cluster.startAll()
        #expect(cluster.run(for: 2_000) { cluster.active.map { cluster.applied($0) } == ["kept"] })
        #expect(cluster.nodes[node.id]?.log.count(of: "is damaged") == 1)
        #expect(node.disk.bytes(path) == nil && node.disk.paths.contains(path + ".damaged"))
    }

    /// Commits as many records as make every node take snapshots.
    private func fillLog(_ cluster: QuorumCluster) throws {
        let batch = (0..<5000).map { number in
            MetadataRecord.producerIds(ProducerIdsRecord(brokerID: 1, brokerEpoch: 1, nextProducerID: Int64(number)))
        }
        var left = Int(Limits.recordsBetweenSnapshots) * 2 / batch.count + 2
        while left > 0 {
            var done = false
            cluster.active?.runtime?.decide({ _, _ in Decision(records: batch, response: 0) }) { _ in done = true }
            guard cluster.run(for: 1000, until: { done }) else { break }
            left -= 1
        }
        try #require(left == 0)
    }

    @Test("crashes, loss and cuts at random lose nothing that was answered", arguments: 1...15 as ClosedRange<UInt64>)
    func storm(seed: UInt64) throws {
        let cluster = QuorumCluster(voters: 3, seed: seed)
        try cluster.startAll()
        cluster.network.loss = 50
        cluster.network.maxDelay = 20
        for round in 0..<80 {
            let node = BrokerID(cluster.dice.roll(1...3))
            let other = BrokerID(cluster.dice.roll(1...3))
            switch cluster.dice.index(below: 10) {
            case 0: cluster.crash(node)
            case 1, 2: try cluster.startAll()
            case 3: cluster.network.cut.formUnion([[node, other], [other, node]])
            case 4, 5: cluster.network.cut = []
            default: for part in 0..<3 { cluster.decide("\(round)-\(part)") }
            }
            cluster.run(for: cluster.dice.roll(10...300))
        }
        cluster.network.loss = 0
        cluster.network.cut = []
        try cluster.startAll()
        // A controller that is about to notice that it was replaced may take the first of them.
        for attempt in 0..<10 where cluster.committed.last?.hasPrefix("last") != true {
            cluster.run(for: 500) { cluster.active != nil }
            cluster.decide("last-\(attempt)")
            cluster.run(for: 500) { cluster.committed.last?.hasPrefix("last") == true }
        }
        let last = try #require(cluster.committed.last)
        #expect(last.hasPrefix("last"), "seed \(seed): nothing is decided after the faults")
        #expect(
            cluster.run(for: 1000) { cluster.running.allSatisfy { cluster.applied($0).contains(last) } }, "seed \(seed)"
        )
        for node in cluster.running {
            #expect(node.halted == nil, "seed \(seed): node \(node.id) halts: \(node.halted ?? "")")
            #expect(
                cluster.applied(node).isSuperset(of: cluster.committed), "seed \(seed): node \(node.id) lost answers")
        }
    }
}
