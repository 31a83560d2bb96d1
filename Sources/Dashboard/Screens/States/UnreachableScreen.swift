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
        var lines = lines(tries, since: since, width: inside.width - 2, model)
        // Where there are few rows the errors come before what lets them breathe.
        let isTight = inside.height < lines.count
        if isTight { lines.removeAll { $0.plain.isEmpty } }
        let top = inside.y + (isTight ? 0 : 1)
        for (index, line) in lines.enumerated() where top + index < inside.y + inside.height {
            buffer.text(line, x: inside.x + 1, y: top + index, width: max(0, inside.width - 2))
        }
    }

    /// The page as text, for a file or the clipboard.
    static func report(_ model: Model) -> String {
        guard case .unreachable(let tries, let since) = model.connection else { return "" }
        return lines(tries, since: since, width: 200, model).map(\.plain).joined(separator: "\n") + "\n"
    }

    /// What became of each address: in columns, or where a name leaves those no room, below it.
    private static func table(_ tries: [BootstrapTry], width: Int, _ model: Model) -> [StyledText] {
        func next(_ item: BootstrapTry) -> String {
            item.nextTryAt > model.now ? "in \((item.nextTryAt - model.now + 999) / 1_000) s" : "now"
        }
        let isAdvertised = tries.contains { $0.broker != nil }
        let address = max(24, (tries.map(\.address.count).max() ?? 0) + 1)
        let error = min(56, width - address - 16)
        guard error >= 30 else {
            return tries.flatMap { item in
                let times = "\(item.tries) tr\(item.tries == 1 ? "y" : "ies"), next \(next(item))"
                return [StyledText(Cut.middle.cut(item.address, to: width, glyphs: model.glyphs))]
                    + Wrap.lines("\(item.error); \(times)", width: width - 3).map { StyledText("   " + $0) }
            }
        }
        let head =
            (isAdvertised ? "ADVERTISED BY BROKERS" : "BOOTSTRAP").padded(to: address) + "TRIES   "
            + "LAST ERROR".padded(to: error) + "NEXT TRY"
        return [StyledText(head, .column)]
            + tries.flatMap { item in
                let rows = Wrap.lines(item.error, width: error - 1)
                let first = item.address.padded(to: address) + "\(item.tries)".leftPadded(to: 5) + "   "
                return [StyledText(first + (rows.first ?? "").padded(to: error) + next(item))]
                    + rows.dropFirst().map { StyledText(String(repeating: " ", count: address + 8) + $0) }
            }
    }

    private static func lines(
        _ tries: [BootstrapTry], since: Timestamp, width: Int, _ model: Model
    ) -> [StyledText] {
        if tries.isEmpty {
            return [StyledText("Connecting to \(model.cluster.name)."), ""]
                + model.cluster.origin.split(separator: ",").map { StyledText("   " + $0, .muted) }
        }
        let isAdvertised = tries.contains { $0.broker != nil }
        let (name, short) =
            isAdvertised
            ? (
                "\(model.cluster.name) answers, but nobody does at the addresses that its brokers advertise.",
                "Nobody answers where brokers say they are."
            ) : ("No broker of \(model.cluster.name) has answered yet.", "No broker has answered yet.")
        let lines = [StyledText(name.count <= width ? name : short), ""] + table(tries, width: width, model)
        let age = Format.age(Double(model.now - since) / 1_000)
        let origin = model.cluster.origin.isEmpty ? "" : "      \(model.cluster.origin)"
        return lines + [
            "", StyledText("since      \(Format.time(since, zone: model.zone)), \(age)\(origin)", .muted), "",
            "What usually helps",
        ]
            + (isAdvertised
                ? [
                    "   advertised.listeners of the brokers: names and ports that lead to them from here",
                    "   their names in this machine's DNS or /etc/hosts; ports that are forwarded unchanged",
                ]
                : [
                    "   the address and port after --bootstrap-server",
                    "   security.protocol of the listener: Klamm speaks PLAINTEXT here",
                    "   klamm cluster start   starts the bundled cluster, klamm shows it",
                ])
    }
}
