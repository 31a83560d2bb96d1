import ClusterInsight
import TerminalUI

/// Events as files.
enum EventsExport {
    /// The events the filter shows, oldest first, one JSON object a line.
    static func ndjson(_ model: Model) -> String {
        EventsScreen.matching(model).reversed().map { EventLine.json($0.0, of: model.events) }.joined()
    }

    /// The events the filter shows, oldest first.
    static func csv(_ model: Model) -> String {
        var rows = [["time", "kind", "text", "incident"]]
        for (event, _) in EventsScreen.matching(model).reversed() {
            let incident = event.incident.map { "\($0)" } ?? ""
            rows.append([Format.fullTime(event.at, zone: model.zone), event.label, event.text, incident])
        }
        return Export.csv(rows)
    }
}
