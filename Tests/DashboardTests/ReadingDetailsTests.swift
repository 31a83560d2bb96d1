import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// What `d` tells of a partition as a group reads it.
@Suite struct ReadingDetailsTests {
    private let id = TopicPartition("notifications", 4)

    /// The popup over a group, with what was asked for it.
    private func opened(_ name: String = "notification-push", width: Int = 120) -> (model: Model, asked: [Command]) {
        var model = Fixture.groups(.group(name), width: width)
        model.list.cursorID = "notifications/4"
        let asked = Update.update(&model, .key(.character("d")))
        return (model, asked)
    }

    private func line(_ model: Model, _ start: String) -> String {
        let lines = View.view(model).lines
        return lines.last { $0.contains("│ \(start) ") }.map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        } ?? "no line \(start) in\n" + lines.joined(separator: "\n")
    }

    @Test func whoReadsWhatComesNextAndWhy() {
        var (model, asked) = opened()
        #expect(asked == [.fetchNextMessage(group: "notification-push", id)])
        #expect(line(model, "next message").contains("? — asking"))
        var told = NextMessage.Told()
        told.offset = 436_314
        told.metadata = "checkpoint 17"
        told.leaderEpoch = 5
        told.message = LastMessages.Place(offset: 436_320, timestamp: model.now - 23_000)
        told.bytes = 98
        _ = Update.update(&model, .nextMessage(group: "notification-push", id, .success(told)))
        #expect(line(model, "status").contains("WARN: push-2 reads 99/s, in 104/s; the oldest message waits 23s"))
        #expect(line(model, "problems").contains("no problem"))
        #expect(line(model, "member").contains("push-2"))
        #expect(View.view(model).lines.contains { $0.contains("push-2-0b5a, epoch 7") })
        #expect(line(model, "host").contains("127.0.0.1"))
        #expect(View.view(model).lines.contains { $0.contains("│ leader ") && $0.contains("Metadata, any broker") })
        #expect(line(model, "committed").contains("436,314") && line(model, "committed").contains("OffsetFetch"))
        #expect(line(model, "leader epoch").contains("5 0s of what was read last"))
        #expect(line(model, "metadata").contains("checkpoint 17"))
        #expect(line(model, "next message").contains("12:04:03 0s offset 436,320, 98 B; 6 before it are gone"))
        #expect(line(model, "last commit").contains("12:04:24 2s of the group, seen here"))
    }

    @Test func whatIsAnsweredAboutAnotherIsNotShown() {
        var (model, _) = opened()
        _ = Update.update(&model, .nextMessage(group: "billing", id, .success(NextMessage.Told())))
        #expect(line(model, "next message").contains("? — asking"))
        _ = Update.update(&model, .nextMessage(group: "notification-push", id, .failure(Failure("not there"))))
        #expect(line(model, "next message").contains("? — not there"))
    }

    @Test func itIsAskedForAgainWhileItIsLookedAt() {
        var (model, asked) = opened()
        let report = model.latest ?? Fixture.healthy()
        #expect(!Update.update(&model, .report(report, EventLog())).contains(asked[0]))
        _ = Update.update(&model, .tick(model.now + Described.interval))
        #expect(Update.update(&model, .report(report, EventLog())).contains(asked[0]))
        _ = Update.update(&model, .key(.escape))
        _ = Update.update(&model, .tick(model.now + Described.interval))
        #expect(!Update.update(&model, .report(report, EventLog())).contains(asked[0]))
    }

    /// Who reads only what is committed waits for the end of a transaction that begins here.
    @Test func anOpenTransactionIsNamed() throws {
        var (model, _) = opened()
        var snapshot = model.snapshot
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "notifications" })
        snapshot.topics[topic].partitions[4].offsets?.value.stable = 436_314
        model.latest = ClusterReport(snapshot, figures: model.figures)
        var told = NextMessage.Told()
        told.offset = 436_314
        told.message = LastMessages.Place(offset: 436_314, timestamp: model.now - 1_000)
        _ = Update.update(&model, .nextMessage(group: "notification-push", id, .success(told)))
        #expect(line(model, "next message").contains("in an open transaction"))
    }

    @Test func whatWaitsBehindATransactionIsNotSaidToBeRead() throws {
        var (model, _) = opened()
        var (snapshot, figures) = (model.snapshot, model.figures)
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "notifications" })
        let latest = try #require(snapshot.topics[topic].partitions[4].offsets?.value.latest)
        var group = figures.group("notification-push")
        let row = try #require(group.partitions.firstIndex { $0.partition == id })
        (group.partitions[row].status, group.partitions[row].lag) = (.ok, 0)
        figures.groups["notification-push"] = Shared(group)
        model.latest = ClusterReport(snapshot, figures: figures)
        #expect(line(model, "status").contains("status OK: all that can be read is read │"))
        snapshot.topics[topic].partitions[4].offsets?.value.stable = latest - 10
        model.latest = ClusterReport(snapshot, figures: figures)
        #expect(line(model, "status").contains("is read; 10 wait behind an open transaction, which"))
        #expect(View.view(model).lines.contains { $0.contains(":producers notifications shows") })
    }

    /// A group that is OK with lag 0 says on its row what it cannot read yet, narrow screens below the table.
    @Test func theRowOfAGroupSaysWhatWaitsBehindATransaction() throws {
        var model = Fixture.groups(.groups)
        var (snapshot, figures) = (model.snapshot, model.figures)
        let topic = try #require(snapshot.topics.firstIndex { $0.name == "payments" })
        func latest(_ row: GroupPartitionFigures) -> Offset? {
            snapshot.partition(row.partition)?.offsets?.value.latest
        }
        var group = figures.group("fraud-check")
        let ids = (0..<6).map { TopicPartition("payments", $0) }
        group.partitions = ids.map { GroupPartitionFigures($0) }
        for index in group.partitions.indices {
            group.partitions[index].lag = 0
            group.partitions[index].committed = latest(group.partitions[index])
        }
        for (partition, held) in [(1, 10), (2, 1_203)] {
            let id = TopicPartition("payments", Int32(partition))
            let row = try #require(group.partitions.firstIndex { $0.partition == id })
            let latest = try #require(snapshot.topics[topic].partitions[partition].offsets?.value.latest)
            snapshot.topics[topic].partitions[partition].offsets?.value.stable = latest - Int64(held)
            group.partitions[row].committed = latest - Int64(held)
        }
        (group.status, group.lag) = (.ok, 0)
        figures.groups["fraud-check"] = Shared(group)
        func lines(_ width: Int) -> [String] {
            var model = Fixture.groups(.groups, width: width, height: 34)
            model.latest = ClusterReport(snapshot, figures: figures)
            return View.view(model).lines
        }
        #expect(!lines(160).contains { $0.contains("behind open transactions") }, "nothing is written in transactions")
        snapshot.topics[topic].isTransactional = true
        let said = "1,213 wait behind open transactions, most in payments/2"
        #expect(lines(160).contains { $0.contains("fraud-check") && $0.contains(" OK ") && $0.contains("1,213 wait") })
        #expect(lines(120).contains { $0.contains("fraud-check ") && $0.contains(said) })
        #expect(lines(80).contains { $0.contains("fraud-check ") && $0.contains("1,213 wait behind") })
        // Who reads what is not committed either has read all of it.
        for index in group.partitions.indices {
            group.partitions[index].committed = latest(group.partitions[index])
        }
        figures.groups["fraud-check"] = Shared(group)
        model.latest = ClusterReport(snapshot, figures: figures)
        #expect(!View.view(model).lines.contains { $0.contains("behind open transactions") })
    }

    @Test func aMemberIsDescribedByItsCells() {
        var model = Fixture.groups(.group("notification-push"))
        #expect(Update.update(&model, .key(.tab)).isEmpty)
        #expect(Update.update(&model, .key(.character("d"))).isEmpty)
        guard case .text(let popup)? = model.popup else {
            Issue.record("nothing is described")
            return
        }
        #expect(popup.about == nil && popup.title.hasPrefix("push-"))
    }

    @Test func nothingIsCutAtEightyColumns() {
        let (model, _) = opened(width: 80)
        #expect(line(model, "status").contains("WARN: push-2 reads 99/s, in 104/s; the oldest message"))
        #expect(View.view(model).lines.contains { $0.contains(" waits 23s ") })
    }
}
