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
        #expect(line(lines, "leader").contains("\(leader), epoch 5 1s Metadata, of any broker"))
        #expect(line(lines, "earliest").contains(" 2s ListOffsets, leader \(leader)"))
        #expect(line(lines, "last stable").contains("481 2s ListOffsets"))
        #expect(line(lines, "latest").contains(" 2s ListOffsets, leader \(leader)"))
        for id in partition.replicas {
            let own = lines.first { $0.contains("data/\(id)") } ?? ""
            #expect(own.contains("\(id).0 MiB") && own.contains(" 4s  data/\(id)"), "\(own)")
            #expect(own.contains("1,834") == (id != leader))
        }
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
            SourceSnapshot(.offsets, answeredAt: snapshot.at, failure: "ListOffsets: no answer from 2, 13 in 2 s")
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
}
