import KafkaProtocol
import TestSupport
import Testing

@testable import Coordinators

/// The server-side assignors.
@Suite struct AssignorTests {
    @Test func rangeCutsEveryTopic() {
        let targets = TargetAssignor.range.assign(input(["a", "b", "c"], ["t": 7, "u": 2]))
        #expect(text(targets) == ["a": "t0 t1 t2 u0", "b": "t3 t4 u1", "c": "t5 t6"])
    }

    @Test func rangePutsInstanceIDsFirst() {
        var group = ConsumerGroup(id: "g")
        for (id, instance) in [("a", nil), ("z", "i1"), ("y", "i2")] {
            var value = ConsumerGroupMemberValue()
            value.instanceID = instance
            value.subscribedTopicNames = ["t"]
            group.apply(.member(id: id, value))
        }
        group.apply(.topics([.init(topicID: Self.id("t"), topicName: "t", numPartitions: 3)]))
        #expect(text(group.computedTargets(with: .range)) == ["z": "t0", "y": "t1", "a": "t2"])
    }

    @Test func uniformGivesEverybodyTheSame() {
        let targets = TargetAssignor.uniform.assign(input(["a", "b", "c"], ["t": 4, "u": 4]))
        #expect(targets.values.map(\.count).sorted() == [2, 3, 3])
    }

    @Test func whoGivesKeepsTheFirstPartitions() {
        var asked = input(["a", "b", "c"], ["t": 6])
        for (count, expected) in [
            (1, ["a": "t0 t1 t2 t3 t4 t5"]), (2, ["a": "t0 t1 t2", "b": "t3 t4 t5"]),
            (3, ["a": "t0 t1", "b": "t3 t4", "c": "t2 t5"]),
        ] {
            var now = asked
            now.members = Array(asked.members.prefix(count))
            let targets = TargetAssignor.uniform.assign(now)
            #expect(text(targets) == expected)
            for index in 0..<count { asked.members[index].target = targets[asked.members[index].id] ?? .init() }
        }
    }

    @Test func uniformMindsSubscriptions() {
        var asked = input(["a", "b"], ["t": 4, "u": 2])
        asked.members[1].subscribed = ["u"]
        #expect(text(TargetAssignor.uniform.assign(asked)) == ["a": "t0 t1 t2 t3", "b": "u0 u1"])
    }

    @Test func nobodySubscribes() {
        var asked = input(["a"], ["t": 4])
        asked.members[0].subscribed = ["other"]
        for assignor in TargetAssignor.allCases { #expect(assignor.assign(asked).isEmpty) }
    }

    /// Members with the same subscription: each keeps what it had up to its share, so no assignment moves less.
    @Test(arguments: 1...40) func uniformMovesAsLittleAsItCan(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var names = (0..<Int.random(in: 1...8, using: &random)).map { "m\($0)" }
        var counts: [String: Int32] = ["t": Int32.random(in: 1...20, using: &random), "u": 5]
        var targets = TargetAssignor.uniform.assign(input(names, counts))
        for round in 0..<30 {
            if Bool.random(using: &random) || names.count < 2 {
                names.append("n\(round)")
            } else {
                names.remove(at: Int.random(in: 0..<names.count, using: &random))
            }
            if Int.random(in: 0..<4, using: &random) == 0 { counts["t", default: 0] += 3 }
            var asked = input(names, counts)
            for index in asked.members.indices {
                asked.members[index].target = targets[asked.members[index].id] ?? .init()
            }
            let next = TargetAssignor.uniform.assign(asked)
            let total = Int(counts.values.reduce(0, +))
            let loads = names.map { next[$0]?.count ?? 0 }
            #expect(loads.reduce(0, +) == total)
            #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 1, "seed \(seed)")
            // The most that can stay: the members with most take the larger shares.
            let had = names.map { targets[$0]?.count ?? 0 }.sorted(by: >)
            let most = had.enumerated().reduce(0) {
                $0 + min($1.element, total / names.count + ($1.offset < total % names.count ? 1 : 0))
            }
            let kept = names.reduce(0) { $0 + (next[$1] ?? .init()).intersection(targets[$1] ?? .init()).count }
            #expect(kept == most, "seed \(seed)")
            targets = next
        }
    }

    static func id(_ name: String) -> UUID { UUID(high: 9, low: UInt64(name.utf8.first ?? 0)) }

    private func input(_ members: [String], _ topics: [String: Int32]) -> AssignmentInput {
        AssignmentInput(
            members: members.map { .init(id: $0, instanceID: nil, subscribed: Set(topics.keys), target: .init()) },
            topics: topics.sorted { $0.key < $1.key }.map {
                .init(name: $0.key, id: Self.id($0.key), partitions: $0.value)
            })
    }

    private func text(_ targets: [String: PartitionSet]) -> [String: String] {
        targets.mapValues { set in
            set.list.flatMap { topic in
                topic.partitions.map { "\(topic.topicID == Self.id("t") ? "t" : "u")\($0)" }
            }.joined(separator: " ")
        }
    }
}
