import Broker
import Simulation
import Testing

/// Long simulations make thousands of clusters in one process.
@Suite struct SimulatedClusterTests {
    private struct Kept {
        weak var node: BrokerNode?
        weak var replicas: ReplicaManager?
        weak var metadata: MetadataRuntime?
        weak var router: RequestRouter?
    }

    @Test func nothingIsLeftOfAClusterThatIsGone() throws {
        var kept: [Kept] = []
        weak var clock: ManualClock?
        do {
            let cluster = SimulatedCluster(size: 3, dice: Dice(seed: 1), trace: Trace())
            clock = cluster.clock
            func note() {
                for node in cluster.brokers.compactMap(\.node) {
                    kept.append(
                        Kept(node: node, replicas: node.replicas, metadata: node.metadata, router: node.router))
                }
            }
            for broker in cluster.brokers { try cluster.start(broker) }
            cluster.clock.advance(3_000)
            #expect(cluster.brokers.contains { $0.node?.metadata.isActiveController == true })
            note()
            cluster.kill(cluster[1])
            #expect(kept[0].node == nil && kept[0].metadata == nil)
            try cluster.start(cluster[1])
            cluster.clock.advance(3_000)
            note()
        }
        #expect(kept.count == 6 && clock == nil)
        for one in kept {
            #expect(one.node == nil && one.replicas == nil && one.metadata == nil && one.router == nil)
        }
    }
}
