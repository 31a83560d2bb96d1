import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Who leads: preferred leaders of partitions, brokers, everything; unclean ones behind a typed name.
@Suite struct ElectionTests {
    private let id = TopicPartition("orders", 1)

    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    private func model(_ place: Place, _ edit: (inout ClusterSnapshot) -> Void) -> Model {
        let report = Fixture.healthy()
        var snapshot = report.snapshot
        edit(&snapshot)
        var model = Fixture.model(ClusterReport(snapshot, figures: report.figures), place)
        model.list.cursorID = "orders/1"
        return model
    }

    private func edit(_ snapshot: inout ClusterSnapshot, _ edit: (inout PartitionSnapshot) -> Void) {
        guard let topic = snapshot.topics.firstIndex(where: { $0.name == id.topic }) else { return }
        edit(&snapshot.topics[topic].partitions[Int(id.partition)])
    }

    private func leaderless(_ snapshot: inout ClusterSnapshot) {
        edit(&snapshot) { partition in
            partition.leader = nil
            partition.replicas = [2, 1]
            partition.isr = [2]
            partition.logs = [1, 2].map { ReplicaLog(broker: $0, bytes: 2_048 * Int64($0), at: Fixture.at(12, 4, 20)) }
        }
        for index in snapshot.brokers.indices where snapshot.brokers[index].id == 2 {
            snapshot.brokers[index].state = .down(since: Fixture.at(12, 4, 25))
        }
    }

    @Test func anUncleanLeaderNeedsTheName() {
        var model = model(.partitions, leaderless)
        _ = press([.character("U")], &model)
        #expect(has("up but out of sync: 1 (2.0 KiB of 4.0 KiB)", model))
        #expect(has("start broker 2 again: it has every acknowledged message", model))
        #expect(press([.character("y"), .enter], &model).isEmpty)
        _ = press([.backspace] + "orders/1".map { .character($0) }, &model)
        #expect(
            press([.enter], &model) == [
                .change(
                    .electLeaders([id], unclean: true),
                    command: "klamm topics elect-leaders --partition orders/1 --unclean")
            ])
    }

    @Test func withoutAReplicaOrAQuorumItIsRefused() {
        func refusal(_ change: (inout ClusterSnapshot) -> Void) -> String? {
            var model = model(.partitions) { snapshot in
                leaderless(&snapshot)
                change(&snapshot)
            }
            _ = press([.character("U")], &model)
            guard case .plan(let plan)? = model.popup, case .refused(let why) = plan.question else { return nil }
            return why
        }
        #expect(refusal { _ in } == nil)
        let nobody = refusal { snapshot in edit(&snapshot) { $0.replicas = [2] } }
        #expect(nobody == "None of their replicas is up: start one of their brokers first.")
    }

    @Test func whereSomebodyLeadsNothingIsUnclean() {
        var model = model(.partitions) { _ in }
        #expect(press([.character("U")], &model).isEmpty && model.popup == nil)
        #expect(model.flash?.text == "U: it has a leader")
    }

    @Test func aBrokerOrAllGetTheirPartitionsBack() {
        let others: (inout ClusterSnapshot) -> Void = { snapshot in
            self.edit(&snapshot) { partition in
                partition.replicas = [3, 1, 2]
                partition.isr = [1, 2, 3]
                partition.leader = 1
            }
        }
        let change = Change.electLeaders([id], unclean: false)
        for (place, cursor, expected) in [(Place.brokers, "3", true), (.brokers, "1", false), (.overview, "1", true)] {
            var model = model(place, others)
            model.list.cursorID = cursor
            _ = press([.character("L")], &model)
            let sent = press([.character("y")], &model)
            #expect(sent.contains { if case .change(change, _) = $0 { true } else { false } } == expected, "\(place)")
        }
    }

    @Test func brokersAreKilledOneByOne() {
        var model = Fixture.model(Fixture.healthy(), .brokers)
        model.list.marks = ["1", "2"]
        #expect(press([.character("K")], &model).isEmpty && model.popup == nil)
        #expect(model.flash?.text == "K: one broker at a time: 2 are marked")
    }

    @Test func partitionsArePurgedUpToAnOffset() {
        var model = model(.partitions) { _ in }
        _ = press([.character("X")], &model)
        #expect(has("Purge orders/1", model))
        let ends = model.snapshot.partition(id)?.offsets?.value ?? PartitionOffsets(earliest: 0, latest: 0)
        let offset = "\(ends.earliest + 5)"
        _ = press([.right, .tab] + offset.map { .character($0) } + [.enter], &model)
        #expect(has("5 messages", model) && has("orders/1", model))
        _ = press("orders".map { .character($0) }, &model)
        guard case .change(.purge(let offsets), _)? = press([.enter], &model).first else {
            Issue.record("nothing is sent")
            return
        }
        #expect(offsets == [id: ends.earliest + 5])
    }

    @Test func whoIsDrainedKeepsNothingOfKafkasOwnTopics() {
        var model = Fixture.model(Fixture.healthy(), .brokers)
        model.list.cursorID = "2"
        _ = press([.character("W")], &model)
        let internals = model.snapshot.topics.filter(\.isInternal).flatMap { topic in
            topic.partitions.filter { $0.replicas.contains(2) }.map { TopicPartition(topic.name, $0.id) }
        }
        #expect(!internals.isEmpty && Set(internals).isSubset(of: model.wizard?.chosen ?? []))
    }
}
