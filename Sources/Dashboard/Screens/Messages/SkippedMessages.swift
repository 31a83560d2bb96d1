import KafkaProtocol
import TerminalUI

/// The last row of a scan that had to skip messages; Enter on it lists them with the reason of each.
enum SkippedMessages {
    /// What the row is kept under.
    static let id = "skipped"

    /// Whether there is such a row.
    static func areListed(_ model: Model) -> Bool {
        model.messages.request?.follow == false && model.messages.last.map { $0.skipped > 0 } ?? false
    }

    /// - Parameter found: what is said where nothing matched.
    static func row(_ last: ReadUpdate, found: StyledText?) -> TableRow {
        let count = Format.count(Int(last.skipped))
        let text = StyledText("\(count) skipped, not readable for the filter: Enter lists them", .muted)
        return TableRow(["value": found.map { $0 + " " + text } ?? text])
    }

    /// Where each stands, and why it could not be asked.
    static func popup(_ model: Model) -> TextPopup? {
        guard areListed(model), let last = model.messages.last else { return nil }
        let manyTopics = (model.messages.request?.topics.count ?? 1) > 1
        var lines = last.skips.map { skip -> StyledText in
            let place = manyTopics ? "\(skip.partition)" : "\(skip.partition.partition)"
            let offset = MessagesScreen.offset(skip.offset).leftPadded(to: 11)
            return StyledText(place.padded(to: manyTopics ? 24 : 4), .muted)
                + StyledText("\(offset)  ", .number) + StyledText(skip.reason)
        }
        let more = Int(last.skipped) - last.skips.count
        if more > 0 { lines.append(StyledText("and \(Format.count(more)) more that are only counted", .muted)) }
        let head = StyledText((manyTopics ? "partition".padded(to: 24) : "P   ") + "offset".leftPadded(to: 11), .column)
        return TextPopup(
            title: "Skipped \(Format.count(Int(last.skipped)))", right: model.messages.request?.filter.text ?? "",
            lines: [head] + lines,
            copy: last.skips.map { "\($0.partition) \($0.offset) \($0.reason)" }.joined(separator: "\n"))
    }
}
