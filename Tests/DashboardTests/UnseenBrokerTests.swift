import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// Brokers that only replica lists name: Kafka before 4.0 does not tell of those that are away.
@Suite struct UnseenBrokerTests {
    private func tell(_ ids: [BrokerID], _ memory: inout BrokerMemory, at now: Timestamp) {
        memory.take(
            ids.map { BrokerMemory.Seen(id: $0, host: "h", port: 1, rack: nil, isFenced: false) },
            leaders: [:], isBundled: false, now: now)
    }

    @Test func whomReplicaListsNameHasARow() {
        var memory = BrokerMemory()
        tell([1, 2], &memory, at: 0)
        memory.take(assigned: [1, 2, 3])
        #expect(memory.snapshots.map(\.id) == [1, 2, 3])
        #expect(memory.snapshots[2].state == .down(since: nil) && memory.snapshots[2].address == "?")
        #expect(!memory.snapshots[2].isWorthAsking)
        // It stays down, since nobody knows when, however often the others are told of.
        tell([1, 2], &memory, at: 5_000)
        #expect(memory.snapshots[2].state == .down(since: nil))
    }

    @Test func whoComesIsNoLongerOnlyNamed() {
        var memory = BrokerMemory()
        tell([1], &memory, at: 0)
        memory.take(assigned: [1, 2])
        tell([1, 2], &memory, at: 1_000)
        memory.take(assigned: [1, 2])
        #expect(memory.snapshots[1].state == .up && memory.snapshots[1].address == "h:1")
        #expect(memory.snapshots[1].cause == nil)
        tell([1], &memory, at: 2_000)
        memory.take(assigned: [])
        // One that was seen keeps its row although nothing is assigned to it.
        #expect(memory.snapshots[1].state == .down(since: 2_000))
    }

    @Test func whomNoListNamesAnyMoreIsGone() {
        var memory = BrokerMemory()
        tell([1], &memory, at: 0)
        memory.take(assigned: [1, 2])
        memory.take(assigned: [1])
        #expect(memory.snapshots.map(\.id) == [1])
    }

    @Test func screensShowIt() {
        var snapshot = Fixture.healthy().snapshot
        snapshot.brokers[1] = BrokerSnapshot(unseen: 2)
        snapshot.markAbsent()
        let report = ClusterReport(snapshot, figures: Fixture.healthy().figures)
        func text(_ place: Place, width: Int = 120) -> String {
            var model = Fixture.model(report, place, width: width)
            model.cluster.isBundled = false
            return View.view(model).lines.joined(separator: "\n")
        }
        let brokers = text(.brokers)
        #expect(brokers.contains("brokers 2/3"))
        #expect(brokers.contains("2    ?  "))
        #expect(brokers.contains("down since before Klamm looks: no broker tells of it, only replica lists name it"))
        #expect(text(.overview).contains("2 DOWN ─"))
        #expect(text(.partitionMap).contains("✕"))
        #expect(text(.brokers, width: 80).contains(" DOWN "))
    }

    @Test func arrivingAndGoingAreTold() {
        var old = Fixture.healthy().snapshot
        old.brokers.removeAll { $0.id == 2 }
        var new = old
        new.brokers.insert(BrokerSnapshot(unseen: 2), at: 1)
        new.at += 1_000
        let events = EventDetector.events(from: old, to: new).filter { $0.kind == .broker }
        #expect(events.map(\.text) == ["DOWN: no broker tells of it, only replica lists name it"])
        #expect(events.map(\.isSeenOnly) == [true])
        #expect(
            EventDetector.events(from: new, to: old).filter { $0.kind == .broker }.map(\.text)
                == ["named by no replica list any more"])
    }
}
