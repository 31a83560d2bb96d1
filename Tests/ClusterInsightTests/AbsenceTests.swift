import KafkaProtocol
import Testing

@testable import ClusterInsight

/// What is said of partitions and of the quorum while brokers are away that metadata still counts in.
@Suite struct AbsenceTests {
    /// Three brokers that vote, a topic of six partitions on all of them with min.insync.replicas 2.
    private func cluster(away: [BrokerID] = [], at: Timestamp = 0) -> ClusterSnapshot {
        var snapshot = ClusterSnapshot(at: at)
        snapshot.controller = 1
        snapshot.brokers = (1...3).map {
            BrokerSnapshot(id: $0, host: "h", port: 1, state: away.contains($0) ? .down(since: Timestamp($0)) : .up)
        }
        snapshot.quorum = Reading(
            QuorumSnapshot(
                leader: 1, epoch: 4, highWatermark: 10, voters: (1...3).map { QuorumNode(id: $0, logEnd: 10) }),
            at: at)
        var topic = TopicSnapshot(name: "t", minISR: 2)
        topic.partitions = (0..<6).map { number in
            let replicas: [BrokerID] = (0..<3).map { BrokerID((number + $0) % 3 + 1) }
            return PartitionSnapshot(id: Int32(number), leader: replicas[0], replicas: replicas, isr: replicas)
        }
        snapshot.topics = [topic]
        snapshot.markAbsent()
        return snapshot
    }

    private func events(_ old: ClusterSnapshot, _ new: ClusterSnapshot) -> [String] {
        EventDetector.events(from: old, to: new).map { "\($0.label): \($0.text)" }
    }

    @Test func aLeaderThatIsAwayServesNobody() {
        let snapshot = cluster(away: [2])
        let health = ClusterHealth(snapshot)
        #expect(health.offline.map(\.partition) == [1, 4])
        #expect(health.underReplicated == 4)
        #expect(health.atMinISRByLoss == 4)
        #expect(snapshot.hasQuorum && snapshot.activeController == 1 && snapshot.quorumLostSince == nil)
        // What metadata says stands beside it.
        #expect(snapshot.topics[0].partitions[1].leader == 2)
        #expect(snapshot.topics[0].partitions[1].servingLeader == nil)
        #expect(snapshot.topics[0].partitions[0].inSync == [1, 3])
        #expect(PartitionProblem.worst(snapshot.topics[0].partitions[1], minISR: 2) == .offline)
        #expect(Skew.leaders(snapshot).keys.sorted() == [1, 3])
    }

    /// Its distance from an average that is itself says 0, as where all have the same.
    @Test func whereOneBrokerLeadsAllThereIsNoSkew() throws {
        let alone = ClusterHealth(cluster(away: [2, 3]))
        let worst = try #require(alone.leaderSkew)
        #expect(worst.broker == 1 && worst.count == 2 && worst.percent == nil)
        #expect(Skew.leaders(cluster(away: [2, 3])).isEmpty)
        #expect(alone.replicaSkew?.percent == 0, "brokers that are down hold theirs")
        #expect(ClusterHealth(cluster(away: [2])).leaderSkew?.percent == 0)
        #expect(ClusterHealth(cluster(away: [1, 2, 3])).leaderSkew == nil)
    }

    @Test func withoutAMajorityThereIsNoController() {
        let snapshot = cluster(away: [2, 3])
        #expect(snapshot.votersUp == 1 && !snapshot.hasQuorum)
        #expect(snapshot.activeController == nil)
        // The second loss took the majority.
        #expect(snapshot.quorumLostSince == 3)
        let health = ClusterHealth(snapshot)
        #expect(health.offline.count == 4 && health.belowMinISR.count == 2 && health.problems == 3)
        let all = ClusterHealth(cluster(away: [1, 2, 3]))
        #expect(all.offline.count == 6 && all.votersUp == 0)
    }

    @Test func theControllerItselfMayBeAway() {
        let snapshot = cluster(away: [1])
        #expect(snapshot.hasQuorum && snapshot.activeController == nil)
    }

    @Test func leadersAreOnlyToldAsLostWhenNobodyCanTakeOver() {
        let two = cluster(away: [2], at: 1_000)
        #expect(!events(cluster(), two).contains { $0.hasPrefix("OFFLINE") })
        let told = events(two, cluster(away: [2, 3], at: 2_000))
        #expect(
            told.contains("quorum: majority LOST: 1 of 3 voters; no leader moves, no change is possible"), "\(told)")
        #expect(
            told.contains("OFFLINE: t/1 /2 + 2 more: led by 2, 3, away, and no quorum to elect another"), "\(told)")
        let last = events(cluster(away: [2, 3]), cluster(away: [1, 2, 3]))
        #expect(last.contains("OFFLINE: t/0 /3: led by 1, away, and no quorum to elect another"), "\(last)")
        let back = events(cluster(away: [2, 3]), cluster(at: 9_000))
        #expect(back.contains("quorum: majority back: 3 of 3 voters"), "\(back)")
        #expect(back.contains { $0.hasPrefix("online: t/1 /2 + 2 more") }, "\(back)")
    }

    @Test func anIncidentCountsAsOfflineOnlyWhatNobodyTakesOver() {
        var log = EventLog()
        log.observe(from: cluster(), to: cluster(away: [2], at: 1_000))
        #expect(log.running?.longestOffline == nil)
        log.observe(from: cluster(away: [2], at: 1_000), to: cluster(away: [2, 3], at: 2_000))
        log.observe(from: cluster(away: [2, 3], at: 2_000), to: cluster(away: [2, 3], at: 5_000))
        #expect(log.running?.longestOffline == 3_000)
        log.observe(from: cluster(away: [2, 3], at: 5_000), to: cluster(at: 6_000))
        #expect(log.running == nil)
    }

    @Test func nothingIsMarkedBeforeABrokerIsKnown() {
        var snapshot = cluster()
        snapshot.brokers = []
        snapshot.markAbsent()
        #expect(ClusterHealth(snapshot).offline.isEmpty)
    }
}
