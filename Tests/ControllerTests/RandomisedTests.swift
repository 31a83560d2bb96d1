import ClusterMetadata
import Controller
import KafkaProtocol
import TestSupport
import Testing

/// Random requests against one controller. `TestCluster` checks after each that in-sync sets hold only replicas, that
/// leaders are in sync and in service, and that no leader epoch has two leaders.
@Suite struct RandomisedTests {
    @Test(arguments: 1...10) func invariantsHold(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let cluster = TestCluster(
            brokers: 5, racks: ["a", "b"], seed: seed, settings: ["leader.imbalance.check.interval.seconds": "3"])
        for step in 0..<400 {
            act(cluster, step, &random)
            cluster.now += Int64.random(in: 0...900, using: &random)
        }
        let copy = try MetadataImage(records: cluster.image.records(), offset: cluster.image.offset)
        #expect(copy == cluster.image)
        let decoded = try cluster.image.records().map { try MetadataRecord(decoding: $0.encoded()) }
        #expect(try MetadataImage(records: decoded, offset: cluster.image.offset) == cluster.image)
        #expect(cluster.image.topics.count > 0)
    }

    private func act(_ cluster: TestCluster, _ step: Int, _ random: inout SeededGenerator) {
        let broker = BrokerID.random(in: 1...5, using: &random)
        let topic = cluster.image.topicIDs.keys.sorted().randomElement(using: &random) ?? "none"
        let count = cluster.image.topic(named: topic)?.partitions.count ?? 0
        let partition = Int32.random(in: 0..<Int32(max(1, count)), using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0: cluster.create("t\(step)", partitions: .random(in: 1...6, using: &random), factor: 3)
        case 1: cluster.fence(broker)
        case 2, 3: for id in 1...5 as ClosedRange<BrokerID> where id != broker { cluster.heartbeat(id) }
        case 4: cluster.register(broker, incarnation: UInt64(step + 2))
        case 5: cluster.heartbeat(broker, wantShutDown: Bool.random(using: &random))
        case 6: cluster.tick()
        case 7, 8:
            let state = cluster.state(topic, partition)
            var isr = state.replicas.filter { _ in Bool.random(using: &random) }
            if !isr.contains(state.leader) { isr.append(state.leader) }
            cluster.alterISR(topic, partition, to: isr)
        case 9:
            let size = Int.random(in: 1...4, using: &random)
            cluster.reassign(topic, partition, to: Array((1...5).shuffled(using: &random).prefix(size)))
        case 10: cluster.reassign(topic, partition, to: nil)
        default:
            _ = cluster.setConfig(
                .topic(topic), "unclean.leader.election.enable", "\(Bool.random(using: &random))")
        }
    }
}
