import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// What `d` tells of partitions and brokers: all problems, and every figure with its age and who told it.
@Suite struct DescribedTests {
    private func described(_ model: Model, _ id: String, height: Int = 50) -> [String] {
        var model = model
        model.size = Size(width: model.size.width, height: height)
        model.list.cursorID = id
        _ = Update.update(&model, .key(.character("d")))
        return View.view(model).lines
    }

    private func line(_ lines: [String], _ start: String) -> String {
        lines.first { $0.contains("│ \(start) ") }.map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        } ?? "no line \(start)"
    }

    @Test func aPartitionIsDescribedWithAllItsProblems() {
        let lines = described(Story.killed.model(.partitions), "orders-retry/1")
        #expect(line(lines, "problems").contains("below min ISR (1 of 2): acks=all is refused"))
        #expect(lines.contains { $0.contains("under-replicated: 2 DOWN since 12:04:29 not in sync") })
        #expect(lines.contains { $0.contains("leader not preferred: 3 leads, 2 is its first replica") })
        #expect(line(lines, "since").contains("12:04:30, for 1"))
    }

    /// What a dead broker told last is old, and how far it is behind is not known, whatever it told.
    @Test func aReplicaThatIsAwayIsNotSaidToBeUpToDate() throws {
        var report = Story.killed.report
        var snapshot = report.snapshot
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "orders-retry" })
        snapshot.topics[topic].partitions[1].logs = snapshot.topics[topic].partitions[1].replicas.map {
            ReplicaLog(broker: $0, bytes: 1 << 20, behind: 0, dir: 0, at: snapshot.at - 1_000)
        }
        report = ClusterReport(snapshot, figures: report.figures)
        let lines = described(Fixture.model(report, .partitions), "orders-retry/1")
        let dead = try #require(lines.first { $0.contains("offline") && $0.contains("1.0 MiB") })
        let words = dead.split(separator: " ")
        #expect(words.contains("~1.0") && words.contains("?") && !words.contains("0"), "\(dead)")
    }

    @Test func everyFigureHasItsAgeAndWhoToldIt() throws {
        var report = Fixture.healthy()
        var snapshot = report.snapshot
        snapshot.sources = [SourceSnapshot(.metadata, answeredAt: snapshot.at - 1_000)]
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "orders" })
        snapshot.topics[topic].isTransactional = true
        var partition = snapshot.topics[topic].partitions[3]
        let leader = try #require(partition.leader)
        partition.offsets?.at = snapshot.at - 2_000
        partition.offsets?.value.stable = 481
        partition.logs = partition.replicas.map {
            let behind: Int64 = $0 == leader ? 0 : 1_834
            return ReplicaLog(
                broker: $0, bytes: Int64($0) << 20, behind: behind, dir: 0, at: snapshot.at - 4_000)
        }
        snapshot.topics[topic].partitions[3] = partition
        report = Fixture.report(snapshot, Fixture.healthyRates)
        let lines = described(Fixture.model(report, .topic("orders", .map)), "orders/3")
        #expect(line(lines, "problems").contains("no problem"))
        #expect(line(lines, "leader").contains("\(leader), epoch 5 1s Metadata, any broker"))
        #expect(line(lines, "earliest").contains(" 2s ListOffsets, leader \(leader)"))
        #expect(line(lines, "last stable").contains("481 2s ListOffsets"))
        #expect(line(lines, "latest").contains(" 2s ListOffsets, leader \(leader)"))
        for id in partition.replicas {
            let own = lines.first { $0.contains("data/\(id)") } ?? ""
            #expect(own.contains("\(id).0 MiB") && own.contains(" 4s  data/\(id)"), "\(own)")
            #expect(own.contains("1,834") == (id != leader))
        }
    }

    /// First offsets are read more rarely than last ones: they, and what is counted from them, are as old as that.
    @Test func firstOffsetsHaveAnAgeOfTheirOwn() throws {
        var snapshot = Fixture.healthy().snapshot
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "orders" })
        snapshot.topics[topic].startsAt = snapshot.at - 7_000
        for index in snapshot.topics[topic].partitions.indices {
            snapshot.topics[topic].partitions[index].offsets?.at = snapshot.at - 2_000
        }
        let report = Fixture.report(snapshot, Fixture.healthyRates)
        let lines = described(Fixture.model(report, .topic("orders", .map)), "orders/3")
        #expect(line(lines, "earliest").contains(" 7s ListOffsets"))
        #expect(line(lines, "messages").contains(" 7s latest − earliest"))
        #expect(line(lines, "latest").contains(" 2s ListOffsets"))
        let all = described(Fixture.model(report, .topics), "orders")
        #expect(line(all, "messages").contains(" 7s ListOffsets"))
        #expect(line(all, "in/s").contains(" 2s how the ends grew"))
    }

    /// The popup stands, what it tells does not.
    @Test func aDescriptionFollowsTheCluster() {
        var model = Fixture.model(Fixture.healthy(), .brokers, height: 44)
        model.list.cursorID = "2"
        _ = Update.update(&model, .key(.character("d")))
        #expect(View.view(model).lines.contains { $0.contains("state          up") })
        _ = Update.update(&model, .report(Story.killed.report, Story.killed.events))
        model.now = Story.killed.report.snapshot.at
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("state          down 2s") })
        #expect(lines.contains { $0.contains("leaders") && $0.contains("0 (was 42)") })
        #expect(lines.contains { $0.contains("disk") && $0.contains("~2.6 GiB") && $0.contains("itself") })
    }

    @Test func whoIsSilentIsNamedInItsOwnDescription() {
        var snapshot = Fixture.healthy().snapshot
        snapshot.sources = [
            SourceSnapshot(
                .offsets, answeredAt: snapshot.at, failure: "ListOffsets: no answer from 2, 13 in 2 s", silent: [2, 13])
        ]
        let model = Fixture.model(Fixture.report(snapshot, Fixture.healthyRates), .brokers)
        #expect(described(model, "2").contains { $0.contains("ListOffsets: no answer from 2, 13") })
        #expect(!described(model, "3").contains { $0.contains("ListOffsets: no answer") })
    }

    @Test func descriptionsFitNarrowScreens() {
        var model = Story.killed.model(.partitions, width: 80, height: 24)
        model.list.cursorID = "orders-retry/1"
        _ = Update.update(&model, .key(.character("d")))
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("below min ISR (1 of 2): acks=all is refused") })
        #expect(lines.contains { $0.contains("1–") && $0.contains(" of ") }, "it scrolls")
    }

    /// Tables have no room for all columns beside each other there: what has none goes below, and nothing is cut.
    @Test(arguments: [
        (Place.partitions, "orders/3"), (.topics, "orders"), (.brokers, "2"), (.topic("orders", .map), "orders/3"),
    ])
    func nothingIsCutOnNarrowScreens(_ place: Place, _ id: String) throws {
        let path = "/home/somebody/.local/share/klamm/bundled/broker-2/data"
        var snapshot = Fixture.healthy().snapshot
        for index in snapshot.brokers.indices {
            snapshot.brokers[index].logDirs = [
                LogDirSnapshot(path: path, bytes: 9 << 20, logs: 121, free: 20 << 30, total: 100 << 30)
            ]
        }
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "orders" })
        for index in snapshot.topics[topic].partitions.indices {
            snapshot.topics[topic].partitions[index].logs = snapshot.topics[topic].partitions[index].replicas.map {
                ReplicaLog(broker: $0, bytes: 1 << 20, behind: 3, dir: 0, at: snapshot.at - 1_000)
            }
        }
        let model = Fixture.model(Fixture.report(snapshot, Fixture.healthyRates), place, width: 80)
        let lines = described(model, id, height: 60)
        let popup = lines.compactMap { $0.split(separator: "│").first { $0.count > 60 } }.filter { !$0.contains("─") }
        #expect(popup.count > 12)
        let cut = popup.filter { $0.contains("…") }
        if place == .brokers {
            // The path has its middle cut for the figures behind it.
            #expect(cut.count == 1 && cut[0].contains("/data") && cut[0].contains("80 %"), "\(cut)")
        } else {
            #expect(cut.isEmpty, "\(cut)")
        }
        guard id == "orders/3" else { return }
        #expect(popup.count { $0.contains(path) } == 3, "each replica's log dir, whole")
        let told = try #require(popup.firstIndex { $0.contains("as latest: nobody was seen") })
        #expect(popup[told + 1].contains("in transactions"))
    }

    /// Brokers that ask for no more replicas in sync than there are take acks=all; what is set is said beside.
    @Test func minISRIsWhatBrokersAskFor() throws {
        var snapshot = Fixture.snapshot(at: Fixture.healthyAt)
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "dead-letters" })
        snapshot.topics[topic].minISR = 2
        func shown(_ place: Place) -> [String] {
            View.view(Fixture.model(Fixture.report(snapshot, Fixture.healthyRates), place)).lines
        }
        #expect(ClusterHealth(snapshot).belowMinISR == [TopicPartition("dead-letters", 0)])
        #expect(shown(.topic("dead-letters", .partitions)).contains { $0.contains("min ISR 2   ") })
        snapshot.topics[topic].capsMinISR = true
        #expect(ClusterHealth(snapshot).belowMinISR.isEmpty)
        #expect(TopicCounts(snapshot.topics[topic]).atMinISRByLoss == 0)
        #expect(shown(.topic("dead-letters", .partitions)).contains { $0.contains("min ISR 1 (2 set)   ") })
        let model = Fixture.model(Fixture.report(snapshot, Fixture.healthyRates), .topic("dead-letters", .partitions))
        let lines = described(model, "dead-letters/0")
        #expect(line(lines, "problems").contains("no problem") && line(lines, "min ISR").contains("1 (2 set)"))
        let other = snapshot.topics.first { $0.name == "orders" }
        #expect(other?.minISRText == "2")
    }

    // MARK: the map

    /// A replica that grows faster than its leader will be in sync when it has what that has.
    @Test func aReplicaThatCatchesUpSaysWhenItIsInSync() throws {
        var before = ReplicaLog(broker: 2, bytes: 1 << 20, at: 1_000)
        var own = ReplicaLog(broker: 2, bytes: 3 << 20, at: 2_000)
        #expect(own.growth == nil)
        own.grow(since: before)
        #expect(own.growth == Double(2 << 20))
        before = own
        own = ReplicaLog(broker: 2, bytes: 4 << 20, at: 2_000)
        own.grow(since: before)
        #expect(own.growth == Double(2 << 20), "the same moment tells nothing new")
        var leader = ReplicaLog(broker: 1, bytes: 9 << 20, at: 2_000)
        leader.grow(since: ReplicaLog(broker: 1, bytes: 8 << 20, at: 1_000))
        var partition = PartitionSnapshot(id: 0, leader: 1, replicas: [1, 2], isr: [1], logs: [leader, own])
        #expect(partition.secondsUntilInSync(2) == 5)
        #expect(partition.secondsUntilInSync(1) == nil)
        partition.logs[1] = ReplicaLog(broker: 2, bytes: 4 << 20, at: 2_000)
        #expect(partition.secondsUntilInSync(2) == nil)
        #expect(MemoryLayout<ReplicaLog>.size == 40, "there may be three hundred thousand of them")
    }

    @Test func theMapHasACursorOnItsCells() throws {
        var snapshot = Story.catchingUp.report.snapshot
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "post-events" })
        var partition = snapshot.topics[topic].partitions[1]
        partition.logs = partition.replicas.map { id in
            let bytes: Int64 = id == 2 ? 90 << 20 : 100 << 20
            var log = ReplicaLog(broker: id, bytes: bytes, behind: id == 2 ? 1_834 : 0, at: snapshot.at)
            log.grow(
                since: ReplicaLog(broker: id, bytes: id == 2 ? bytes - 4 << 20 : bytes, at: snapshot.at - 1_000))
            return log
        }
        snapshot.topics[topic].partitions[1] = partition
        var model = Fixture.model(Fixture.report(snapshot, Fixture.healthyRates), .topic("post-events", .map))
        model.list.cursorID = "post-events/1"
        #expect(View.view(model).lines.contains { $0.contains("2 is catching up, in sync in about 3 s") })
        #expect(!View.view(model).lines.contains { $0.contains("on broker") })
        _ = Update.update(&model, .key(.right))
        #expect(View.view(model).lines.contains { $0.contains("post-events/1 on broker 1   in sync") })
        _ = Update.update(&model, .key(.right))
        let lines = View.view(model).lines
        #expect(lines.contains { $0.contains("[○']") })
        #expect(
            lines.contains {
                $0.contains(
                    "on broker 2   lagging, preferred leader, 90 MiB, 1,834 messages behind, in sync in about 3 s")
            })
        model.size = Size(width: 80, height: 24)
        #expect(
            View.view(model).lines.contains { $0.contains("in sync in about 3 s, told") }, "on a second line")
        model.size = Size(width: 120, height: 34)
        snapshot.topics[topic].partitions[1].isr = snapshot.topics[topic].partitions[1].replicas
        _ = Update.update(&model, .report(Fixture.report(snapshot, Fixture.healthyRates), EventLog()))
        #expect(
            View.view(model).lines.contains { $0.contains("on broker 2   in sync, preferred leader, 90 MiB, 1,834") })
        #expect(!View.view(model).lines.contains { $0.contains("in sync in about") })
        for _ in 0..<5 { _ = Update.update(&model, .key(.character("l"))) }
        #expect(View.view(model).lines.contains { $0.contains("on broker 3   leader") })
        _ = Update.update(&model, .key(.down))
        #expect(View.view(model).lines.contains { $0.contains("post-events/2 on broker 3") })
    }
}
