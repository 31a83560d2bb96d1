import KafkaProtocol
import TerminalUI
import Testing

@testable import ClusterInsight
@testable import Dashboard

/// A saved list has what its cells are the pictures of.
@Suite struct ListExportTests {
    private static func model() -> Model {
        var snapshot = ClusterSnapshot(at: 0)
        snapshot.topics = [
            TopicSnapshot(
                name: "orders",
                partitions: [
                    PartitionSnapshot(
                        id: 0, leader: 1, replicas: [1], isr: [1],
                        offsets: Reading(PartitionOffsets(earliest: 0, latest: 1_204_551), at: 0),
                        logs: [ReplicaLog(broker: 1, bytes: 892_000, at: 0)])
                ]), TopicSnapshot(name: "unread", partitions: []),
        ]
        snapshot.groups = [GroupSnapshot(name: "billing", state: "stable")]
        var history = ClusterHistory()
        var model = Model(
            size: Size(width: 200, height: 40), now: 0, cluster: ClusterInfo(name: "test", isBundled: false),
            connection: .live)
        model.latest = ClusterReport(snapshot, figures: history.observe(snapshot))
        model.place = .topics
        return model
    }

    private func saved(_ model: Model, as name: String) -> [String] {
        String(decoding: Export.contents(model, to: name), as: UTF8.self).split(whereSeparator: \.isNewline)
            .map(String.init)
    }

    @Test func numbersAreWholeAndUnknownOnesAreNull() {
        let rows = saved(Self.model(), as: "t.ndjson")
        #expect(rows.count == 2)
        #expect(rows[0].contains("\"name\":\"orders\""))
        #expect(rows[0].contains("\"messages\":1204551,\"size\":892000"))
        #expect(rows[0].contains("\"trend\":["))
        #expect(rows[1].contains("\"messages\":null,\"size\":null"))
    }

    @Test func tablesHaveTheSame() {
        let rows = saved(Self.model(), as: "t.csv")
        #expect(rows.count == 3)
        #expect(rows[0].hasPrefix("NAME,"))
        #expect(rows[1].contains(",1204551,892000,"))
        #expect(!rows[1].contains("KiB"))
    }

    @Test func wordsStayWordsThoughTheyAreSortedByTheirWeight() {
        var model = Self.model()
        model.place = .groups
        let rows = saved(model, as: "g.ndjson")
        #expect(rows.count == 1)
        #expect(rows[0].contains("\"status\":\"OK\""))
    }

    @Test func allMarkedNamesAreCopied() {
        var model = Self.model()
        model.list.marks = ["orders", "unread"]
        _ = CopyChoice.open(&model)
        #expect(Update.update(&model, .key(.character("y"))) == [.copy("orders\nunread")])
        #expect(model.flash?.text == "copied 2 names, one a line")
    }
}
