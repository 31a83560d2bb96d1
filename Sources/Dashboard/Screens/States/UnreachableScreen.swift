import KafkaProtocol
import TerminalUI

/// What is shown while no broker of a cluster has ever answered: which addresses are asked, and once one has failed, why.
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
        for (index, line) in lines(tries, since: since, width: inside.width - 2, model).enumerated()
        where index + 1 < inside.height {
            buffer.text(line, x: inside.x + 1, y: inside.y + 1 + index, width: max(0, inside.width - 2))
        }
    }

    /// The page as text, for a file or the clipboard.
    static func report(_ model: Model) -> String {
        guard case .unreachable(let tries, let since) = model.connection else { return "" }
        return lines(tries, since: since, width: 200, model).map(\.plain).joined(separator: "\n") + "\n"
    }

    private static func lines(
        _ tries: [BootstrapTry], since: Timestamp, width: Int, _ model: Model
    ) -> [StyledText] {
        if tries.isEmpty {
            return [StyledText("Connecting to \(model.cluster.name)."), ""]
                + model.cluster.origin.split(separator: ",").map { StyledText("   " + $0, .muted) }
        }
        let error = max(16, min(56, width - 40))
        var lines = [StyledText("No broker of \(model.cluster.name) has answered yet."), ""]
        lines.append(
            StyledText(
                "BOOTSTRAP".padded(to: 24) + "TRIES   " + "LAST ERROR".padded(to: error) + "NEXT TRY", .column))
        for item in tries {
            let next = item.nextTryAt > model.now ? "in \((item.nextTryAt - model.now + 999) / 1_000) s" : "now"
            let rows = Wrap.lines(item.error, width: error - 1)
            let first = item.address.padded(to: 24) + "\(item.tries)".leftPadded(to: 5) + "   "
            lines.append(StyledText(first + (rows.first ?? "").padded(to: error) + next))
            lines += rows.dropFirst().map { StyledText(String(repeating: " ", count: 32) + $0) }
        }
        let age = Format.age(Double(model.now - since) / 1_000)
        let origin = model.cluster.origin.isEmpty ? "" : "      \(model.cluster.origin)"
        return lines + [
            "", StyledText("since      \(Format.time(since, zone: model.zone)), \(age)\(origin)", .muted), "",
            "What usually helps", "   the address and port after --bootstrap-server",
            "   security.protocol of the listener: Klamm speaks PLAINTEXT here",
            "   klamm cluster start   starts the bundled cluster, klamm shows it",
        ]
    }
}
