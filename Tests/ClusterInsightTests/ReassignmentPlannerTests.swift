import KafkaProtocol
import TestSupport
import Testing

@testable import ClusterInsight

/// Plans of every strategy: what they even out, what they leave alone, what they refuse.
@Suite struct ReassignmentPlannerTests {
    private func cluster() -> ClusterSnapshot { .ofFourBrokers() }

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
        let plan = ReassignmentPlanner(cluster()).plan(all, .off([1]))
        #expect(plan.replicas(after: true)[1] == nil)
        #expect(plan.replicasMoved == 12)
        var three = cluster()
        three.brokers.removeLast()
        #expect(ReassignmentPlanner(three).plan(all, .off([1])).refusal != nil)
    }

    @Test func severalBrokersAreClearedAtOnce() {
        var five = cluster()
        five.brokers.append(BrokerSnapshot(id: 5, host: "h", port: 5, state: .up))
        let all = (0..<12).map { TopicPartition("t", Int32($0)) }
        let plan = ReassignmentPlanner(five).plan(all, .off([1, 2]))
        #expect(plan.refusal == nil && plan.moves.allSatisfy { Set($0.after) == [3, 4, 5] })
        #expect(ReassignmentPlanner(cluster()).plan(all, .off([1, 2])).refusal == "3 brokers needed, 2 left")
    }

    @Test func severalNewBrokersGetTheirShare() {
        var five = cluster()
        five.brokers.append(BrokerSnapshot(id: 5, host: "h", port: 5, state: .up))
        let all = (0..<12).map { TopicPartition("t", Int32($0)) }
        let plan = ReassignmentPlanner(five).plan(all, .onto([4, 5]))
        let counts = plan.replicas(after: true)
        #expect(counts.values.reduce(0, +) == 36 && (counts[4] ?? 0) >= 7 && (counts[5] ?? 0) >= 7)
        #expect(plan.moves.allSatisfy { Set($0.added).isSubset(of: [4, 5]) && Set($0.after).count == 3 })
        #expect(ReassignmentPlanner(cluster()).plan(all, .onto([4, 9])).refusal == "broker 9 is not up")
    }

    /// Three partitions on three brokers are even by themselves, but a new broker gets its share of twelve such topics.
    @Test func manySmallTopicsComeToANewBroker() {
        var snapshot = cluster()
        snapshot.topics = (0..<12).map { number in
            TopicSnapshot(
                name: "t\(number)",
                partitions: (0..<3).map { PartitionSnapshot(id: $0, leader: $0 + 1, replicas: [$0 + 1], isr: [$0 + 1]) }
            )
        }
        let all = snapshot.topics.flatMap { topic in (0..<3).map { TopicPartition(topic.name, $0) } }
        for strategy in [MoveStrategy.spreadEvenly, .onto([4])] {
            let plan = ReassignmentPlanner(snapshot).plan(all, strategy)
            #expect(plan.replicas(after: true) == [1: 9, 2: 9, 3: 9, 4: 9] && plan.replicasMoved == 9)
        }
    }

    @Test func replicationFactorsAreSet() {
        let all = (0..<12).map { TopicPartition("t", Int32($0)) }
        let plan = ReassignmentPlanner(cluster()).plan(all, .setReplicationFactor(2))
        #expect(plan.moves.allSatisfy { $0.after.count == 2 })
        #expect(plan.replicasMoved == 0)
        #expect(ReassignmentPlanner(cluster()).plan(all, .setReplicationFactor(5)).refusal != nil)
    }

    /// A cluster of some brokers in some racks, with partitions placed anyhow.
    private func drawn(_ random: inout SeededGenerator) -> ClusterSnapshot {
        var snapshot = ClusterSnapshot(at: 0)
        let brokers = Int.random(in: 2...7, using: &random)
        let racks = Int.random(in: 0...3, using: &random)
        snapshot.brokers = (1...brokers).map { id in
            BrokerSnapshot(
                id: BrokerID(id), host: "h", port: 1, rack: racks == 0 ? nil : "\(id % racks)",
                state: id > 2 && Int.random(in: 0..<6, using: &random) == 0 ? .down(since: 0) : .up)
        }
        snapshot.topics = (0..<Int.random(in: 1...6, using: &random)).map { number in
            var topic = TopicSnapshot(name: "t\(number)")
            let factor = Int.random(in: 1...min(4, brokers), using: &random)
            let spread = Int.random(in: factor...brokers, using: &random)
            topic.partitions = (0..<Int.random(in: 1...9, using: &random)).map { id in
                let replicas = Array(snapshot.brokers.map(\.id).prefix(spread).shuffled(using: &random).prefix(factor))
                return PartitionSnapshot(
                    id: Int32(id), leader: replicas[0], replicas: replicas, isr: replicas,
                    logs: replicas.map {
                        ReplicaLog(broker: $0, bytes: Int64.random(in: 0...3, using: &random), at: 0)
                    })
            }
            return topic
        }
        return snapshot
    }

    /// The planner finds its steps in heaps; here each is looked for among all that could be taken.
    @Test(arguments: UInt64(0)..<300) func eachStepIsTheBestThereIs(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let snapshot = drawn(&random)
        let all = snapshot.topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.id) } }
        let planner = ReassignmentPlanner(snapshot)
        let up = snapshot.brokers.filter { $0.state == .up }.map(\.id).sorted()
        let stay = planner.plan(all, .byHand([:])).moves
        let slow = SlowPlanner(up: up, racks: Racks(snapshot.brokers))
        #expect(planner.plan(all, .leadersOnly).moves == slow.leadersBalanced(stay))
        for receivers in [up, [up.last!]] {
            let strategy: MoveStrategy = receivers == up ? .spreadEvenly : .onto(Set(receivers))
            #expect(planner.plan(all, strategy).moves == slow.leadersBalanced(slow.spread(stay, onto: receivers)))
        }
        let cleared = planner.plan(all, .off([1]))
        if cleared.refusal == nil { #expect(slow.leadersBalanced(cleared.moves) == cleared.moves) }
    }
}
