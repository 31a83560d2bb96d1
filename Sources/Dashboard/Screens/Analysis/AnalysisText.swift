import ClusterInsight
import KafkaProtocol
import TerminalUI

/// What an analysis found, in lines.
enum AnalysisText {
    /// Cells of a size, the blank before it counted.
    private static let sizeWidth = 9
    private static let countWidth = 11

    private struct Size: Sendable {
        var title: String
        /// 1 goes first when there is too little room.
        var dropOrder: Int?
        var value: @Sendable (PayloadFigures) -> Int?
    }

    /// The sizes told, in the order of their columns.
    private static let sizes: [Size] = {
        let orders: [Double: Int] = [0.75: 1, 0.999: 3, 0.95: 4]
        let percentiles = PayloadFigures.shares.enumerated().map { index, share in
            Size(
                title: "P\(Format.trimmed(share * 100))", dropOrder: orders[share],
                value: { $0.percentiles.indices.contains(index) ? $0.percentiles[index] : nil })
        }
        return [
            Size(title: "MIN", dropOrder: 2, value: { $0.sizes?.lowerBound }),
            Size(title: "AVG", dropOrder: nil, value: { $0.mean.map { Int($0.rounded()) } }),
        ] + percentiles + [Size(title: "MAX", dropOrder: nil, value: { $0.sizes?.upperBound })]
    }()

    /// Keys and values beside each other: how many differ, how many are null, how large they are.
    static func payloads(_ part: PartFigures, width: Int) -> [StyledText] {
        var shown = sizes
        let room = (width - 8 - 2 * countWidth) / sizeWidth
        while shown.count > max(1, room), let first = shown.compactMap(\.dropOrder).min() {
            shown.removeAll { $0.dropOrder == first }
        }
        let titles =
            String(repeating: " ", count: 8) + "UNIQUE".leftPadded(to: countWidth) + "NULL".leftPadded(to: countWidth)
            + shown.map { $0.title.leftPadded(to: sizeWidth) }.joined()
        return [
            StyledText(titles, .column), payload("keys", part.keys, shown), payload("values", part.values, shown),
        ]
    }

    private static func payload(_ name: String, _ figures: PayloadFigures, _ sizes: [Size]) -> StyledText {
        let counts =
            unique(figures).leftPadded(to: countWidth) + Format.count(figures.nulls).leftPadded(to: countWidth)
        let bytes = sizes.map { size in
            (size.value(figures).map { Format.bytes($0) } ?? Format.notApplicable).leftPadded(to: sizeWidth)
        }
        return StyledText(name.padded(to: 8), .muted) + StyledText(counts + bytes.joined(), .number)
    }

    /// `≈48,731`; none and one are known for sure.
    static func unique(_ figures: PayloadFigures) -> String {
        let text = Format.count(figures.unique)
        return figures.unique > 1 ? Format.estimate(text) : text
    }

    /// Messages per hour in one line: `hours   ▁▂▅▇  14 days, 4 h each, at most 8,102 in an hour`.
    static func course(_ part: PartFigures, width: Int, _ model: Model) -> StyledText {
        let most = ", at most \(Format.count(part.hours.max() ?? 0)) in an hour"
        let count = Limits.analysedHours
        func room(_ text: String) -> Int { max(1, width - 8 - 2 - TextWidth.of("14 days, 24 h each" + text)) }
        func hours(_ text: String) -> Int { [1, 2, 3, 4, 6, 8, 12].first { count / $0 <= room(text) } ?? 24 }
        // Where the course would have few signs it is worth more than the words.
        let more = hours(most) <= 8 ? most : ""
        let each = hours(more)
        let sums = stride(from: 0, to: part.hours.count, by: each).map { start in
            Double(part.hours[start..<min(start + each, part.hours.count)].reduce(0, +))
        }
        return StyledText("hours".padded(to: 8), .muted)
            + Figure.trend(sums, width: count / each, glyphs: model.glyphs)
            + StyledText("  14 days, \(each) h each\(more)", .muted)
    }

    /// `1 batch cannot be read`.
    static func damage(_ count: Int) -> String {
        "\(Format.count(count)) batch\(count == 1 ? "" : "es") cannot be read"
    }

    /// Messages per hour, a line for each day, the newest last: when its first hour begins, 24 signs, how many.
    static func days(_ part: PartFigures, firstHour: Timestamp, _ model: Model) -> [StyledText] {
        let line = Array(
            Chart.sparkline(part.hours.map { Double($0) }, width: part.hours.count, glyphs: model.glyphs))
        return stride(from: 0, to: part.hours.count, by: 24).map { start in
            let begin = firstHour + Int64(start) * 3_600_000
            let hours = start..<min(start + 24, part.hours.count)
            return StyledText(Format.dayAndMinute(begin, zone: model.zone).padded(to: 18), .timestamp)
                + StyledText(String(line[hours]), .chart1)
                + StyledText(Format.count(part.hours[hours].reduce(0, +)).leftPadded(to: 12), .number)
        }
    }

    /// All that was found in a part, to be read at rest.
    static func details(_ title: String, _ part: PartFigures, _ update: AnalysisUpdate, _ model: Model) -> TextPopup {
        let width = 84
        func line(_ name: String, _ text: String) -> StyledText {
            StyledText(name.padded(to: 18), .muted) + StyledText(text)
        }
        var lines = [line("messages", Format.count(part.messages))]
        if part.damaged > 0 {
            lines[0] += StyledText("   \(damage(part.damaged))", .healthBad)
        }
        if let offsets = part.offsets {
            lines.append(
                line(
                    "offsets",
                    "\(MessagesScreen.offset(offsets.lowerBound)) … \(MessagesScreen.offset(offsets.upperBound))"))
        }
        if let times = part.times {
            lines.append(line("earliest", Format.fullTime(times.lowerBound, zone: model.zone)))
            lines.append(line("latest", Format.fullTime(times.upperBound, zone: model.zone)))
        }
        lines += [""] + sizes(part) + [""]
        lines.append(StyledText("messages per hour", .muted))
        lines += days(part, firstHour: update.figures.firstHour, model)
        if part.earlier > 0 { lines.append(line("before that", Format.count(part.earlier))) }
        if part.later > 0 { lines.append(line("in the future", Format.count(part.later))) }
        return TextPopup(
            title: title, right: update.state == .done ? "" : "\(Format.progress(update.share)) read", lines: lines,
            width: width, copy: lines.map(\.plain).joined(separator: "\n"))
    }

    /// Keys and values as two columns.
    private static func sizes(_ part: PartFigures) -> [StyledText] {
        func line(_ name: String, _ text: (PayloadFigures) -> String) -> StyledText {
            StyledText(name.padded(to: 18), .muted)
                + StyledText([part.keys, part.values].map { text($0).leftPadded(to: 14) }.joined(), .number)
        }
        func bytes(_ value: Int?) -> String { value.map { Format.bytes($0) } ?? Format.notApplicable }
        return [
            StyledText(
                String(repeating: " ", count: 18) + "KEYS".leftPadded(to: 14) + "VALUES".leftPadded(to: 14), .column),
            line("different", unique), line("null", { Format.count($0.nulls) }),
            line("all together", { bytes($0.bytes) }),
        ]
            + sizes.map { size in
                line(Self.names[size.title] ?? "\(size.title.dropFirst()) % are up to", { bytes(size.value($0)) })
            }
    }

    private static let names = ["MIN": "smallest", "AVG": "on average", "MAX": "largest"]
}

extension Format {
    /// A number with as many decimals as it needs, one at most: `50`, `99.9`.
    fileprivate static func trimmed(_ value: Double) -> String {
        decimal(value, places: value == value.rounded() ? 0 : 1)
    }
}
