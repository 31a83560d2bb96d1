import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 7: moves that run.
enum ReassignScreen {
    static let columns: [TableColumn] = [
        .name("topic", title: "TOPIC", min: 14),
        .number("p", title: "P", width: 4),
        .words("replicas", title: "REPLICAS", width: 14),
        .words("move", title: "MOVE", width: 9, dropOrder: 3),
        .words("state", title: "STATE", width: 10),
        .words("progress", title: "PROGRESS", width: 27, dropOrder: 1),
        .number("bytes", title: "BYTES", width: 19),
        .number("left", title: "LEFT", width: 8, dropOrder: 2),
    ]

    static func list(_ model: Model) -> ListPage {
        let rows = model.snapshot.topics.flatMap { topic in
            topic.partitions.filter(\.isMoving).map { PartitionRow(topic, $0, model) }
        }
        let spec = ListSpec<PartitionRow>(
            title: "Moves", columns: columns, defaultSort: TableSort(column: "left", descending: true),
            id: { $0.key }, text: { $0.key },
            value: { row, column in column == "left" ? .int(Int(left(row.partition))) : row.value(column) },
            isProblem: { _ in true }, cells: { cells($0, model) })
        var page = spec.page(rows, model.list)
        page.titleLeft = StyledText("Moves \(rows.count) running")
        page.header = rows.isEmpty ? leftOver(model) : header(rows, model) + leftOver(model)
        page.empty = ["No partition is moving. R plans a move."]
        return page
    }

    private static func copied(_ partition: PartitionSnapshot) -> Int64 {
        partition.adding.compactMap { partition.bytes(on: $0) }.reduce(0, +)
    }

    private static func total(_ partition: PartitionSnapshot) -> Int64 {
        (partition.leaderBytes ?? 0) * Int64(partition.adding.count)
    }

    private static func left(_ partition: PartitionSnapshot) -> Int64 { max(0, total(partition) - copied(partition)) }

    private static func header(_ rows: [PartitionRow], _ model: Model) -> [StyledText] {
        let total = rows.reduce(0) { $0 + Self.total($1.partition) }
        let done = rows.reduce(0) { $0 + min(copied($1.partition), Self.total($1.partition)) }
        let share = total == 0 ? 1 : Double(done) / Double(total)
        let throttle = model.snapshot.throttles.brokers.values.max().map { "\(Format.bytes(Int($0)))/s" } ?? "none"
        let chosen = model.chosenThrottle.map { " → \(Format.bytes(Int($0)))/s (T to set)" } ?? ""
        return [
            StyledText("throttle \(throttle)\(chosen)"),
            StyledText(
                "moved    \(Format.bytes(Int(done))) of \(Format.bytes(Int(total)))   \(Format.progress(share))  ")
                + StyledText(Chart.bar(done: share, width: 40, glyphs: model.glyphs), .progress),
            "",
        ]
    }

    private static func leftOver(_ model: Model) -> [StyledText] {
        let throttles = model.snapshot.throttles
        guard !throttles.isEmpty, (model.report?.health.moving ?? 0) == 0 else { return [] }
        return [
            StyledText("Throttles are still set on \(throttles.words). X removes them.", .healthDegraded), "",
        ]
    }

    private static func cells(_ row: PartitionRow, _ model: Model) -> [String: StyledText] {
        let partition = row.partition
        var cells = row.cells(model)
        let share = total(partition) == 0 ? 0 : Double(copied(partition)) / Double(total(partition))
        let from = partition.removing.map(String.init).joined(separator: ",")
        let to = partition.adding.map(String.init).joined(separator: ",")
        cells["move"] = StyledText("\(from.isEmpty ? "—" : from) \(model.glyphs.arrow) \(to.isEmpty ? "—" : to)")
        cells["state"] = StyledText(partition.adding.isEmpty ? "removing" : "copying")
        cells["progress"] =
            StyledText(Chart.bar(done: share, width: 20, glyphs: model.glyphs), .progress)
            + StyledText(Format.progress(share).leftPadded(to: 6))
        cells["bytes"] = StyledText(
            "\(Format.bytes(Int(copied(partition)))) of \(Format.bytes(Int(total(partition))))", .number)
        cells["left"] = StyledText(Format.bytes(Int(left(partition))), .number)
        return cells
    }
}

extension ThrottleSnapshot {
    /// Where throttles are: `1 topic and 4 brokers`.
    var words: String {
        func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        return counted(topics.count, "topic") + " and " + counted(brokers.count, "broker")
    }
}
