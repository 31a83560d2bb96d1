import ClusterInsight
import KafkaProtocol
import TerminalUI

/// One event as a line, for files and for `klamm events`.
package enum EventLine {
    /// A JSON object and a line feed. An event of an incident tells when that began, the end of an incident also what it
    /// was and its times, in milliseconds from its beginning.
    ///
    /// - Parameters:
    ///   - log: the timeline it stands on, which knows the incidents.
    ///   - cluster: whose event it is, where several clusters share a file.
    package static func json(_ event: ClusterEvent, of log: EventLog, cluster: EventsFile.Cluster? = nil) -> String {
        var fields = [("at", "\(event.at)"), ("kind", JSONText.quoted(event.kind.rawValue))]
        if let cluster {
            fields.append(("cluster", JSONText.quoted(cluster.name)))
            if let id = cluster.id { fields.append(("clusterID", JSONText.quoted(id))) }
        }
        if event.isSeenOnly { fields.append(("seenOnly", "true")) }
        if event.weight != .normal { fields.append(("weight", event.weight == .bad ? "\"bad\"" : "\"good\"")) }
        if let broker = event.broker { fields.append(("broker", "\(broker)")) }
        if let subject = event.subject { fields.append(("subject", JSONText.quoted(subject))) }
        if let incident = event.incident { fields.append(("incident", "\(incident)")) }
        fields.append(("text", JSONText.quoted(event.text)))
        if let began = event.incident.flatMap({ log.incident($0)?.from }) { fields.append(("began", "\(began)")) }
        if let incident = ended(event, log) {
            fields += times(incident).map { ($0.field, "\($0.milliseconds)") } + IncidentLine.fields(incident)
        }
        if !event.partitions.isEmpty {
            let names = event.partitions.map { JSONText.quoted("\($0.topic)/\($0.partition)") }
            fields.append(("partitions", "[\(names.joined(separator: ","))]"))
        }
        return Export.object(fields)
    }

    /// A line for a person, without a line feed: `2026-11-23 12:04:30  broker 2      DOWN: exited, signal 9`; `≤` before a
    /// kind says that it happened at the latest then.
    package static func plain(_ event: ClusterEvent, of log: EventLog, zone: LocalZone) -> String {
        let at = Format.fullTime(event.at, zone: zone).prefix(19)
        let label = (event.isSeenOnly ? "≤" : " ") + event.label.padded(to: 12)
        let ending = ended(event, log).map { incident in
            times(incident).map { ", \($0.words) \(Times.short($0.milliseconds))" }.joined()
        }
        return "\(at) \(label) \(event.text)\(ending ?? "")"
    }

    private static func ended(_ event: ClusterEvent, _ log: EventLog) -> Incident? {
        event.kind == .incident ? event.incident.flatMap { log.incident($0) } : nil
    }

    private static func times(_ incident: Incident) -> [(field: String, words: String, milliseconds: Int64)] {
        let known: [(String, String, Int64?)] = [
            ("detectMs", "detected after", incident.seenAfter), ("fencedMs", "fenced after", incident.fencedAfter),
            ("leadersMs", "new leaders after", incident.leadersAfter),
            ("offlineMs", "offline for", incident.longestOffline),
            ("belowMinMs", "below min ISR for", incident.longestBelowMin),
            ("recoverMs", "recovered after", incident.to.map { $0 - incident.from }),
        ]
        return known.compactMap { field, words, value in value.map { (field, words, $0) } }
    }
}
