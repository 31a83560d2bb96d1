import TerminalUI

/// `:messages-log`: what the last line said, newest first.
enum MessagesLog {
    private static let width = 92
    /// Of a time and the blanks after it.
    private static let margin = 10

    static func popup(_ model: Model) -> TextPopup {
        let lines = model.said.reversed().flatMap { flash in
            Wrap.lines(flash.text, width: width - 4 - margin, glyphs: model.glyphs).enumerated().map { index, text in
                let time = index == 0 ? Format.time(flash.at, zone: model.zone) : ""
                return StyledText(time.padded(to: margin), .timestamp) + StyledText(text, flash.role)
            }
        }
        return TextPopup(
            title: "Said on the last line", lines: lines.isEmpty ? ["Nothing yet."] : lines,
            width: width, copy: model.said.last?.text ?? "")
    }
}
