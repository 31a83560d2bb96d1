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

    /// The events kept of a cluster, in the order in which they were told. Clusters are told apart by Kafka's id, by the
    /// name where that is not known; the numbers of incidents are those of the run that kept them.
    ///
    /// - Parameters:
    ///   - since: the moment of the oldest one.
    ///   - bytes: how much of the file's end is looked at; blocks meanwhile.
    package func kept(
        of cluster: Cluster, since: Timestamp, within bytes: Int = 2 * DashboardLimits.fileBytes
    ) -> [ClusterEvent] {
        let decoder = JSONDecoder()
        return (file.newest(bytes) ?? []).split(separator: UInt8(ascii: "\n")).compactMap { bytes in
            guard let line = try? decoder.decode(Line.self, from: Data(bytes)), line.at >= since else { return nil }
            let isIts =
                if let id = cluster.id, let own = line.clusterID { id == own } else { line.cluster == cluster.name }
            return isIts ? Self.event(line) : nil
        }
    }

    private static func event(_ line: Line) -> ClusterEvent? {
        guard let kind = ClusterEvent.Kind(rawValue: line.kind) else { return nil }
        var event = ClusterEvent(
            at: line.at, kind: kind, text: line.text,
            weight: line.weight == "bad" ? .bad : line.weight == "good" ? .good : .normal, broker: line.broker,
            partitions: (line.partitions ?? []).compactMap(Objects.partition), subject: line.subject,
            isSeenOnly: line.seenOnly ?? false)
        event.incident = line.incident
        return event
    }
}
