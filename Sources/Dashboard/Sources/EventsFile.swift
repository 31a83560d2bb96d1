import ClusterInsight
import FoundationEssentials
import KafkaProtocol

/// Keeps the timelines of all clusters on disk: `events.ndjson`, one event a line, and the file before it.
package struct EventsFile: Sendable {
    /// Whose events.
    package struct Cluster: Sendable, Equatable {
        /// As the screen names it.
        package var name: String
        /// Kafka's id, once it is known.
        package var id: String?

        /// A cluster.
        package init(name: String, id: String? = nil) {
            self.name = name
            self.id = id
        }
    }

    /// One line, as far as it is read back.
    private struct Line: Decodable {
        var at: Int64
        var kind: String
        var cluster: String?
        var clusterID: String?
        var seenOnly: Bool?
        var weight: String?
        var broker: BrokerID?
        var subject: String?
        var incident: Int?
        var text: String
        var partitions: [String]?
        /// What it tells of its incident.
        var head: IncidentLine?
    }

    private let file: GrowingFile
    private let turn: EventsTurn

    /// A file at a path, with `PATH.lock` beside it.
    package init(path: String) {
        file = GrowingFile(path: path)
        turn = EventsTurn(path: path + ".lock")
    }

    /// The file in a directory of the person's state.
    package init(directory: String) { self.init(path: directory + "/events.ndjson") }

    /// Adds events of a timeline, oldest first. Of several dashboards that show a cluster one adds what all of them see.
    package func append(_ events: [ClusterEvent], of log: EventLog, cluster: Cluster) {
        let events = turn.toKeep(events, of: cluster)
        guard !events.isEmpty else { return }
        file.append(Array(events.map { EventLine.json($0, of: log, cluster: cluster) }.joined().utf8))
    }

    /// What was kept of a cluster. Clusters are told apart by Kafka's id, by the name where that is not known.
    ///
    /// - Parameters:
    ///   - since: the moment of the oldest event.
    ///   - bytes: how much of the file's end is looked at; blocks meanwhile.
    package func kept(
        of cluster: Cluster, since: Timestamp, within bytes: Int = 2 * DashboardLimits.fileBytes
    ) -> KeptEvents {
        let decoder = JSONDecoder()
        let lines = (file.newest(bytes) ?? []).split(separator: UInt8(ascii: "\n")).compactMap { bytes -> Line? in
            guard var line = try? decoder.decode(Line.self, from: Data(bytes)), line.at >= since else { return nil }
            let isIts =
                if let id = cluster.id, let own = line.clusterID { id == own } else { line.cluster == cluster.name }
            if line.incident != nil { line.head = try? decoder.decode(IncidentLine.self, from: Data(bytes)) }
            return isIts ? line : nil
        }
        return Self.kept(lines)
    }

    /// Incidents are told apart by when they began: each look counts its own from 1.
    private static func kept(_ lines: [Line]) -> KeptEvents {
        var kept = KeptEvents()
        var numbers: [Timestamp: Int] = [:]
        for line in lines where line.kind == ClusterEvent.Kind.incident.rawValue {
            guard let incident = line.head?.incident(kept.incidents.count + 1), numbers[incident.from] == nil
            else { continue }
            numbers[incident.from] = incident.id
            kept.incidents.append(incident)
        }
        kept.running = running(lines, number: kept.incidents.count + 1, ended: Set(numbers.keys))
        if let running = kept.running { numbers[running.from] = running.id }
        for line in lines {
            // A change that began an incident was kept before anybody knew that it had.
            let began = line.head?.began ?? (line.kind == ClusterEvent.Kind.change.rawValue ? line.at : nil)
            if let event = event(line, incident: began.flatMap { numbers[$0] }) { kept.events.append(event) }
        }
        return kept
    }

    /// The incident that the newest events belong to, if it has no end.
    private static func running(_ lines: [Line], number: Int, ended: Set<Timestamp>) -> Incident? {
        guard let began = lines.last(where: { $0.head?.began != nil })?.head?.began, !ended.contains(began) else {
            return nil
        }
        let events = lines.filter { $0.head?.began == began }.compactMap { event($0) }
        guard let first = events.first(where: { $0.weight == .bad }) else { return nil }
        var incident = Incident(id: number, title: first.cause, from: began)
        incident.broker = first.broker
        let change = lines.last { $0.at == began && $0.kind == ClusterEvent.Kind.change.rawValue }.flatMap { event($0) }
        if let broker = first.broker, let cause = change?.cause(of: broker) { incident.title = cause }
        return incident
    }

    private static func event(_ line: Line, incident: Int? = nil) -> ClusterEvent? {
        guard let kind = ClusterEvent.Kind(rawValue: line.kind) else { return nil }
        // The end of an incident names its number.
        let renamed = kind == .incident ? incident.map { "\($0)\(line.text.drop(while: \.isNumber))" } : nil
        var event = ClusterEvent(
            at: line.at, kind: kind, text: renamed ?? line.text,
            weight: line.weight == "bad" ? .bad : line.weight == "good" ? .good : .normal, broker: line.broker,
            partitions: (line.partitions ?? []).compactMap(Objects.partition), subject: line.subject,
            isSeenOnly: line.seenOnly ?? false)
        event.incident = incident
        return event
    }
}
