import ClusterInsight
import KafkaProtocol
import TerminalUI

/// The Rates pane of Overview.
enum RatesPanel {
    static func draw(_ model: Model, on buffer: inout CellBuffer, in area: Rect) {
        guard area.width >= 4, area.height >= 3 else { return }
        let inside = area.insideBox
        let narrow = area.width < 50
        let end = narrow ? 18 : 22
        let room = max(0, inside.width - end - 2)
        let spark = min(30, room)
        buffer.box(area, titles: BoxTitles(left: "Rates", right: StyledText("last \(span(spark, model))", .muted)))
        for (index, row) in rows(model, narrow: narrow, width: spark).enumerated() where index < inside.height {
            let y = inside.y + index
            buffer.text(row.0, x: inside.x + 1, y: y, width: max(0, inside.width - 1))
            buffer.textEnding(
                at: inside.x + end, y: y, width: 10, StyledText(row.1, row.1 == "?" ? .healthUnknown : .number))
            if let trend = row.2 {
                buffer.text(
                    Figure.trend(trend, width: spark, glyphs: model.glyphs), x: inside.x + end + 2, y: y, width: room)
            } else {
                buffer.text(row.3, x: inside.x + end + 2, y: y, width: room)
            }
        }
    }

    /// The time a course of ten second samples covers: `5 m`, `170 s`.
    private static func span(_ samples: Int, _ model: Model) -> String {
        if let minutes = model.spanMinutes { return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes) m" }
        let seconds = samples * 10
        return seconds % 60 == 0 ? "\(seconds / 60) m" : "\(seconds) s"
    }

    private static func rows(_ model: Model, narrow: Bool, width: Int) -> [(String, String, [Double?]?, StyledText)] {
        let figures = model.figures
        let health = model.report?.health ?? ClusterHealth()
        func course(_ id: CourseID, _ series: Series) -> [Double?] {
            model.course(id, fine: series.trend, width: width)
        }
        func bytes(_ series: Series) -> String {
            series.now.map { narrow ? Format.bytes(Int($0.isFinite ? min($0, 1e18) : 0)) : Format.byteRate($0) } ?? "?"
        }
        var rows: [(String, String, [Double?]?, StyledText)] = [
            (
                narrow ? "messages" : "messages in", figures.messagesIn.now.map { Format.rate($0) + "/s" } ?? "?",
                course(.messagesIn, figures.messagesIn), ""
            ),
            ("bytes in", bytes(figures.bytesIn), course(.bytesIn, figures.bytesIn), ""),
        ]
        if figures.bytesOut.now != nil {
            rows.append(("bytes out", bytes(figures.bytesOut), course(.bytesOut, figures.bytesOut), ""))
        }
        if !narrow {
            rows.append(("replication", bytes(figures.replication), course(.replication, figures.replication), ""))
            rows.append(("", "", nil, ""))
        }
        rows.append(
            ("total lag", figures.lag.now.map { Format.shortCount(Int($0)) } ?? "?", course(.lag, figures.lag), ""))
        if !narrow {
            rows.append(
                (
                    "topics", "\(health.ownTopics)", nil,
                    StyledText(
                        "partitions \(health.ownPartitions), internal \(health.partitions - health.ownPartitions)",
                        .muted)
                ))
        }
        // Where there are no partitions nobody tells of logs.
        let stored = health.partitions == 0 ? 0 : health.leaderBytes
        let after = narrow ? "replicas" : "with replicas"
        rows.append(
            (
                "stored", stored.map { Format.bytes(Int($0)) } ?? "?", nil,
                StyledText(health.replicaBytes.map { "\(Format.bytes(Int($0))) \(after)" } ?? "", .muted)
            ))
        // What a Klamm that was killed has left holds back every replica that has to catch up, and is on no other screen.
        let isLeft = health.moving == 0 && !model.snapshot.throttles.isEmpty
        let left = isLeft ? StyledText("\(narrow ? "throttled" : "throttled still"): 7, X", .healthDegraded) : ""
        rows.append((narrow ? "moves" : "moves running", "\(health.moving)", nil, left))
        return rows
    }
}
