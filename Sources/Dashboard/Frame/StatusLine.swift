import ClusterInsight
import TerminalUI

/// Line 1: where the person is, and how the cluster is doing.
enum StatusLine {
    static func draw(_ model: Model, on buffer: inout CellBuffer) {
        let width = buffer.size.width
        let badge = badge(model)
        var parts = parts(model)
        let crumbs = crumbs(model, glyphs: buffer.glyphs)
        let crumbWidth = crumbs.width(glyphs: buffer.glyphs)
        for drop in ["spark", "rate", "ctrl", "lag", "urp"] {
            // URP goes only when the line is too short even without crumbs.
            let needed = drop == "urp" ? 0 : crumbWidth + 2
            if total(parts, badge, buffer.glyphs) + needed + 2 <= width { break }
            parts.removeAll { $0.id == drop }
        }
        let right = join(parts) + (parts.isEmpty ? "" : "   ") + badge
        let start = buffer.textEnding(at: width - 1, y: 0, width: max(0, width - 2), right)
        buffer.text(crumbs, x: 1, y: 0, width: max(0, start - 2), cut: .middle)
    }

    private struct Part {
        var id: String
        var text: StyledText
    }

    private static func total(_ parts: [Part], _ badge: StyledText, _ glyphs: GlyphSet) -> Int {
        join(parts).width(glyphs: glyphs) + 3 + badge.width(glyphs: glyphs)
    }

    private static func join(_ parts: [Part]) -> StyledText {
        parts.enumerated().reduce(into: StyledText(spans: [])) { line, item in
            if item.offset > 0 { line += item.element.id == "spark" ? " " : "  " }
            line += item.element.text
        }
    }

    /// What the crumbs name, three cells apart.
    static func crumbNames(_ model: Model) -> [String] {
        let name = model.cluster.name + (model.cluster.readOnlyReason == nil ? "" : " (read-only)")
        let topics = model.place == .messages ? model.messages.request.map { [$0.name] } ?? [] : []
        return ["klamm", name] + model.place.crumbs + topics
    }

    private static func crumbs(_ model: Model, glyphs: GlyphSet) -> StyledText {
        let separator = " \(glyphs.crumb) "
        let crumbs = crumbNames(model)
        var text = StyledText(spans: [])
        for (index, crumb) in crumbs.enumerated() {
            if index > 0 { text += StyledText(separator, .muted) }
            let tag = index == 1 ? model.cluster.tag : nil
            text += StyledText(crumb, tag ?? (index == crumbs.count - 1 ? .crumbActive : .crumb))
        }
        return text
    }

    private static func parts(_ model: Model) -> [Part] {
        if case .unreachable = model.connection { return [] }
        guard let report = model.report else {
            return unknown(model)
        }
        let health = report.health
        let brokers = report.snapshot.brokers
        let up = brokers.count { $0.state.isLive }
        let epoch = report.snapshot.controllerEpoch.map { "·e\($0)" } ?? ""
        let age = Stale.isQuorumOld(model) ? "~" : ""
        let controller = report.snapshot.activeController.map { StyledText("ctrl \(age)\($0)\(epoch)") }
        let isOld = Stale.staleSources(model).contains { $0.name == .offsets }
        let mark = Stale.partlyStaleSources(model).contains { $0.name == .offsets } ? "~" : ""
        let lag = report.figures.lag.now.map { mark + Format.shortCount(Int($0)) } ?? "?"
        let rate = isOld ? nil : report.figures.messagesIn.now.map { mark + Format.rate($0) }
        return [
            Part(
                id: "brokers",
                text: StyledText("brokers \(up)/\(brokers.count)", up < brokers.count ? .healthBad : .text)),
            Part(id: "ctrl", text: controller ?? StyledText("ctrl none", .healthBad)),
            Part(
                id: "urp",
                text: StyledText("URP \(health.underReplicated)", health.underReplicated > 0 ? .healthDegraded : .text)),
            Part(
                id: "offline",
                text: StyledText("offline \(health.offline.count)", health.offline.isEmpty ? .text : .healthBad)),
            Part(id: "lag", text: StyledText("lag \(lag)")),
            Part(id: "rate", text: StyledText("\(model.glyphs.produced) \(rate ?? "?")/s")),
            Part(
                id: "spark",
                text: StyledText(
                    Chart.sparkline(report.figures.messagesIn.trend, width: 5, glyphs: model.glyphs), .chart1)),
        ]
    }

    /// Before the first picture: which brokers are up is known while the bundled cluster starts, all else is not.
    private static func unknown(_ model: Model) -> [Part] {
        var brokers = StyledText("brokers ?/?", .healthUnknown)
        if case .starting(let progress) = model.connection, !progress.brokers.isEmpty {
            let up = progress.brokers.count { $0.state == "up" }
            brokers = StyledText("brokers \(up)/\(progress.brokers.count)")
        }
        let others = [
            ("ctrl", "ctrl ?"), ("urp", "URP ?"), ("offline", "offline ?"), ("lag", "lag ?"),
            ("rate", "\(model.glyphs.produced) ?/s"),
        ]
        return [Part(id: "brokers", text: brokers)]
            + others.map { Part(id: $0.0, text: StyledText($0.1, .healthUnknown)) }
    }

    private static func badge(_ model: Model) -> StyledText {
        if let frozen = model.frozen {
            return StyledText("= frozen \(Format.age(Double(model.now - frozen.at) / 1_000))", .healthDegraded)
        }
        let glyphs = model.glyphs
        switch model.connection {
        case .starting(let progress):
            return StyledText("\(glyphs.waiting) starting \(Format.age(Double(model.now - progress.since) / 1_000))")
        case .unreachable(let tries, let since) where tries.isEmpty:
            return StyledText("\(glyphs.waiting) connecting \(Format.age(Double(model.now - since) / 1_000))")
        case .unreachable(_, let since), .lost(let since):
            return StyledText("\(glyphs.gone) no broker \(Format.age(Double(model.now - since) / 1_000))", .healthBad)
        case .live:
            if let lost = model.snapshot.quorumLostSince {
                return StyledText(
                    "\(glyphs.gone) no quorum \(Format.age(Double(model.now - lost) / 1_000))", .healthBad)
            }
            if let oldest = Stale.staleSources(model).compactMap(\.answeredAt).min() {
                return StyledText(
                    "\(glyphs.waiting) stale \(Format.age(Double(model.now - oldest) / 1_000))", .healthDegraded)
            }
            var pace = SourcePace(interval: model.interval)
            pace.isLeftAlone = model.isLeftAlone
            let every = pace.every(.offsets)
            let interval = every == 0 ? "off" : Format.duration(Double(every) / 1_000)
            return StyledText(String(glyphs.live), .healthOk) + StyledText(" live \(interval)")
        }
    }
}
