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
                "BROKER   HOST:PORT        PID    STATE                         STEP                                        TIME",
                .column))
        for broker in progress.brokers {
            let text =
                "\(broker.id)".padded(to: 9) + broker.address.padded(to: 17)
                + (broker.pid.map(String.init) ?? "—").padded(to: 7) + broker.state.padded(to: 30)
                + broker.step.padded(to: 44) + Format.sentenceDuration(Double(broker.milliseconds) / 1_000)
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

/// What is shown while no broker of an attached cluster has ever answered.
enum UnreachableScreen {
    static func draw(
        _ tries: [BootstrapTry], since: Timestamp, _ model: Model, on buffer: inout CellBuffer, in area: Rect
    ) {
        buffer.box(
            area,
            titles: BoxTitles(
                left: StyledText("Cluster \(model.cluster.name)"),
                right: StyledText(model.cluster.isBundled ? "bundled" : "attached", .muted)))
        let inside = area.insideBox
        var y = inside.y + 1
        func line(_ text: StyledText) {
            guard y < inside.maxY else { return }
            buffer.text(text, x: inside.x + 1, y: y, width: max(0, inside.width - 2))
            y += 1
        }
        line(StyledText("No broker of \(model.cluster.name) has answered yet."))
        line("")
        line(
            StyledText(
                "BOOTSTRAP               TRIES   LAST ERROR                                              NEXT TRY",
                .column))
        for item in tries {
            let next = max(0, (item.nextTryAt - model.now + 999) / 1_000)
            line(
                StyledText(
                    item.address.padded(to: 24) + "\(item.tries)".leftPadded(to: 5) + "   "
                        + item.error.padded(to: 56) + "in \(next) s"))
        }
        line("")
        let age = Format.age(Double(model.now - since) / 1_000)
        line(StyledText("since      \(Format.time(since, zone: model.zone)), \(age)   \(model.cluster.origin)", .muted))
        line("")
        line("What usually helps")
        line("   the address and port after --bootstrap-server")
        line("   security.protocol of the listener: Klamm speaks PLAINTEXT here")
        line("   klamm cluster start   starts the bundled cluster, klamm shows it")
    }
}
