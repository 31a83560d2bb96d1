import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Events and incidents by comparing snapshots; impact and plans.
@Suite struct EventTests {
    private func cluster(at: Timestamp = 0) -> ClusterSnapshot {
        var snapshot = ClusterSnapshot(at: at)
        snapshot.brokers = (1...4).map {
            BrokerSnapshot(id: $0, host: "h", port: 1, rack: ["a", "b", "c", "d"][Int($0) - 1])
        }
        var topic = TopicSnapshot(name: "t", minISR: 2)
        topic.partitions = (0..<12).map { number in
            let replicas: [BrokerID] = (0..<3).map { BrokerID((number + $0) % 3 + 1) }
            return PartitionSnapshot(
                id: Int32(number), leader: replicas[0], replicas: replicas, isr: replicas,
                logs: replicas.map { ReplicaLog(broker: $0, bytes: 100, at: 0) })
        }
        snapshot.topics = [topic]
        return snapshot
    }

    private func killed(_ id: BrokerID, at: Timestamp) -> ClusterSnapshot {
        var snapshot = cluster(at: at)
        snapshot.brokers[Int(id) - 1].state = .down(since: at - 100)
        for index in snapshot.topics[0].partitions.indices {
            let left = snapshot.topics[0].partitions[index].isr.filter { $0 != id }
            snapshot.topics[0].partitions[index].isr = left
            if snapshot.topics[0].partitions[index].leader == id {
                snapshot.topics[0].partitions[index].leader = left.first
            }
        }
        return snapshot
    }

    @Test func aKilledBrokerIsAnIncidentUntilAllIsWhole() {
        var log = EventLog()
        log.observe(from: cluster(), to: killed(2, at: 5_000))
        let kinds = log.newestFirst.map(\.kind)
        #expect(kinds.contains(.broker))
        #expect(kinds.contains(.leaders))
        #expect(kinds.contains(.isrShrank))
        #expect(log.running?.from == 4_900)
        #expect(log.running?.leadersMoved == 4)
        log.observe(from: killed(2, at: 5_000), to: cluster(at: 9_000))
        #expect(log.running == nil)
        #expect(log.incidents.first?.duration(now: 99_000) == 4_100)
        #expect(log.newestFirst.first?.text == "1 closed: all partitions at full ISR")
    }

    @Test func nothingHappensBetweenEqualSnapshots() {
        #expect(EventDetector.events(from: cluster(), to: cluster(at: 1_000)).isEmpty)
    }

    @Test func impactCountsWhatMovesAndWhatFails() {
        let impact = Impact(losing: 2, in: cluster())
        #expect(impact.leads == 4)
        #expect(impact.moves == [3: 4])
        #expect(impact.atMinISR == 12)
        #expect(impact.offline.isEmpty)
        #expect(!impact.isDestructive)
        let second = Impact(losing: 3, in: killed(2, at: 0))
        #expect(second.belowMinISR.count == 12)
    }

    @Test func spreadingEvenlyMovesAsLittleAsNeeded() {
        let snapshot = cluster()
        let all = (0..<12).map { TopicPartition("t", Int32($0)) }
        let plan = ReassignmentPlanner(snapshot).plan(all, .spreadEvenly)
        #expect(plan.refusal == nil)
        #expect(plan.replicasMoved == 9)
        #expect(plan.bytes == 900)
        #expect(Set(plan.replicas(after: true).values) == [9])
        #expect(Set(plan.leaders(after: true).values) == [3])
        #expect(plan.moves.allSatisfy { Set($0.after).count == 3 })
    }

    @Test func clearingABrokerLeavesNothingOnIt() {
        let all = (0..<12).map { TopicPartition("t", Int32($0)) }
        let plan = ReassignmentPlanner(cluster()).plan(all, .off(1))
        #expect(plan.replicas(after: true)[1] == nil)
        #expect(plan.replicasMoved == 12)
        var three = cluster()
        three.brokers.removeLast()
        #expect(ReassignmentPlanner(three).plan(all, .off(1)).refusal != nil)
    }

    @Test func replicationFactorsAreSet() {
        let all = (0..<12).map { TopicPartition("t", Int32($0)) }
        let plan = ReassignmentPlanner(cluster()).plan(all, .setReplicationFactor(2))
        #expect(plan.moves.allSatisfy { $0.after.count == 2 })
        #expect(plan.replicasMoved == 0)
        #expect(ReassignmentPlanner(cluster()).plan(all, .setReplicationFactor(5)).refusal != nil)
    }
}
