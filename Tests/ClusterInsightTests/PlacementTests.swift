import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Partitions that are placed alike share where they are, until one of them is placed otherwise.
@Suite struct PlacementTests {
    private static func placement(_ replicas: [BrokerID]) -> Placement {
        var placement = Placement()
        placement.replicas = replicas
        placement.isr = replicas
        return placement
    }

    @Test func equalPlacementsAreOne() {
        var placements = Placements()
        let first = placements.shared(Self.placement([1, 2]))
        #expect(placements.shared(Self.placement([1, 2])).isIdentical(to: first))
        #expect(!placements.shared(Self.placement([2, 1])).isIdentical(to: first))
        #expect(placements.count == 2)
    }

    @Test func onlySoManyAreKept() {
        var placements = Placements()
        for id in 0..<Limits.placements { _ = placements.shared(Self.placement([BrokerID(id)])) }
        #expect(placements.count == Limits.placements)
        _ = placements.shared(Self.placement([-1]))
        #expect(placements.count == 1)
    }

    @Test func aPartitionThatIsPlacedOtherwiseLeavesTheRestAlone() {
        var one = PartitionSnapshot(id: 0, leader: 1, replicas: [1, 2], isr: [1, 2])
        var other = PartitionSnapshot(id: 1, leader: 1, replicas: [1, 2], isr: [1, 2])
        other.placement = one.placement
        one.isr = [1]
        #expect(one.isUnderReplicated && !other.isUnderReplicated)
        #expect(other.isr == [1, 2])
    }

    @Test func whoIsAwayIsMarkedInAllThatAreOnThatBroker() {
        var snapshot = ClusterSnapshot(at: 0)
        snapshot.brokers = [1, 2].map { BrokerSnapshot(id: $0, host: "h", port: 9092) }
        snapshot.brokers[1].state = .down(since: 0)
        let partitions = (0..<3).map { PartitionSnapshot(id: $0, leader: 1, replicas: [1, 2], isr: [1, 2]) }
        snapshot.topics = [TopicSnapshot(name: "t", partitions: partitions)]
        snapshot.markAbsent()
        let marked = snapshot.topics[0].partitions
        #expect(marked.allSatisfy { $0.away == [2] && $0.placement.isIdentical(to: marked[0].placement) })
        #expect(partitions.allSatisfy { $0.away.isEmpty })
    }
}
