import KafkaProtocol
import Testing

@testable import ClusterInsight

/// What a plan leaves to the loss of one broker or rack.
@Suite struct ExposureTests {
    @Test func whatALossWouldTakeOfflineIsKnown() {
        let (a, b, c) = (TopicPartition("t", 0), TopicPartition("t", 1), TopicPartition("t", 2))
        let lists = [(a, [BrokerID(1)]), (b, [1, 2]), (c, [1, 3])]
        let apart = Exposure(lists, racks: [1: "x", 2: "x", 3: "y"])
        #expect(apart.brokers == [1: [a]] && apart.racks == ["x": [b]])
        for racks in [[:], [BrokerID(1): "x", 2: "x", 3: "x"], [1: "x", 3: "y"]] {
            #expect(Exposure(lists, racks: racks).racks.isEmpty, "nobody knows of two racks: \(racks)")
        }
        #expect(Exposure([(c, [1, 3])], racks: [1: "x", 3: "y"]).isEmpty)
    }
}
