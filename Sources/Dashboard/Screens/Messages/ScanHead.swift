import KafkaProtocol
import TerminalUI

/// Above the messages of a scan: what was read, what matched, how far each partition is.
enum ScanHead {
    /// Partitions with a bar of their own; of more only the slowest, and a count of those that are done.
    private static let most = 12
    private static let slowest = 6

    static func lines(_ model: Model) -> [StyledText] {
        let messages = model.messages
        guard let request = messages.request, !request.follow, request.filter.expression != nil,
            let last = messages.last
        else { return [] }
        return [counters(last, isReading: messages.isReading, narrow: model.size.width < 100)] + bars(last, model) + [
            ""
        ]
    }

    private static func counters(_ last: ReadUpdate, isReading: Bool, narrow: Bool) -> StyledText {
        let scanned = Format.count(Int(last.scanned))
        let total = Format.count(Int(last.total))
        var read = narrow ? "scanned  \(scanned) of \(total)" : "scanned  \(scanned) of \(total) messages"
        if !narrow { read += "   \(Format.bytes(Int(last.bytes)))" }
        if isReading, let rate = last.rate, rate > 0 {
            read += "   \(Format.rate(rate))/s"
            if last.share < 1, !narrow {
                read += "   left \(Format.duration((Double(last.total) * (1 - last.share) / rate).rounded()))"
            }
        }
        var found = "matched  \(Format.count(Int(last.matched)))"
        if !narrow, last.scanned > 0 { found += "   \(share(Double(last.matched) / Double(last.scanned)))" }
        found += "   skipped \(Format.count(Int(last.skipped)))"
        return StyledText(read + (narrow ? "   " : "        ") + found)
    }

    /// Shares of matches are small, so they have two decimals.
    private static func share(_ share: Double) -> String {
        let hundredths = Int((share * 10_000).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) %"
    }

    /// Two columns, read downwards, so that partitions stand in order.
    private static func bars(_ last: ReadUpdate, _ model: Model) -> [StyledText] {
        var shown = last.progress.sorted { $0.key < $1.key }
        var done = 0
        if shown.count > most {
            done = shown.count { $0.value.share >= 1 }
            shown = Array(shown.sorted { ($0.value.share, $0.key) < ($1.value.share, $1.key) }.prefix(slowest))
                .sorted { $0.key < $1.key }
        }
        let columns = model.size.width < 110 ? 1 : 2
        let rows = (shown.count + columns - 1) / columns
        let limit = max(1, (model.size.height - 12) / 2)
        var lines = (0..<min(rows, limit)).map { row in
            (0..<columns).reduce(into: StyledText(spans: [])) { line, column in
                let index = column * rows + row
                guard shown.indices.contains(index) else { return }
                if column > 0 { line += "      " }
                line += bar(
                    shown[index].key, shown[index].value, topics: model.messages.request?.topics.count ?? 1, model)
            }
        }
        if done > 0 { lines.append(StyledText("\(done) done", .muted)) }
        return lines
    }

    private static func bar(
        _ partition: TopicPartition, _ progress: ReadUpdate.Progress, topics: Int, _ model: Model
    ) -> StyledText {
        let name = topics > 1 ? "\(partition.topic)/\(partition.partition)" : "partition \(partition.partition)"
        return StyledText(Cut.middle.cut(name, to: 12).padded(to: 13))
            + StyledText(Chart.bar(done: progress.share, width: 20, glyphs: model.glyphs), .progress)
            + StyledText(Format.progress(progress.share).leftPadded(to: 6))
            + StyledText(Format.count(Int(progress.scanned)).leftPadded(to: 11))
    }
}
