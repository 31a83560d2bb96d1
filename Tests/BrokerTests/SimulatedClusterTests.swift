import KafkaProtocol
import Simulation
import Testing

@testable import Broker

/// Long simulations make thousands of clusters in one process.
@Suite struct SimulatedClusterTests {
    private struct Kept {
        weak var node: BrokerNode?
        weak var replicas: ReplicaManager?
        weak var metadata: MetadataRuntime?
        weak var router: RequestRouter?
    }

    /// Whoever still waits for an answer when it ends holds nothing either.
    @Test func nothingIsLeftOfARunThatIsOver() {
        weak var clock: ManualClock?
        weak var node: BrokerNode?
        do {
            let simulation = Simulation(seed: 2)
            clock = simulation.cluster.clock
            #expect(simulation.run().violation == nil)
            node = simulation.cluster.brokers[0].node
            #expect(node != nil)
        }
        #expect(clock == nil && node == nil)
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
            // Who waits for a broker to catch up goes with it.
            cluster.kill(cluster[2])
            try cluster.start(cluster[2])
            note()
            var frame = try Frame.request(MetadataRequest(), version: 9, correlationID: 1, clientID: "test")
            frame.moveReaderIndex(forwardBy: 4)
            var isAnswered = false
            _ = cluster[2].node?.router.route(frame, from: "/h", respond: { _ in isAnswered = true }, close: {})
            cluster.kill(cluster[2])
            #expect(!isAnswered)
        }
        #expect(kept.count == 9 && clock == nil)
        for one in kept {
            #expect(one.node == nil && one.replicas == nil && one.metadata == nil && one.router == nil)
        }
    }
}
