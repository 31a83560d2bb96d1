import ClusterInsight
import KafkaProtocol
import TerminalUI

/// Screen 8: the timeline.
enum EventsScreen {
    /// How an event is coloured.
    static func role(_ event: ClusterEvent) -> Role {
        switch event.weight {
        case .bad: .healthBad
        case .good: .healthOk
        case .normal: .text
        }
    }

    /// One line of the timeline: an event, or a line of an incident's head.
    private enum Line {
        case event(ClusterEvent, number: Int, last: Bool)
        case head(Incident, part: Int)
    }

    /// The events the filter shows with their numbers, newest first.
    static func matching(_ model: Model) -> [(ClusterEvent, Int)] {
        let state = model.lists[Place.events.kind] ?? ListState()
        var match = FilterMatch(Filter(state.filter))
        let total = model.events.total
        return model.events.newestFirst.enumerated().compactMap { index, event in
            if state.problemsOnly, event.weight != .bad { return nil }
            let passes = match.passes(text: "\(event.label) \(event.text)") { column in
                switch column {
                case "kind": .text(event.kind.rawValue)
                case "broker": .number(event.broker.map(Int64.init))
                case "incident": .number(event.incident.map(Int64.init))
                default: .unknown
                }
            }
            return passes ? (event, total - index) : nil
        }
    }

    static func list(_ model: Model) -> ListPage {
        let found = matching(model)
        let lines = lines(found, model)
        let narrow = model.size.width < 100
        var page = ListPage(
            title: "Events", columns: [TableColumn("text", title: "", width: .rest(min: 20), gap: 0)],
            ids: lines.map { id($0) }, total: model.events.total, sort: TableSort(column: "none"),
            row: { TableRow(["text": text(lines[$0], narrow: narrow, model)], surface: surface(lines[$0], model)) })
        let hour = model.events.newestFirst.prefix { model.shownNow - $0.at <= 3_600_000 }.count
        var title = "Events \(Format.count(model.events.total)) ── last hour \(Format.count(hour))"
        let state = model.list
        if !state.filter.isEmpty { title += " ── /\(state.filter), \(Format.count(found.count)) found" }
        if state.problemsOnly { title += " ── problems only" }
        page.titleLeft = StyledText(title)
        page.titleRight = "newest first"
        page.bottomLeft = StyledText("Events", .tabActive) + StyledText("   Journal", .tab)
        page.empty = [StyledText(nothing(model))]
        return page
    }

    /// What stands where no event is: since when there was none.
    static func nothing(_ model: Model) -> String {
        "Nothing has happened since \(Format.moment(model.startedAt, now: model.shownNow, zone: model.zone))."
    }

    private static func lines(_ events: [(ClusterEvent, Int)], _ model: Model) -> [Line] {
        var lines: [Line] = []
        var current: Int?
        for (index, pair) in events.enumerated() {
            let (event, number) = pair
            let incident = event.kind == .incident ? nil : event.incident
            if incident != current, let incident, let facts = model.events.incident(incident) {
                let parts = model.folded.contains(incident) ? 1 : IncidentHead.parts
                for part in 0..<parts { lines.append(.head(facts, part: part)) }
            }
            current = incident
            if let incident, model.folded.contains(incident) { continue }
            let next = events.indices.contains(index + 1) ? events[index + 1].0.incident : nil
            lines.append(.event(event, number: number, last: incident != nil && next != incident))
        }
        return lines
    }

    private static func id(_ line: Line) -> String {
        switch line {
        case .event(_, let number, _): "\(number)"
        case .head(let incident, let part): "incident \(incident.id).\(part)"
        }
    }

    /// An event that came a moment ago.
    private static func surface(_ line: Line, _ model: Model) -> Role? {
        guard case .event(_, let number, _) = line else { return nil }
        return model.recent.isNew(event: number) ? .rowNew : nil
    }

    private static func text(_ line: Line, narrow: Bool, _ model: Model) -> StyledText {
        switch line {
        case .event(let event, _, let last):
            let isInside = event.kind != .incident && event.incident != nil
            let bracket = isInside ? last ? "└" : "│" : " "
            let time =
                narrow ? Format.time(event.at, zone: model.zone) : Format.preciseTime(event.at, zone: model.zone)
            let start =
                StyledText(bracket, .border) + StyledText(event.isSeenOnly ? "≤" : " ", .muted)
                + StyledText(time, .timestamp) + StyledText("  ")
            if event.kind == .incident { return start + StyledText("incident \(event.text)", role(event)) }
            return start + StyledText(event.label.padded(to: 12) + " ", event.weight == .normal ? .muted : role(event))
                + StyledText(narrow ? short(event) : event.text, event.weight == .normal ? .text : role(event))
        case .head(let incident, let part): return IncidentHead.line(incident, part, narrow: narrow, model)
        }
    }

    /// The short form without what its label says already.
    private static func short(_ event: ClusterEvent) -> String {
        guard event.short.hasPrefix(event.label), event.short.count > event.label.count else { return event.short }
        return String(event.short.dropFirst(event.label.count).drop { ":, ".contains($0) })
    }

    /// Space: folds the incident under the cursor.
    static func fold(_ model: inout Model) -> [Command] {
        guard let id = incidentUnderCursor(model) else { return [] }
        if model.folded.remove(id) == nil { model.folded.insert(id) }
        model.list.cursorID = "incident \(id).0"
        return []
    }

    private static func incidentUnderCursor(_ model: Model) -> Int? {
        guard let id = list(model).cursorID(model.list) else { return nil }
        if id.hasPrefix("incident ") { return Int(id.dropFirst(9).prefix { $0 != "." }) }
        guard let number = Int(id) else { return nil }
        return event(number, model)?.incident
    }

    /// The event with a number, counted from 1.
    static func event(_ number: Int, _ model: Model) -> ClusterEvent? {
        model.events.newestFirst.dropFirst(model.events.total - number).first
    }

    /// `n` and `N`: the next or previous incident.
    static func incident(_ step: Int, _ model: inout Model) -> [Command] {
        let page = list(model)
        let heads = page.ids.enumerated().filter { $0.element.hasPrefix("incident ") && $0.element.hasSuffix(".0") }
        let here = page.cursor(model.list)
        let next = step > 0 ? heads.first { $0.offset > here } : heads.last { $0.offset < here }
        if let next { model.list.cursorID = next.element } else { model.say("no further incident") }
        return []
    }

    /// `y`: the line under the cursor as it is shown.
    static func copy(_ model: inout Model) -> [Command] {
        let page = list(model)
        let index = page.cursor(model.list)
        guard page.ids.indices.contains(index), let cell = page.row(index).cells["text"] else { return [] }
        model.say("copied the line")
        return [.copy(String(cell.plain.drop { "│└┌ ≤".contains($0) }))]
    }

    /// Enter: what the event is about.
    static func open(_ model: inout Model) -> [Command] {
        guard let id = list(model).cursorID(model.list), let number = Int(id), let event = event(number, model)
        else { return fold(&model) }
        return open(event, &model)
    }

    /// Goes to what an event is about; several partitions are listed, and what has no place of its own is told in full.
    static func open(_ event: ClusterEvent, _ model: inout Model) -> [Command] {
        if event.partitions.count > 1 {
            let lines = event.partitions.map { StyledText("\($0.topic)/\($0.partition)") }
            let names = event.partitions.map { "\($0.topic)/\($0.partition)" }.joined(separator: "\n")
            model.popup = .text(TextPopup(title: "\(event.label) \(event.text)", lines: lines, copy: names))
            return []
        }
        if let partition = event.partitions.first { return Navigation.go(.topic(partition.topic, .partitions), &model) }
        if let broker = event.broker { return Navigation.go(.broker(broker, .partitions), &model) }
        if let name = event.subject {
            if event.kind == .group { return Navigation.go(.group(name), &model) }
            if model.snapshot.topic(name) != nil { return Navigation.go(.topic(name, .partitions), &model) }
        }
        switch event.kind {
        case .quorum, .controller: return Navigation.go(.quorum, &model)
        case .move: return Navigation.go(.reassign, &model)
        default: break
        }
        let lines = Wrap.lines(event.text, width: 80).map { StyledText($0) }
        model.popup = .text(TextPopup(title: event.label, lines: lines, copy: event.text))
        return []
    }
}
