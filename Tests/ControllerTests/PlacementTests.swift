import ClusterMetadata
import KafkaProtocol
import Testing

@Suite struct PlacementTests {
    private func leaders(_ cluster: TestCluster, _ topic: String) -> [BrokerID: Int] {
        Dictionary((cluster.image.topic(named: topic)?.partitions ?? []).map { ($0.leader, 1) }, uniquingKeysWith: +)
    }

    private func replicas(_ cluster: TestCluster, _ topic: String) -> [BrokerID: Int] {
        let all = (cluster.image.topic(named: topic)?.partitions ?? []).flatMap(\.replicas)
        return Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +)
    }

    @Test(arguments: 1...10) func everyBrokerLeadsAndHoldsTheSame(_ seed: UInt64) {
        let cluster = TestCluster(brokers: 3, seed: seed)
        #expect(cluster.create("t", partitions: 12, factor: 2).errorCode == .none)
        #expect(leaders(cluster, "t") == [1: 4, 2: 4, 3: 4])
        #expect(replicas(cluster, "t").values.reduce(0, +) == 24)
        #expect(replicas(cluster, "t").values.allSatisfy { (6...10).contains($0) })
    }

    @Test(arguments: 1...10) func replicasSpreadOverRacks(_ seed: UInt64) {
        let cluster = TestCluster(brokers: 6, racks: ["a", "b", "c"], seed: seed)
        cluster.create("t", partitions: 18, factor: 3)
        for state in cluster.image.topic(named: "t")?.partitions ?? [] {
            let racks = Set(state.replicas.compactMap { cluster.image.brokers[$0]?.rack })
            #expect(racks == ["a", "b", "c"], "\(state.replicas)")
        }
        #expect(leaders(cluster, "t").values.allSatisfy { $0 == 3 })
        #expect(replicas(cluster, "t").values.allSatisfy { $0 == 9 })
    }

    @Test(arguments: 1...10) func unevenRacksStillGiveDistinctReplicas(_ seed: UInt64) {
        let cluster = TestCluster(seed: seed)
        for (id, rack) in [(1, "a"), (2, "a"), (3, "a"), (4, "b")] { cluster.start(Int32(id), rack: rack) }
        #expect(cluster.create("t", partitions: 20, factor: 4).errorCode == .none)
        for state in cluster.image.topic(named: "t")?.partitions ?? [] { #expect(Set(state.replicas).count == 4) }
    }

    @Test func fencedBrokersFollowButDoNotLead() {
        let cluster = TestCluster(brokers: 3)
        cluster.fence(2)
        cluster.create("t", partitions: 9, factor: 3)
        let states = cluster.image.topic(named: "t")?.partitions ?? []
        #expect(states.count == 9)
        for state in states {
            #expect(state.replicas.contains(2) && state.leader != 2 && !state.isr.contains(2))
            #expect(state.leader == state.replicas.first)
        }
    }

    @Test func oneBrokerTakesEverything() {
        let cluster = TestCluster(brokers: 1)
        cluster.create("t", partitions: 5)
        #expect(leaders(cluster, "t") == [1: 5])
    }

    @Test func brokersOnTheirWayOutGetNothing() {
        let cluster = TestCluster(brokers: 3)
        cluster.create("pin", assignments: [[2], [1]])
        #expect(cluster.heartbeat(2, wantShutDown: true).shouldShutDown == false)
        #expect(cluster.image.brokers[2]?.inControlledShutdown == true)
        cluster.create("t", partitions: 6, factor: 2)
        #expect(replicas(cluster, "t")[2] == nil)
        #expect(cluster.create("u", factor: 3).errorCode == .invalidReplicationFactor)
    }
}
