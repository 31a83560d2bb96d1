import ClusterMetadata
import Controller
import KafkaProtocol
import Testing

/// Who may lead when nobody is in sync (KIP-966).
@Suite struct EligibleLeaderTests {
    private let cluster = TestCluster(brokers: 3)
    private var state: PartitionState { cluster.state("t") }

    private func create(minISR: Int) {
        cluster.create("t", configs: ["min.insync.replicas": "\(minISR)"], assignments: [[1, 2, 3]])
    }

    @Test func whoLeavesASetThatIsTooSmallMayLeadAfterIt() {
        create(minISR: 2)
        cluster.fence(3)
        #expect(state.isr == [1, 2] && state.eligible.isEmpty)
        cluster.fence(2)
        #expect(state.isr == [1] && state.eligible == [2] && state.leader == 1)
        cluster.fence(1)
        #expect(state.isr.isEmpty && state.eligible == [2, 1] && state.leader == -1)
        // 3 misses what was committed after it had left.
        cluster.heartbeat(3)
        #expect(state.leader == -1)
        cluster.heartbeat(2)
        #expect(state.leader == 2 && state.isr == [2] && state.eligible == [1] && !state.isRecovering)
        cluster.alterISR("t", to: [2, 3])
        #expect(state.eligible.isEmpty)
    }

    @Test func whoComesBackFromALossOfPowerIsNotTrusted() {
        create(minISR: 2)
        cluster.fence(3)
        cluster.fence(2)
        cluster.restart(2, incarnation: 5, isWhole: false)
        #expect(state.isr == [1] && state.eligible.isEmpty)
        cluster.fence(1)
        #expect(state.isr.isEmpty && state.eligible == [1] && state.leader == -1)
    }

    @Test func theLastOneInSyncIsNotTrustedEitherWhileOthersHoldEverything() {
        create(minISR: 2)
        cluster.fence(3)
        cluster.fence(2)
        // Both are gone for the controller, and then 1 loses power so shortly that it was never missed.
        cluster.restart(1, incarnation: 5, isWhole: false)
        #expect(state.isr.isEmpty && state.eligible == [2] && state.leader == -1)
        cluster.heartbeat(2)
        #expect(state.leader == 2 && state.isr == [2])
    }

    @Test func whoOnlyDiedIsTrusted() {
        create(minISR: 2)
        cluster.fence(3)
        cluster.fence(2)
        cluster.restart(1, incarnation: 5, isWhole: true)
        #expect(state.leader == 1 && state.isr == [1] && state.eligible == [2] && !state.isRecovering)
    }

    @Test func whoComesWithoutALogDirectoryIsNotTrusted() {
        create(minISR: 2)
        let elsewhere = UUID(high: 88, low: 1_000)
        cluster.fence(3)
        cluster.fence(2)
        cluster.restart(2, incarnation: 5, isWhole: true, logDirs: [elsewhere])
        #expect(state.isr == [1] && state.eligible.isEmpty)
    }

    @Test func withNobodyLeftToTrustTheLastLeaderGoesOnAndSaysSo() {
        create(minISR: 2)
        cluster.fence(3)
        cluster.fence(2)
        cluster.restart(2, incarnation: 5, isWhole: false)
        cluster.fence(2)
        cluster.restart(1, incarnation: 5, isWhole: false)
        #expect(state.leader == 1 && state.isr == [1] && state.isRecovering && state.lastLeader == -1)
    }

    @Test func untilTheLastLeaderIsBackNobodyLeads() {
        create(minISR: 1)
        cluster.fence(3)
        cluster.fence(2)
        cluster.fence(1)
        #expect(state.eligible == [1])
        cluster.register(1, incarnation: 5)
        #expect(state.eligible.isEmpty && state.lastLeader == 1 && state.leader == -1)
        cluster.heartbeat(2)
        cluster.heartbeat(3)
        #expect(state.leader == -1)
        cluster.heartbeat(1)
        #expect(state.leader == 1 && state.isRecovering)
    }

    @Test func oneThatIsEnoughAloneForgetsTheOthers() {
        create(minISR: 2)
        cluster.fence(3)
        cluster.fence(2)
        #expect(state.eligible == [2])
        #expect(cluster.setConfig(.topic("t"), "min.insync.replicas", "1") == .none)
        // From here on 1 commits alone.
        #expect(state.isr == [1] && state.eligible.isEmpty)
        cluster.fence(1)
        #expect(state.eligible == [1])
        cluster.heartbeat(2)
        #expect(state.leader == -1)
    }

    @Test func theClustersDefaultCountsToo() {
        cluster.create("t", assignments: [[1, 2, 3]])
        #expect(cluster.setConfig(.defaultBroker, "min.insync.replicas", "3") == .none)
        cluster.fence(3)
        #expect(state.isr == [1, 2] && state.eligible == [3])
        #expect(cluster.setConfig(.defaultBroker, "min.insync.replicas", "2") == .none)
        #expect(state.eligible.isEmpty)
    }

    @Test func aMoveTakesWhoLeavesOutOfThem() {
        create(minISR: 2)
        cluster.fence(3)
        cluster.fence(2)
        #expect(state.eligible == [2])
        #expect(cluster.reassign("t", to: [1]) == .none)
        #expect(state.replicas == [1] && state.eligible.isEmpty && state.leader == 1)
    }

    /// Else nobody could lead any more without an unclean election.
    @Test func whereTheLastLeaderLeavesWithACancelledMoveAnotherTakesItsPlace() {
        let cluster = TestCluster(brokers: 4)
        var state: PartitionState { cluster.state("t") }
        cluster.create("t", configs: ["min.insync.replicas": "2"], assignments: [[1, 2]])
        #expect(cluster.reassign("t", to: [3, 4]) == .none)
        #expect(cluster.alterISR("t", to: [1, 2, 3]).errorCode == .none)
        cluster.fence(2)
        cluster.fence(1)
        #expect(state.leader == 3 && state.isr == [3] && state.eligible == [1])
        cluster.fence(3)
        #expect(state.lastLeader == 3 && state.eligible == [1, 3])
        #expect(cluster.reassign("t", to: nil) == .none)
        #expect(state.replicas == [1, 2] && state.eligible == [1] && state.lastLeader == 1)
        cluster.heartbeat(2)
        #expect(state.leader == -1)
        cluster.restart(1, incarnation: 5, isWhole: false)
        #expect(state.leader == 1 && state.isr == [1] && state.isRecovering)
    }

    @Test func anUncleanElectionEndsTheirClaims() {
        create(minISR: 2)
        cluster.fence(3)
        cluster.fence(2)
        cluster.fence(1)
        cluster.heartbeat(3)
        #expect(cluster.setConfig(.topic("t"), "unclean.leader.election.enable", "true") == .none)
        cluster.tick()
        #expect(state.leader == 3 && state.isr == [3] && state.eligible.isEmpty && state.isRecovering)
    }

    @Test func withoutTheFeatureTheLastInSyncSetStays() {
        let cluster = TestCluster(brokers: 2, features: [Features.metadataVersion: 21])
        cluster.create("t", configs: ["min.insync.replicas": "2"], assignments: [[1, 2]])
        cluster.fence(2)
        cluster.fence(1)
        #expect(cluster.state("t").isr == [1] && cluster.state("t").eligible.isEmpty)
        cluster.heartbeat(2)
        #expect(cluster.state("t").leader == -1)
    }
}
