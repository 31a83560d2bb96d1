import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// What stands on the screen when the quorum is lost and when brokers answer nothing. These frames are not drawn in the
/// design: they are held as they were found right.
@Suite struct WorstMomentTests {
    @Test func aLostQuorumIsSaidOnEveryScreen() throws {
        for (place, name, width, height) in [
            (Place.overview, "1.5", 120, 34), (.overview, "1.5-80x24", 80, 24), (.brokers, "2.6", 120, 34),
            (.quorum, "9.2", 120, 34), (.quorum, "9.2-80x24", 80, 24),
        ] {
            var model = Story.quorumLost.model(place, width: width, height: height)
            _ = Update.update(&model, .report(Story.quorumLost.report, Story.quorumLost.events))
            try Golden.hold(model, as: name)
        }
        var model = Story.quorumLost.model(.partitions)
        model.list.problemsOnly = true
        try Golden.hold(model, as: "4.2")
    }

    @Test func theWorstIsSaidInTheLastLine() {
        var model = Story.killed.model(.overview)
        let story = Story.quorumLost
        _ = Update.update(&model, .report(story.report, story.events))
        #expect(
            model.flash?.text
                == "quorum majority LOST: 1 of 3 voters")
        #expect(model.flash?.weight == .error)
    }

    @Test func narrowTopicsSayTheWorst() {
        let lines = View.view(Story.quorumLost.model(.topics, width: 80, height: 24)).lines
        #expect(lines.contains { $0.contains(" orders ") && $0.contains("   6 off ") })
        #expect(lines.contains { $0.contains(" dead-letters ") && $0.contains("   1 off ") })
    }

    @Test func whoIsAwayOfAnotherCluster() {
        var snapshot = Fixture.healthy().snapshot
        for index in [1, 2] { snapshot.brokers[index].state = .silent(since: snapshot.at - 5_000) }
        snapshot.markAbsent()
        var model = Fixture.model(ClusterReport(snapshot, figures: Fixture.healthy().figures), .overview)
        model.cluster.isBundled = false
        let text = View.view(model).lines.joined(separator: "\n")
        #expect(text.contains("2 silent 5s") && text.contains("brokers 2 and 3 have to come back"))
        #expect(text.contains("✕ no quorum 5s"))
    }

    // MARK: age

    /// One broker of three that does not tell its offsets makes its own figures old, and sums in part: not the screen.
    @Test func whatOneBrokerDoesNotTellIsOldWhereItIs() {
        var snapshot = Fixture.healthy().snapshot
        let told = snapshot.at - 14_000
        for index in snapshot.topics.indices where snapshot.topics[index].name == "payments" {
            for place in snapshot.topics[index].partitions.indices
            where snapshot.topics[index].partitions[place].leader == 2 {
                snapshot.topics[index].partitions[place].offsets?.at = told
            }
        }
        var source = SourceSnapshot(.offsets, answeredAt: snapshot.at - 500, failure: "ListOffsets: no answer from 2")
        source.completeAt = told
        snapshot.sources = [SourceSnapshot(.metadata, answeredAt: snapshot.at), source]
        func rows(_ place: Place) -> [String] {
            View.view(Fixture.model(Fixture.report(snapshot, Fixture.healthyRates), place)).lines
        }
        let topics = rows(.topics)
        #expect(topics[0].contains("● live 1s") && topics[0].contains("lag ~12.4k  ▲ ~8.1k/s"))
        #expect(topics.contains { $0.contains(" payments ") && $0.contains("~88,010") })
        #expect(topics.contains { $0.contains(" orders ") && $0.contains(" 1,204,551") })
        #expect(topics.contains { $0.contains("offsets      14s old   ListOffsets: no answer from 2") })
        source.completeAt = nil
        snapshot.sources = [source]
        #expect(rows(.topics).contains { $0.contains("offsets        ? old   ListOffsets: no answer from 2") })
    }

    /// What the replicas on a broker that is down weigh is old in the sum of all replicas, not in that of the leaders.
    @Test func sizesAreOldOnlyWhereAReplicaIsThatDoesNotTell() {
        var snapshot = Fixture.healthy().snapshot
        for topic in snapshot.topics.indices {
            for place in snapshot.topics[topic].partitions.indices {
                snapshot.topics[topic].partitions[place].leader = 1
                for index in snapshot.topics[topic].partitions[place].logs.indices
                where snapshot.topics[topic].partitions[place].logs[index].broker == 2 {
                    snapshot.topics[topic].partitions[place].logs[index].at -= 60_000
                }
            }
        }
        func rows(_ place: Place) -> [String] {
            View.view(Fixture.model(Fixture.report(snapshot, Fixture.healthyRates), place)).lines
        }
        #expect(rows(.topics).contains { $0.contains(" payments ") && $0.contains("  11 MiB  ~33 MiB") })
        #expect(rows(.partitions).contains { $0.contains(" audit-log ") && $0.contains("  14 MiB ") })
    }

    /// The quorum is told by the controller alone: that it is silent makes nothing else old.
    @Test func aSilentControllerMakesOnlyTheQuorumOld() {
        var snapshot = Fixture.healthy().snapshot
        snapshot.sources = [
            SourceSnapshot(.metadata, answeredAt: snapshot.at), SourceSnapshot(.offsets, answeredAt: snapshot.at),
            SourceSnapshot(.quorum, answeredAt: snapshot.at - 9_000, failure: "timed out"),
        ]
        func lines(_ place: Place) -> [String] {
            View.view(Fixture.model(Fixture.report(snapshot, Fixture.healthyRates), place)).lines
        }
        let overview = lines(.overview)
        #expect(overview[0].contains("ctrl ~1·e4") && overview[0].contains("● live 1s"))
        #expect(overview.contains { $0.contains("quorum voters") && $0.contains("~3/3") })
        #expect(!lines(.topics).contains { $0.contains("data from") })
        #expect(lines(.quorum)[0].contains("stale 9s") && lines(.quorum).contains { $0.contains("data from") })
    }

    // MARK: silence

    private func memory(_ ids: [BrokerID] = [1, 2]) -> BrokerMemory {
        var memory = BrokerMemory()
        tell(ids, &memory, at: 0)
        return memory
    }

    private func tell(_ ids: [BrokerID], _ memory: inout BrokerMemory, at now: Timestamp) {
        memory.take(
            ids.map { BrokerMemory.Seen(id: $0, host: "h", port: 1, rack: nil, isFenced: false) },
            leaders: [1: 3, 2: 4], isBundled: false, now: now)
    }

    private func state(_ id: BrokerID, _ memory: BrokerMemory) -> BrokerState? {
        memory.snapshots.first { $0.id == id }?.state
    }

    @Test func whoAnswersNothingIsSilentThoughTheClusterCountsItIn() {
        var memory = memory()
        memory.noteSilence(of: 2, now: 1_000)
        tell([1, 2], &memory, at: 3_900)
        #expect(state(2, memory) == .up)
        memory.noteSilence(of: 2, now: 3_950)
        tell([1, 2], &memory, at: 4_000)
        #expect(state(2, memory) == .silent(since: 1_000) && state(1, memory) == .up)
        #expect(memory.snapshots[1].ledBefore == 4)
        memory.noteAnswer(of: 2)
        tell([1, 2], &memory, at: 5_000)
        #expect(state(2, memory) == .up)
    }

    @Test func whoIsDownIsNotSilentWhenItComesBack() {
        var memory = memory()
        memory.noteSilence(of: 2, now: 1_000)
        tell([1], &memory, at: 2_000)
        #expect(state(2, memory) == .down(since: 2_000))
        memory.noteSilence(of: 2, now: 3_000)
        tell([1, 2], &memory, at: 60_000)
        #expect(state(2, memory) == .up)
    }
}
