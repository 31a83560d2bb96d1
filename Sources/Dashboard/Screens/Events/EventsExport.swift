import ClusterInsight
import TerminalUI

/// Events as files.
enum EventsExport {
    /// The events the filter shows, oldest first, one JSON object a line.
    static func ndjson(_ model: Model) -> String {
        EventsScreen.matching(model).reversed().map { line($0.0) }.joined()
    }

    /// One event as it is kept on disk too.
    static func line(_ event: ClusterEvent) -> String {
        var fields = [("at", "\(event.at)"), ("kind", JSONText.quoted(event.kind.rawValue))]
        if event.isSeenOnly { fields.append(("seenOnly", "true")) }
        if let broker = event.broker { fields.append(("broker", "\(broker)")) }
        if let subject = event.subject { fields.append(("subject", JSONText.quoted(subject))) }
        if let incident = event.incident { fields.append(("incident", "\(incident)")) }
        fields.append(("text", JSONText.quoted(event.text)))
        if !event.partitions.isEmpty {
            let names = event.partitions.map { JSONText.quoted("\($0.topic)/\($0.partition)") }
            fields.append(("partitions", "[\(names.joined(separator: ","))]"))
        }
        return Export.object(fields)
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
