import KafkaProtocol
import Testing

@testable import ClusterInsight

/// Events and incidents by comparing snapshots, and impact.
@Suite struct EventTests {
    private func cluster(at: Timestamp = 0) -> ClusterSnapshot { .ofFourBrokers(at: at) }

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

    /// A move that is over at the next look took no time that anybody could tell.
    @Test func aMoveTellsWhatItCopiedAndHowLongThatTook() {
        func told(bytes: Int64, seconds: Int64) -> String? {
            var (old, new, ended) = (cluster(), cluster(at: 1_000), cluster(at: 1_000 + seconds * 1_000))
            for index in old.topics[0].partitions.indices {
                for log in 0..<3 {
                    old.topics[0].partitions[index].logs[log].bytes = bytes
                    new.topics[0].partitions[index].logs[log].bytes = bytes
                    ended.topics[0].partitions[index].logs[log].bytes = bytes
                }
            }
            new.topics[0].partitions[0].replicas.append(4)
            new.topics[0].partitions[0].adding = [4]
            var log = EventLog()
            log.observe(from: old, to: new)
            log.observe(from: new, to: ended)
            return log.newestFirst.first { $0.kind == .move && $0.weight == .good }?.text
        }
        #expect(told(bytes: 5 << 20, seconds: 0) == "all done: 1 replica, 5 MiB within a second")
        #expect(told(bytes: 5 << 20, seconds: 7) == "all done: 1 replica, 5 MiB in 7 s")
        #expect(told(bytes: 9, seconds: 2) == "all done: 1 replica, less than 1 MiB in 2 s")
        #expect(told(bytes: 0, seconds: 2) == "all done: 1 replica, nothing in 2 s")
    }

    @Test func onlyALeaderThatNobodyInSyncCouldReplaceIsUnclean() {
        func unclean(from replicas: [BrokerID], isr: [BrokerID], to next: [BrokerID], isr after: [BrokerID]) -> Bool {
            var (old, new) = (cluster(), cluster(at: 1_000))
            old.topics[0].partitions[0] = PartitionSnapshot(id: 0, leader: isr[0], replicas: replicas, isr: isr)
            new.topics[0].partitions[0] = PartitionSnapshot(id: 0, leader: next[0], replicas: next, isr: after)
            return EventDetector.events(from: old, to: new).contains { $0.kind == .unclean }
        }
        // A move that began and ended between two looks, with and without its list read in between.
        #expect(!unclean(from: [3, 1, 2], isr: [3, 1, 2], to: [4, 1, 2], isr: [1, 2, 4]))
        #expect(!unclean(from: [3, 1, 2, 4], isr: [4, 1, 2], to: [3, 1, 2], isr: [1, 2, 3]))
        #expect(!unclean(from: [1, 2], isr: [1], to: [2], isr: [2]))
        // It caught up and took over by election.
        #expect(!unclean(from: [3, 1, 2], isr: [1, 2], to: [3, 1, 2], isr: [1, 2, 3]))
        // Nobody in sync was left.
        #expect(unclean(from: [3, 1, 2], isr: [1, 2], to: [3, 1, 2], isr: [3]))
        #expect(unclean(from: [1, 2], isr: [1], to: [2, 1], isr: [2]))
    }

    @Test func nothingHappensBetweenEqualSnapshots() {
        #expect(EventDetector.events(from: cluster(), to: cluster(at: 1_000)).isEmpty)
    }

    // MARK: configurations and sources

    /// The cluster with its configurations read at that moment.
    private func configured(at: Timestamp, _ change: (inout ClusterSnapshot) -> Void = { _ in }) -> ClusterSnapshot {
        var snapshot = cluster(at: at)
        snapshot.topics[0].cleanupPolicy = "delete"
        snapshot.sources = [SourceSnapshot(.configs, answeredAt: at)]
        change(&snapshot)
        return snapshot
    }

    @Test func configsThatOthersChangeAreEvents() {
        let after = configured(at: 1_000) {
            $0.topics[0].minISR = 1
            $0.topics[0].cleanupPolicy = "compact"
            $0.throttles = ThrottleSnapshot(brokers: [1: 20 << 20, 2: 20 << 20, 3: 1_000], topics: ["t"])
        }
        let events = EventDetector.events(from: configured(at: 0), to: after)
        #expect(
            events.map(\.text) == [
                "replication throttled: 1000 bytes/s on 3; 20 MiB/s on 1, 2", "t: min.insync.replicas 2 → 1",
                "t: cleanup.policy delete → compact",
            ])
        #expect(events.allSatisfy { $0.kind == .config && $0.isSeenOnly } && events[1].subject == "t")
        #expect(
            EventDetector.events(from: after, to: configured(at: 2_000)).map(\.text).first
                == "replication throttles removed")
    }

    @Test func configsReadForTheFirstTimeAreNoNews() {
        var unread = configured(at: 0)
        unread.sources = [SourceSnapshot(.configs)]
        unread.topics[0].minISR = nil
        let throttled = configured(at: 1_000) { $0.throttles = ThrottleSnapshot(brokers: [1: 1]) }
        #expect(EventDetector.events(from: unread, to: throttled).isEmpty)
        // A topic that was made anew is another one.
        var anew = configured(at: 1_000) { $0.topics[0].minISR = 1 }
        anew.topics[0].id = UUID(high: 1, low: 1)
        #expect(!EventDetector.events(from: configured(at: 0), to: anew).contains { $0.kind == .config })
    }

    @Test func whatIsChangedHereIsToldOnce() {
        var engine = InsightEngine()
        _ = engine.observe(configured(at: 0))
        engine.note(
            ClusterEvent(at: 500, kind: .change, text: "t: min.insync.replicas = 1"),
            of: [.topic("t", key: "min.insync.replicas")])
        _ = engine.observe(
            configured(at: 1_000) {
                $0.topics[0].minISR = 1
                $0.topics[0].cleanupPolicy = "compact"
            })
        #expect(engine.events.newestFirst.map(\.kind) == [.config, .change])
        // Later it is somebody else again.
        _ = engine.observe(configured(at: 62_000) { $0.topics[0].cleanupPolicy = "compact" })
        #expect(engine.events.newestFirst.first?.text == "t: min.insync.replicas 1 → 2")
    }

    @Test func aSourceThatAnswersAgainSaysHowLongItDidNot() {
        func snapshot(_ at: Timestamp, _ sources: [SourceSnapshot]) -> ClusterSnapshot {
            var snapshot = cluster(at: at)
            snapshot.sources = sources
            return snapshot
        }
        let failing = snapshot(
            13_000,
            [
                SourceSnapshot(.offsets, answeredAt: 0, failure: "no answer"),
                SourceSnapshot(.metadata, answeredAt: 12_000, failure: "no answer"),
                SourceSnapshot(.groups, failure: "never answered"),
            ])
        let back = snapshot(
            14_000,
            [
                SourceSnapshot(.offsets, answeredAt: 14_000), SourceSnapshot(.metadata, answeredAt: 14_000),
                SourceSnapshot(.groups, answeredAt: 14_000),
            ])
        let events = EventDetector.events(from: failing, to: back)
        #expect(events.map(\.text) == ["offsets answer again after 14 s"] && events.first?.kind == .stale)
        #expect(EventDetector.events(from: back, to: back).isEmpty)
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
}
