import ClusterInsight
import KafkaProtocol
import TerminalUI

/// All that is known of one topic.
enum TopicDetails {
    static func lines(_ name: String, _ model: Model) -> [StyledText] {
        guard let topic = model.snapshot.topic(name) else {
            return [StyledText("There is no topic \(name) any more.")]
        }
        let row = TopicsScreen.Row(topic, model)
        return about(row, model) + ["", DetailLine.header] + figures(row, model) + [""] + spread(row, model)
    }

    private static func about(_ row: TopicsScreen.Row, _ model: Model) -> [StyledText] {
        let groups = row.figures.groups.joined(separator: ", ")
        let width = max(10, min(60, Frame.body(model.size).width - 40))
        let fine = row.figures.course.trend(at: model.snapshot.at)
        let course = model.course(.topic(row.topic.name), fine: fine, width: width)
        let span = model.spanMinutes.map(ChartSpan.text) ?? "6m"
        return [
            DetailLine.said("id", StyledText(row.topic.id.map { "\($0)" } ?? "?")),
            DetailLine.said("cleanup.policy", StyledText(row.topic.cleanupPolicy ?? "?")),
            DetailLine.said("groups", StyledText(groups.isEmpty ? "none has committed offsets here" : groups)),
            DetailLine.said("last \(span)", Figure.trend(course, width: width, glyphs: model.glyphs)),
        ]
    }

    private static func figures(_ row: TopicsScreen.Row, _ model: Model) -> [StyledText] {
        let cells = row.cells(model)
        let counts = model.figures.topics[row.topic.name]?.value.counts ?? TopicCounts(row.topic)
        let (metadata, configs) = (DetailLine.at(.metadata, model), DetailLine.at(.configs, model))
        func line(_ title: String, _ cell: String, _ at: Timestamp?, _ by: String) -> StyledText {
            DetailLine.figure(title, cells[cell] ?? Figure.unknown, at: at, by: by, model)
        }
        let partitions = row.topic.partitions.map { TopicPartition(row.topic.name, $0.id) }
        let startsAt = [counts.offsetsAt, row.topic.startsAt].compactMap(\.self).min()
        return [
            line("partitions", "partitions", metadata, "Metadata, any broker"),
            line("RF", "rf", metadata, "Metadata, any broker"),
            DetailLine.figure(
                "min ISR", row.topic.minISRText.map { StyledText($0, .number) } ?? Figure.unknown,
                at: row.topic.minISR == nil ? nil : configs,
                by: "DescribeConfigs, any broker", model),
            DetailLine.figure(
                "URP", Figure.bad(row.underReplicated, role: .healthDegraded), at: metadata,
                by: "Metadata, any broker", model),
            line("below min ISR", "min", metadata, "Metadata, any broker"),
            line("at min ISR", "atmin", metadata, "Metadata, any broker"),
            line("offline", "offline", metadata, "Metadata, any broker"),
            line("messages", "messages", startsAt, "ListOffsets, the leaders"),
            line("in/s", "in", counts.offsetsAt, "how the ends grew in 10 s"),
            line("size", "size", counts.leaderSizesAt, "DescribeLogDirs, the leaders"),
            line("with replicas", "replicated", counts.sizesAt, "DescribeLogDirs, all brokers"),
            line("lag", "lag", counts.offsetsAt, "OffsetFetch, coordinators"),
            LastMessages.line(of: partitions, model),
        ]
    }

    /// Who has how much of it.
    private static func spread(_ row: TopicsScreen.Row, _ model: Model) -> [StyledText] {
        let counts = model.figures.topics[row.topic.name]?.value.counts ?? TopicCounts(row.topic)
        var bytes: [BrokerID: Int64] = [:]
        for partition in row.topic.partitions {
            for log in partition.logs { bytes[log.broker, default: 0] += log.bytes }
        }
        func skew(_ percent: Double?) -> String { percent.map { Format.percent($0 / 100) } ?? "—" }
        let brokers = counts.brokers.sorted { $0.broker < $1.broker }
        let title = "spread over \(brokers.count) of \(model.snapshot.brokers.count) brokers"
        return [
            StyledText(
                "\(title)   leader skew \(skew(counts.leaderExcess))   replica skew \(skew(counts.replicaExcess))"),
            StyledText(
                "BROKER".padded(to: 9) + "LEADERS".leftPadded(to: 8) + "REPLICAS".leftPadded(to: 10)
                    + "BYTES".leftPadded(to: 10), .column),
        ]
            + brokers.map { share in
                let size = bytes[share.broker].map { Format.bytes(Int($0)) } ?? "?"
                return StyledText(
                    "\(share.broker)".padded(to: 9) + "\(share.leaders)".leftPadded(to: 8)
                        + "\(share.replicas)".leftPadded(to: 10) + size.leftPadded(to: 10))
            }
    }
}
