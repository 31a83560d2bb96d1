import ClusterInsight
import Foundation
import KafkaClient
import KafkaProtocol
import TestSupport
import Testing

@testable import Dashboard

/// What the dashboard and the command line make of share groups and streams groups: the same.
@Suite(.serialized) struct GroupTypeProcessTests {
    private func with(
        _ age: GroupsBroker.Age, _ body: (ScriptedBroker) async throws -> Void
    ) async throws {
        let broker = try await GroupsBroker.start(age)
        do {
            try await body(broker)
        } catch {
            try await broker.close()
            throw error
        }
        try await broker.close()
    }

    private func klamm(_ arguments: [String], _ broker: ScriptedBroker) async throws -> KlammBinary.Outcome {
        try await KlammBinary.run(arguments + ["--bootstrap-server", broker.address])
    }

    private static func orders(_ partition: Int32) -> TopicPartition { TopicPartition("orders", partition) }

    @Test(.timeLimit(.minutes(5))) func aDashboardShowsThem() async throws {
        try await with(.tellsLag) { broker in
            let watch = try await LiveSourceTests.Watch(broker.address)
            let report = try await watch.report("all groups with their lag") { report in
                ["readers": 30, "pickers": 90, "enricher": 300].allSatisfy { report.figures.group($0).lag == $1 }
            }
            let pickers = try #require(report.snapshot.group("pickers"))
            #expect(pickers.isShare && pickers.state == "stable" && pickers.epoch == 4 && pickers.committed.isEmpty)
            #expect(pickers.topics == ["orders"] && !pickers.isJudged)
            let figures = report.figures.group("pickers")
            #expect(!figures.isEstimate && figures.status == .ok)
            let shared = try #require(figures.partitions.first { $0.partition == Self.orders(1) })
            #expect(shared.readers.map(\.clientID) == ["picker-1", "picker-2"] && shared.committed == 950)
            #expect(figures.partitions.first { $0.partition == Self.orders(2) }?.lag == nil)

            let enricher = try #require(report.snapshot.group("enricher"))
            #expect(enricher.isStreams && enricher.isJudged && enricher.state == "reconciling")
            #expect(enricher.topics == ["app-repartition", "orders", "payments"])
            // payments has no third partition.
            #expect(
                enricher.members.last?.partitions
                    == [TopicPartition("app-repartition", 0), TopicPartition("app-repartition", 1), Self.orders(2)])
            #expect(report.figures.group("enricher").partitions.first { $0.partition == Self.orders(2) }?.lag == 0)
            #expect(HealthFinding.all(report).allSatisfy { !$0.detail.contains("pickers") })
            await watch.end()
        }
    }

    @Test(.timeLimit(.minutes(5))) func aShareGroupCostsNoMoreThanItsOwnTwoRequests() async throws {
        try await with(.tellsLag) { broker in
            let watch = try await LiveSourceTests.Watch(broker.address)
            _ = try await watch.report("the share group") { $0.figures.group("pickers").lag == 90 }
            await watch.end()
            let asked = broker.asked
            #expect(asked.allSatisfy { ($0 as? DescribeGroupsRequest)?.groups.contains("pickers") != true })
            #expect(
                asked.allSatisfy { ($0 as? OffsetFetchRequest)?.groups.contains { $0.groupID == "pickers" } != true })
            #expect(!asked.contains { $0 is ConsumerGroupDescribeRequest })
            #expect(asked.compactMap { ($0 as? ShareGroupDescribeRequest)?.groupIDs }.allSatisfy { $0 == ["pickers"] })
        }
    }

    @Test(.timeLimit(.minutes(5))) func aLagThatIsNotToldIsAnEstimate() async throws {
        try await with(.describes) { broker in
            let watch = try await LiveSourceTests.Watch(broker.address)
            let report = try await watch.report("the share group") { $0.figures.group("pickers").lag == 150 }
            let enricher = try #require(report.snapshot.group("enricher"))
            #expect(enricher.state == "not ready" && enricher.topology == StreamsTopology(epoch: 2, subtopologies: nil))
            #expect(enricher.members.map(\.partitions) == [[]] && enricher.topics == ["orders"])
            #expect(report.figures.group("pickers").isEstimate && !report.figures.group("enricher").isEstimate)
            await watch.end()
            let told = try await klamm(["groups", "describe", "pickers"], broker)
            #expect(told.output.contains("≈100") && told.output.contains("≈50"))
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [GroupsBroker.Age.lists, .refuses])
    func aClusterThatOnlyListsThemHasNothingWrong(_ age: GroupsBroker.Age) async throws {
        try await with(age) { broker in
            let watch = try await LiveSourceTests.Watch(broker.address)
            let report = try await watch.report("the groups as they are listed") { report in
                report.figures.group("readers").lag == 30 && report.snapshot.group("pickers")?.state == "stable"
                    && report.snapshot.group("enricher")?.state == "reconciling"
            }
            for name in ["pickers", "enricher"] {
                let group = try #require(report.snapshot.group(name))
                #expect(group.isUntold && group.error == nil && group.members.isEmpty)
            }
            #expect(report.snapshot.sources.first { $0.name == .groups }?.failure == nil)
            #expect(report.figures.group("pickers").lag == nil)
            await watch.end()
        }
    }

    @Test(.timeLimit(.minutes(5))) func aShareGroupBeginsElsewhereAndThenWhereItBegan() async throws {
        try await with(.tellsLag) { broker in
            let run = try await ChangeExecutorTests.Run(broker.address)
            try await run.picture("where it begins") { $0.group("pickers")?.position(in: Self.orders(1)) == 950 }
            let items = try await run.perform(.resetOffsets(group: "pickers", [Self.orders(0): 0, Self.orders(2): 0]))
            #expect(items.map(\.name) == ["orders/0", "orders/2"] && items[0].detail == "900 → 0")
            #expect(items[0].failure == nil && items[1].failure?.contains("no state is kept of it") == true)
            let entry = try #require(await run.executor.journal.newestFirst.first)
            let undo = try #require(entry.undoChange)
            #expect(undo == .resetOffsets(group: "pickers", [Self.orders(0): 900]))
            try await run.picture("where it begins now") { $0.group("pickers")?.position(in: Self.orders(0)) == 0 }
            #expect(try await run.perform(undo).map(\.word) == ["ok"])
            #expect(try await run.client.positions(of: "pickers") == [Self.orders(0): 900, Self.orders(1): 950])
            await run.end()

            let dry = try await klamm(
                ["groups", "reset-offsets", "pickers", "--all-topics", "--shift-by", "-50", "--dry-run"], broker)
            #expect(dry.output.contains("at 850") && dry.output.contains("at 900"))
            let told = try await klamm(
                ["groups", "reset-offsets", "pickers", "--topic", "orders:0,1", "--to-latest"], broker)
            #expect(told.status == 0 && told.output.contains("at 1000"))
            let moved = try await klamm(["groups", "describe", "pickers"], broker)
            #expect(moved.output.split(separator: "\n").count { $0.contains("1000") } == 2)
            #expect(!broker.asked.contains { $0 is OffsetCommitRequest })
        }
    }

    @Test(.timeLimit(.minutes(5))) func theCommandLineTellsTheSame() async throws {
        try await with(.tellsLag) { broker in
            let list = try await klamm(["groups", "list"], broker)
            #expect(list.output.contains("share") && list.output.contains("streams"))

            let lag = try await klamm(["groups", "describe", "pickers", "enricher"], broker)
            let rows = lag.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(rows.first == ["group", "topic", "partition", "committed", "start", "end", "lag"])
            #expect(rows.contains(["pickers", "orders", "0", "-", "900", "1000", "40"]))
            #expect(rows.contains(["enricher", "orders", "0", "800", "-", "1000", "200"]))
            let json = try await klamm(["groups", "describe", "pickers", "--output", "json"], broker)
            let objects = try #require(
                JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
            #expect(objects.compactMap { $0["start"] as? Int } == [900, 950])
            #expect(objects.allSatisfy { $0["committed"] is NSNull && $0["lagIsEstimate"] as? Bool == false })

            let members = try await klamm(["groups", "members", "pickers", "enricher"], broker)
            #expect(members.output.contains("orders-0 orders-1"))
            #expect(members.output.contains("0_0 0_1; standby 1_0"))
            #expect(members.output.contains("0_2 1_0 1_1; warm-up 0_0"))

            let refused = try await klamm(["groups", "delete-offsets", "pickers", "--topic", "orders"], broker)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("pickers is a share group, which commits no offsets"))

            for group in ["pickers", "enricher"] {
                let kept = try await klamm(["groups", "remove-members", group, "some"], broker)
                #expect(kept.status == 1 && kept.errors.contains("group, whose members leave only by themselves"))
            }

            let check = try await klamm(["check", "--max-lag", "pickers=80"], broker)
            #expect(check.output.contains("group pickers has 90 unread, above 80"))
        }
    }
}
