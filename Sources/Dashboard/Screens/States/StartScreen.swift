import KafkaProtocol
import TerminalUI

/// What Overview shows while the bundled cluster comes up.
enum StartScreen {
    static func draw(_ progress: StartProgress, _ model: Model, on buffer: inout CellBuffer, in area: Rect) {
        let seconds = Double(model.now - progress.since) / 1_000
        buffer.box(
            area,
            titles: BoxTitles(
                left: StyledText("Starting cluster \(model.cluster.name)"),
                right: StyledText(Format.sentenceDuration(seconds), .muted)))
        let inside = area.insideBox
        var y = inside.y + 1
        func line(_ text: StyledText) {
            guard y < inside.maxY else { return }
            buffer.text(text, x: inside.x + 1, y: y, width: max(0, inside.width - 2))
            y += 1
        }
        line(
            StyledText(
                "BROKER".padded(to: 9) + "HOST:PORT".padded(to: 17) + "PID".padded(to: 7) + "STATE".padded(to: 30)
                    + "STEP".padded(to: 44) + "TIME",
                .column))
        for broker in progress.brokers {
            let text =
                "\(broker.id)".padded(to: 9) + broker.address.padded(to: 17)
                + (broker.pid.map(String.init) ?? "—").padded(to: 7) + broker.state.padded(to: 30)
                + broker.step.padded(to: 43)
                + Format.sentenceDuration(Double(broker.milliseconds) / 1_000).leftPadded(to: 5)
            let role: Role = broker.failed ? .healthBad : broker.milliseconds > 5_000 ? .healthDegraded : .text
            line(StyledText(text, role))
        }
        line("")
        if !progress.quorum.isEmpty { line(StyledText("quorum   \(progress.quorum)")) }
        line("")
        for (index, text) in progress.done.enumerated() {
            line(StyledText((index == 0 ? "done     " : "         ") + text))
        }
        if !progress.now.isEmpty { line(StyledText("now      \(progress.now)")) }
        if !progress.next.isEmpty { line(StyledText("next     \(progress.next)", .muted)) }
        line("")
        line(
            StyledText(
                "The dashboard opens by itself when one broker is up. Nothing here stops you from looking around now.",
                .muted))
    }
}
