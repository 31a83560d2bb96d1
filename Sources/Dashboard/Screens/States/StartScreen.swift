import KafkaProtocol
import TerminalUI

/// What Overview shows while the bundled cluster comes up.
enum StartScreen {
    /// Lines of what a broker said last, at most.
    private static let linesSaid = 3
    /// A step that takes longer shows what the broker wrote last into its log.
    private static let longStep: Int64 = 5_000

    static func draw(_ progress: StartProgress, _ model: Model, on buffer: inout CellBuffer, in area: Rect) {
        let seconds = Double(model.now - progress.since) / 1_000
        buffer.box(
            area,
            titles: BoxTitles(
                left: StyledText("Starting cluster \(model.cluster.name)"),
                right: StyledText(Format.sentenceDuration(seconds), .muted)))
        let inside = area.insideBox
        let width = max(0, inside.width - 2)
        for (index, line) in lines(progress, width: width).enumerated() where index + 1 < inside.height {
            buffer.text(line, x: inside.x + 1, y: inside.y + 1 + index, width: width)
        }
    }

    private static func lines(_ progress: StartProgress, width: Int) -> [StyledText] {
        var lines = brokers(progress, width: width) + [""]
        func said(_ title: String, _ text: String, _ role: Role = .text) -> [StyledText] {
            StyledText(title.padded(to: 9) + text, role).wrapped(to: width)
        }
        if !progress.quorum.isEmpty { lines += said("quorum", progress.quorum) }
        lines.append("")
        for (index, text) in progress.done.enumerated() { lines += said(index == 0 ? "done" : "", text) }
        if !progress.now.isEmpty { lines += said("now", progress.now) }
        if !progress.next.isEmpty { lines += said("next", progress.next, .muted) }
        lines.append("")
        return lines
            + Wrap.lines(
                "The dashboard opens by itself when one broker is up. Nothing here stops you from looking around now.",
                width: width
            ).map { StyledText($0, .muted) }
    }

    private static func brokers(_ progress: StartProgress, width: Int) -> [StyledText] {
        let columns = Columns(width: width)
        let header = columns.line("BROKER", "HOST:PORT", "PID", "STATE", "STEP", "TIME")
        return [StyledText(header, .column)]
            + progress.brokers.flatMap { broker -> [StyledText] in
                let isLong = broker.inStep > longStep
                let role: Role = broker.failed ? .healthBad : isLong ? .healthDegraded : .text
                let line = columns.line(
                    "\(broker.id)", broker.address, broker.pid.map(String.init) ?? "—", broker.state, broker.step,
                    Format.sentenceDuration(Double(broker.milliseconds) / 1_000))
                guard isLong || broker.failed, !broker.lastLine.isEmpty else { return [StyledText(line, role)] }
                let indent = String(repeating: " ", count: columns.id)
                let said = Wrap.lines(broker.lastLine, width: max(1, width - columns.id))
                return [StyledText(line, role)]
                    + said.prefix(linesSaid).map { StyledText(indent + $0, broker.failed ? .healthBad : .muted) }
            }
    }

    /// Where the columns stand: a narrow screen has room for the step only when the others take no more than they need.
    private struct Columns {
        let id, address, pid, state, step, time: Int

        init(width: Int) {
            let isWide = width >= 110
            (id, address, pid, state) = isWide ? (9, 17, 7, 30) : (7, 16, 8, 10)
            time = isWide ? 5 : 7
            step = isWide ? 43 : max(12, width - id - address - pid - state - time)
        }

        func line(
            _ id: String, _ address: String, _ pid: String, _ state: String, _ step: String, _ time: String
        ) -> String {
            func cell(_ text: String, _ width: Int) -> String { Cut.end.cut(text, to: width - 1).padded(to: width) }
            return cell(id, self.id) + cell(address, self.address) + cell(pid, self.pid) + cell(state, self.state)
                + cell(step, self.step) + time.leftPadded(to: self.time)
        }
    }
}
