import ClusterMetadata
import KafkaProtocol
import Testing

@Suite struct PartitionTests {
    private typealias Proposal = AlterPartitionRequest.Topic.Partition

    @Test func aLeaderShrinksAndExpandsItsISR() {
        let cluster = TestCluster(brokers: 3)
        cluster.create("t", assignments: [[1, 2, 3]])
        let shrunk = cluster.alterISR("t", to: [1, 3])
        #expect(shrunk.errorCode == .none && shrunk.isr == [1, 3])
        #expect(shrunk.leaderEpoch == 0 && shrunk.partitionEpoch == 1)
        #expect(cluster.alterISR("t", to: [1, 2, 3]).partitionEpoch == 2)
        #expect(cluster.alterISR("t", to: [1, 2, 3]).partitionEpoch == 2)
    }

    @Test func proposalsAreCheckedInKafkasOrder() {
        let cluster = TestCluster(brokers: 4)
        cluster.create("t", assignments: [[1, 2, 3]])
        cluster.alterISR("t", to: [1, 2])
        cluster.fence(2)
        cluster.start(2, incarnation: 5)
        #expect(cluster.alterISR("none", to: [1], from: 1).errorCode == .unknownTopicId)
        #expect(cluster.alterISR("none", to: [1], from: 1, version: 1).errorCode == .unknownTopicOrPartition)
        #expect(cluster.alterISR("t", 7, to: [1], from: 1).errorCode == .unknownTopicOrPartition)
        #expect(cluster.alterISR("t", to: [9]) { $0.leaderEpoch = 8 }.errorCode == .notController)
        #expect(cluster.alterISR("t", to: [9]) { $0.partitionEpoch = 8 }.errorCode == .notController)
        #expect(cluster.alterISR("t", to: [9], from: 3) { $0.leaderEpoch = -1 }.errorCode == .fencedLeaderEpoch)
        #expect(cluster.alterISR("t", to: [9], from: 3) { $0.partitionEpoch = 0 }.errorCode == .invalidRequest)
        #expect(cluster.alterISR("t", to: [9]) { $0.partitionEpoch = 0 }.errorCode == .invalidUpdateVersion)
        #expect(cluster.alterISR("t", to: [1, 4]).errorCode == .invalidRequest)
        #expect(cluster.alterISR("t", to: [1, 1]).errorCode == .invalidRequest)
        #expect(cluster.alterISR("t", to: [2, 3]).errorCode == .invalidRequest)
        #expect(cluster.alterISR("t", to: [1, 3]) { $0.leaderRecoveryState = 1 }.errorCode == .invalidRequest)
        #expect(cluster.alterISR("t", to: [1]) { $0.leaderRecoveryState = 1 }.errorCode == .invalidRequest)
        let stale: (inout AlterPartitionRequest.Topic.Partition) -> Void = { $0.newIsrWithEpochs[1].brokerEpoch = 0 }
        #expect(cluster.alterISR("t", to: [1, 2], change: stale).errorCode == .ineligibleReplica)
        cluster.fence(3)
        #expect(cluster.alterISR("t", to: [1, 3]).errorCode == .ineligibleReplica)
        #expect(cluster.alterISR("t", to: [1, 3], version: 1).errorCode == .operationNotAttempted)
        #expect(cluster.alterISR("t", to: [1, 2]).errorCode == .none)
    }

    @Test func aSenderWithAnotherEpochIsStale() {
        let cluster = TestCluster(brokers: 1)
        var request = AlterPartitionRequest()
        request.brokerID = 1
        request.brokerEpoch = 77
        #expect(cluster.run(cluster.controller.decide(request, version: 3, now: 0)).errorCode == .staleBrokerEpoch)
    }

    // MARK: Elections

    private func elect(_ cluster: TestCluster, type: Int8 = 0, _ partitions: [Int32]? = [0]) -> [ErrorCode] {
        var request = ElectLeadersRequest()
        request.electionType = type
        if let partitions {
            request.topicPartitions = [.init("t", partitions)]
        }
        let response = cluster.run(cluster.controller.decide(request, version: 2, now: 0))
        return [response.errorCode] + response.replicaElectionResults.flatMap { $0.partitions.map(\.errorCode) }
    }

    @Test func preferredLeadersAreElectedOnRequest() {
        let cluster = TestCluster(brokers: 2)
        cluster.create("t", assignments: [[1, 2], [2, 1]])
        #expect(elect(cluster, [0, 5]) == [.none, .electionNotNeeded, .unknownTopicOrPartition])
        #expect(elect(cluster, nil) == [.none])
        cluster.fence(1)
        #expect(cluster.state("t").leader == 2 && cluster.state("t").leaderEpoch == 1)
        #expect(elect(cluster) == [.none, .preferredLeaderNotAvailable])
        cluster.heartbeat(1)
        #expect(elect(cluster) == [.none, .preferredLeaderNotAvailable])
        cluster.alterISR("t", to: [2, 1])
        #expect(elect(cluster, nil) == [.none, .none])
        #expect(cluster.state("t").leader == 1 && cluster.state("t").leaderEpoch == 2)
        #expect(elect(cluster, type: 7) == [.invalidRequest])
    }

    @Test func uncleanElectionsLoseRecordsAndSaySo() {
        let cluster = TestCluster(brokers: 2)
        cluster.create("t", assignments: [[1, 2]])
        cluster.alterISR("t", to: [1])
        #expect(elect(cluster, type: 1) == [.none, .electionNotNeeded])
        cluster.fence(1)
        #expect(cluster.state("t").leader == -1 && cluster.state("t").eligible == [1])
        #expect(elect(cluster, type: 1) == [.none, .none])
        #expect(cluster.state("t").leader == 2 && cluster.state("t").isr == [2])
        #expect(cluster.state("t").isRecovering)
        #expect(cluster.alterISR("t", to: [2]).errorCode == .none)
        #expect(!cluster.state("t").isRecovering)
        cluster.fence(2)
        #expect(elect(cluster, type: 1) == [.none, .eligibleLeadersNotAvailable])
    }

    @Test func aTopicMayAllowUncleanElections() {
        let cluster = TestCluster(brokers: 2)
        cluster.create("t", assignments: [[1, 2]])
        cluster.alterISR("t", to: [1])
        cluster.fence(1)
        #expect(cluster.setConfig(.topic("t"), "unclean.leader.election.enable", "true") == .none)
        #expect(cluster.controller.nextDeadline() <= cluster.now)
        cluster.tick()
        #expect(cluster.state("t").leader == 2 && cluster.state("t").isRecovering)
        cluster.heartbeat(1)
        cluster.alterISR("t", to: [2])
        cluster.fence(2)
        #expect(cluster.state("t").leader == 1)
    }

    @Test func leadershipReturnsToPreferredLeaders() {
        let cluster = TestCluster(brokers: 2, settings: ["leader.imbalance.check.interval.seconds": "5"])
        cluster.create("t", assignments: [[1, 2], [2, 1]])
        cluster.fence(1)
        cluster.heartbeat(1)
        cluster.alterISR("t", to: [2, 1])
        cluster.now = 5_999
        cluster.tick()
        #expect(cluster.state("t").leader == 2)
        cluster.now = 6_000
        cluster.tick()
        #expect(cluster.state("t").leader == 1)
    }

    // MARK: Reassignments

    private func listed(_ cluster: TestCluster) -> [ListPartitionReassignmentsResponse.Topic] {
        cluster.run(cluster.controller.decide(ListPartitionReassignmentsRequest(), version: 0, now: 0)).topics
    }

    @Test func aMoveCompletesWhenTheNewReplicasAreInSync() {
        let cluster = TestCluster(brokers: 4)
        cluster.create("t", assignments: [[1, 2]])
        #expect(cluster.reassign("t", to: [3, 4]) == .none)
        #expect(cluster.state("t").replicas == [3, 4, 1, 2])
        #expect(cluster.state("t").adding == [3, 4] && cluster.state("t").removing == [1, 2])
        #expect(cluster.state("t").leaderEpoch == 0)
        #expect(listed(cluster).first?.partitions.first?.addingReplicas == [3, 4])
        cluster.alterISR("t", to: [1, 2, 3])
        #expect(cluster.state("t").isReassigning)
        // The leader's own proposal takes its leadership away.
        #expect(cluster.alterISR("t", to: [1, 2, 3, 4]).errorCode == .newLeaderElected)
        let after = cluster.state("t")
        #expect(after.replicas == [3, 4] && after.isr == [3, 4] && after.leader == 3 && after.leaderEpoch == 1)
        #expect(!after.isReassigning && listed(cluster).isEmpty)
    }

    @Test func fewerReplicasAreThereAtOnceAndFenceTheOneThatLeaves() {
        let cluster = TestCluster(brokers: 3)
        cluster.create("t", assignments: [[1, 2, 3]])
        #expect(cluster.reassign("t", to: [1, 2]) == .none)
        let state = cluster.state("t")
        #expect(state.replicas == [1, 2] && state.isr == [1, 2] && state.leader == 1 && state.leaderEpoch == 1)
    }

    @Test func anotherOrderIsAnotherPreferredLeader() {
        let cluster = TestCluster(brokers: 2)
        cluster.create("t", assignments: [[1, 2]])
        #expect(cluster.reassign("t", to: [2, 1]) == .none)
        #expect(cluster.state("t").replicas == [2, 1] && cluster.state("t").leader == 1)
        #expect(!cluster.state("t").isReassigning)
    }

    @Test func movesCanBeCancelled() {
        let cluster = TestCluster(brokers: 4)
        cluster.create("t", assignments: [[1, 2]])
        #expect(cluster.reassign("t", to: nil) == .noReassignmentInProgress)
        cluster.reassign("t", to: [3, 4])
        cluster.alterISR("t", to: [1, 2, 3])
        #expect(cluster.reassign("t", to: nil) == .none)
        let state = cluster.state("t")
        #expect(state.replicas == [1, 2] && state.isr == [1, 2] && state.leader == 1 && !state.isReassigning)
    }

    @Test func aCancelThatWouldLoseRecordsNeedsPermission() {
        let cluster = TestCluster(brokers: 3)
        cluster.create("t", assignments: [[1]])
        cluster.reassign("t", to: [2, 3])
        cluster.alterISR("t", to: [1, 2])
        cluster.fence(1)
        #expect(cluster.state("t").leader == 2)
        #expect(cluster.reassign("t", to: nil) == .invalidReplicaAssignment)
        #expect(cluster.setConfig(.topic("t"), "unclean.leader.election.enable", "true") == .none)
        #expect(cluster.reassign("t", to: nil) == .none)
        #expect(cluster.state("t").replicas == [1] && cluster.state("t").leader == -1)
    }

    @Test(
        arguments: [
            ("t", 0, [9], ErrorCode.invalidReplicaAssignment), ("t", 0, [], .invalidReplicaAssignment),
            ("t", 0, [1, 1], .invalidReplicaAssignment), ("t", 4, [1], .unknownTopicOrPartition),
            ("no", 0, [1], .unknownTopicOrPartition),
        ] as [(String, Int32, [BrokerID], ErrorCode)])
    func badTargetsAreRefused(_ topic: String, _ partition: Int32, _ target: [BrokerID], _ expected: ErrorCode) {
        let cluster = TestCluster(brokers: 2)
        cluster.create("t")
        #expect(cluster.reassign(topic, partition, to: target) == expected)
    }
}
