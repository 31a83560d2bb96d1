import ClusterMetadata
import KafkaProtocol
import LogStorage
import NIOCore
import Simulation
import TestSupport
import Testing

@testable import Broker

/// A leader's proposals of in-sync sets: until it is certain which set is in force, all that may be count.
@Suite struct IsrProposalsTests {
    private let clock = ManualClock()
    private let router = RequestRouter()
    private let partition: Partition
    private let proposals: IsrProposals

    init() throws {
        let key = TopicPartition("t", 0)
        let log = try Log.open(key, directory: "/t-0", disk: SimulatedDisk(), config: LogConfig(), now: 0) { _, _ in }
        var state = PartitionState(replicas: [1, 2, 3], isr: [1, 2])
        state.partitionEpoch = 4
        partition = Partition(
            topicPartition: key, topicID: UUID(high: 1, low: 2), log: log, nodeID: 1, state: PartitionState(),
            config: ConfigView(brokerID: 1, staticValues: [:]).topic("t", in: MetadataImage()))
        partition.lead(state, now: clock.now)
        proposals = IsrProposals(
            nodeID: 1, channel: ControllerChannel(router: router, peers: NoPeers(), clock: clock) { .here },
            clock: clock, log: NodeLog(nodeID: 1) { _, _ in }, brokerEpoch: { 9 }, memberEpoch: { _ in 9 },
            settled: { _ in })
    }

    /// Lets the controller answer every proposal alike.
    private func answer(_ code: ErrorCode, leaderEpoch: Epoch, partitionEpoch: Int32, isr: [BrokerID]) {
        let id = partition.topicID
        router.on(AlterPartitionRequest.self) { request in
            var part = AlterPartitionResponse.Topic.Partition()
            part.errorCode = code
            part.leaderID = 1
            part.leaderEpoch = leaderEpoch
            part.partitionEpoch = partitionEpoch
            part.isr = isr
            var topic = AlterPartitionResponse.Topic()
            topic.topicID = id
            topic.partitions = [part]
            var response = AlterPartitionResponse()
            response.topics = [topic]
            request.reply(response)
        }
    }

    @Test func aDecisionOfThisLeadershipHoldsAtOnce() throws {
        answer(.none, leaderEpoch: 0, partitionEpoch: 5, isr: [1, 2, 3])
        proposals.propose([1, 2, 3], for: partition)
        clock.advance(10)
        #expect(partition.proposedISR == nil && partition.state.isr == [1, 2, 3])
        #expect(partition.state.partitionEpoch == 5)
    }

    /// The answer says nothing of eligible leaders, and nobody is one while in sync (KIP-966).
    @Test func whoComesIntoTheSetIsNoEligibleLeaderAnyMore() throws {
        partition.state.eligible = [3]
        answer(.none, leaderEpoch: 0, partitionEpoch: 5, isr: [1, 2, 3])
        proposals.propose([1, 2, 3], for: partition)
        clock.advance(10)
        #expect(partition.state.isr == [1, 2, 3] && partition.state.eligible == [])
    }

    @Test func aRefusalForGoodEndsTheProposal() throws {
        answer(.ineligibleReplica, leaderEpoch: 0, partitionEpoch: 4, isr: [1, 2])
        proposals.propose([1, 2, 3], for: partition)
        clock.advance(10)
        #expect(partition.proposedISR == nil && partition.state.isr == [1, 2])
    }

    /// Replica 3 is in the set that is in force from now on, and may be the next leader: what it does not hold must not be
    /// acknowledged, though the leader learns the rest only from metadata.
    @Test func aDecisionOfTheNextLeadershipCountsUntilMetadataBringIt() throws {
        answer(.none, leaderEpoch: 1, partitionEpoch: 5, isr: [1, 2, 3])
        proposals.propose([1, 2, 3], for: partition)
        clock.advance(10)
        try partition.log.appendAsLeader(RefusedBatchesTests.bytes(0), epoch: 0, now: 0)
        partition.followerFetched(3, from: 0, logStart: 0, brokerEpoch: 9, now: clock.now)
        partition.followerFetched(2, from: 1, logStart: 0, brokerEpoch: 9, now: clock.now)
        let moved = partition.advanceHighWatermark(now: clock.now, lagLimit: 0) { _, _ in false }
        #expect(!moved && partition.log.highWatermark == 0)
        #expect(partition.maximalISR == [1, 2, 3])
        var state = PartitionState(replicas: [1, 2, 3], isr: [1, 2, 3])
        state.leaderEpoch = 1
        state.partitionEpoch = 5
        partition.lead(state, now: clock.now)
        #expect(partition.proposedISR == nil && partition.maximalISR == [1, 2, 3])
    }
}
