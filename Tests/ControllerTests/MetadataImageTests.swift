import ClusterMetadata
import KafkaProtocol
import Testing

@Suite struct MetadataImageTests {
    private let id = UUID(high: 1, low: 1)

    private func image(_ states: [PartitionState]) throws -> MetadataImage {
        var image = MetadataImage()
        try image.replay(.topic(TopicRecord(name: "t", topicID: id)), offset: 0)
        for (index, state) in states.enumerated() {
            try image.replay(.partition(state.record(topicID: id, partitionID: Int32(index))), offset: 1)
        }
        return image
    }

    @Test func aCopyStaysAsItWas() throws {
        let before = try image([PartitionState(replicas: [1], isr: [1])])
        var after = before
        try after.replay(.removeTopic(RemoveTopicRecord(topicID: id)), offset: 2)
        #expect(before.topic(named: "t") != nil)
        #expect(after.topic(named: "t") == nil)
    }

    @Test func recordsThatDoNotFitAreRefused() throws {
        var image = try image([])
        let stray = PartitionState(replicas: [1], isr: [1]).record(topicID: id, partitionID: 5)
        #expect(throws: MetadataError.self) { try image.replay(.partition(stray), offset: 2) }
        #expect(throws: MetadataError.self) {
            try image.replay(.partitionChange(PartitionChangeRecord(topicID: id, partitionID: -1)), offset: 2)
        }
        #expect(throws: MetadataError.self) {
            try image.replay(.unregisterBroker(UnregisterBrokerRecord(brokerID: 1, brokerEpoch: 0)), offset: 2)
        }
    }

    @Test func aLeaderInTheRecordRaisesTheEpochEvenIfItIsTheSame() throws {
        var image = try image([PartitionState(replicas: [1, 2], isr: [1, 2])])
        var change = PartitionChangeRecord(topicID: id, partitionID: 0)
        change.isr = [1]
        try image.replay(.partitionChange(change), offset: 2)
        #expect(image.partition("t", 0)?.leaderEpoch == 0)
        #expect(image.partition("t", 0)?.partitionEpoch == 1)
        change.leader = 1
        try image.replay(.partitionChange(change), offset: 3)
        #expect(image.partition("t", 0)?.leaderEpoch == 1)
        #expect(image.partition("t", 0)?.partitionEpoch == 2)
    }

    @Test func localChangesSayWhatABrokerMustDo() throws {
        var image = try image([
            PartitionState(replicas: [1, 2], isr: [1, 2]), PartitionState(replicas: [2, 1], isr: [2, 1]),
            PartitionState(replicas: [2, 3], isr: [2, 3]), PartitionState(replicas: [1, 3], isr: [1, 3]),
        ])
        var delta = MetadataDelta()
        var handOver = PartitionChangeRecord(topicID: id, partitionID: 0)
        handOver.leader = 2
        var shrink = PartitionChangeRecord(topicID: id, partitionID: 1)
        shrink.isr = [2]
        var leave = PartitionChangeRecord(topicID: id, partitionID: 3)
        leave.replicas = [3]
        leave.isr = [3]
        leave.leader = 3
        for change in [handOver, shrink, leave] {
            try image.replay(.partitionChange(change), offset: 2, delta: &delta)
        }
        let changes = image.localChanges(of: 1, in: delta)
        #expect(changes.leading.isEmpty)
        #expect(changes.following.map(\.partition) == [0, 1])
        #expect(changes.following.map(\.isNewEpoch) == [true, false])
        #expect(changes.removed.map(\.partition) == [3])
        #expect(changes.removed.map(\.topicDeleted) == [false])
        #expect(image.localChanges(of: 2, in: delta).leading.map(\.partition) == [0, 1])
    }

    @Test func aDeletedTopicIsRemovedWhereItWasHeld() throws {
        var image = try image([PartitionState(replicas: [1, 2], isr: [1, 2])])
        try image.replay(.config(ConfigRecord(resource: .topic("t"), name: "a", value: "b")), offset: 2)
        var delta = MetadataDelta()
        try image.replay(.removeTopic(RemoveTopicRecord(topicID: id)), offset: 3, delta: &delta)
        try image.replay(.topic(TopicRecord(name: "t", topicID: UUID(high: 2, low: 2))), offset: 4, delta: &delta)
        let fresh = PartitionState(replicas: [1], isr: [1])
        try image.replay(
            .partition(fresh.record(topicID: UUID(high: 2, low: 2), partitionID: 0)), offset: 5, delta: &delta)
        let changes = image.localChanges(of: 1, in: delta)
        #expect(changes.removed.map(\.topic) == [id])
        #expect(changes.leading.map(\.topic) == [UUID(high: 2, low: 2)])
        #expect(image.config(.topic("t")).isEmpty)
        #expect(image.localChanges(of: 2, in: delta).removed.count == 1)
    }

    @Test func aTopicThatCameAndWentIsNobodysBusiness() throws {
        var image = MetadataImage()
        var delta = MetadataDelta()
        try image.replay(.topic(TopicRecord(name: "t", topicID: id)), offset: 0, delta: &delta)
        let state = PartitionState(replicas: [1], isr: [1])
        try image.replay(.partition(state.record(topicID: id, partitionID: 0)), offset: 1, delta: &delta)
        try image.replay(.removeTopic(RemoveTopicRecord(topicID: id)), offset: 2, delta: &delta)
        #expect(image.localChanges(of: 1, in: delta).isEmpty)
        #expect(delta.isEmpty)
    }
}
