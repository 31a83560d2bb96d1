import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The groups that read a topic: with a committed offset or a member on it. Lag counts this topic only.
enum TopicGroups {
    static let columns: [TableColumn] = [
        .name("group", title: "GROUP", min: 18),
        .words("state", title: "STATE", width: 11, dropOrder: 8),
        .words("type", title: "TYPE", width: 8, dropOrder: 3),
        .number("members", title: "MEM", width: 3, dropOrder: 5),
        .number("partitions", title: "PARTITIONS", width: 10, dropOrder: 6),
        .number("lag", title: "LAG", width: 7),
        .trend(dropOrder: 1),
        .number("seconds", title: "SECONDS", width: 7, dropOrder: 7),
        .number("read", title: "READ/s", width: 6, dropOrder: 2),
        .words("status", title: "STATUS", width: 6),
        .words("reason", title: "REASON", width: 16, dropOrder: 4),
    ]

    /// One group with what it reads of the topic.
    private struct Row {
        let group: GroupSnapshot
        let figures: GroupFigures
        let partitions: [GroupPartitionFigures]
        let lag: Int64?
        let committed: Int

        init(_ group: GroupSnapshot, of topic: String, _ model: Model) {
            self.group = group
            figures = model.figures.group(group.name)
            partitions = figures.partitions.filter { $0.partition.topic == topic }
            let known = partitions.compactMap(\.lag)
            lag = known.isEmpty ? nil : known.reduce(0, +)
            committed = (group.isShare ? Array(group.shares.keys) : Array(group.committed.keys)).count {
                $0.topic == topic
            }
        }

        var seconds: Double? { partitions.compactMap(\.seconds).max() }
        var readRate: Double? {
            let rates = partitions.compactMap(\.readRate)
            return rates.isEmpty ? nil : rates.reduce(0, +)
        }
    }

    static func list(_ topic: String, _ model: Model) -> ListPage {
        let rows = model.snapshot.groups
            .filter { (!$0.isConsole || model.showsInternal) && $0.topics.contains(topic) }
            .map { Row($0, of: topic, model) }
            .sorted { ($1.lag ?? -1, $0.group.name) < ($0.lag ?? -1, $1.group.name) }
        let total = model.snapshot.topic(topic)?.partitions.count ?? 0
        let spec = ListSpec<Row>(
            title: "Groups", columns: columns, defaultSort: TableSort(column: "status", descending: true),
            id: { $0.group.name }, text: { $0.group.name }, value: { value($0, $1, model) },
            words: { $1 == "status" ? GroupsScreen.verdictWord($0.figures.status, $0.group) : nil },
            isProblem: { $0.figures.status != .ok }, cells: { cells($0, of: total, model) },
            surface: { model.recent.surface(.group($0.group.name)) },
            cellSurfaces: { model.recent.surfaces(.group($0.group.name)) }, trend: { trend($0, at: model.snapshot.at) })
        var page = spec.page(rows, model.list)
        page.empty = [StyledText("No group has committed offsets for \(topic).")]
        page.nothingWrong = "Every group of \(topic) is OK."
        page.footer = Stale.lines(model)
        return page
    }

    private static func value(_ row: Row, _ column: String, _ model: Model) -> SortValue {
        switch column {
        case "group": .text(row.group.name)
        case "state": .text(row.group.state)
        case "type": .text(row.group.type)
        case "members": .int(row.group.members.count)
        case "partitions": .int(row.committed)
        case "lag", "trend": .number(row.lag)
        case "seconds": .optional(row.seconds)
        case "read": .optional(row.readRate)
        case "status": .int(row.figures.status.rawValue)
        case "reason": .text(GroupWords.reason(row.group, model))
        default: .unknown
        }
    }

    private static func cells(_ row: Row, of total: Int, _ model: Model) -> [String: StyledText] {
        var cells = GroupsScreen.cells(row.group, model)
        let stale = row.figures.isStale
        cells["partitions"] = StyledText("\(row.committed) of \(total)", .number)
        cells["lag"] = Figure.lag(
            row.lag, high: row.figures.status != .ok, stale: stale, estimate: row.figures.isEstimate)
        cells["seconds"] = row.seconds.map { Figure.aged(Format.duration($0), .number, stale) } ?? Figure.unknown
        cells["read"] = Figure.rate(stale ? nil : row.readRate)
        return cells
    }

    /// The course of the lag on this topic: the sum where every partition has a sample.
    private static func trend(_ row: Row, at now: Timestamp) -> [Double?] {
        let trends = row.partitions.map { $0.course.trend(at: now) }
        let length = trends.map(\.count).max() ?? 0
        return (0..<length).map { back in
            let samples = trends.map { trend -> Double? in
                let index = trend.count - length + back
                return index >= 0 ? trend[index] : nil
            }
            return samples.contains { $0 == nil } ? nil : samples.reduce(0) { $0 + ($1 ?? 0) }
        }
    }
}
