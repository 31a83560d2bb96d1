import ClusterInsight
import KafkaProtocol

/// An incident as the line of its end keeps it, beside the times that are there for everybody.
struct IncidentLine: Decodable {
    var began: Timestamp?
    var title: String?
    var of: BrokerID?
    var processExit: Bool?
    var fencedBy: BrokerID?
    var led: Int?
    var leadersMoved: Int?
    var belowMin: Int?
    var offlinePartition: String?
    var startedMs: Int64?
    var detectMs: Int64?
    var fencedMs: Int64?
    var leadersMs: Int64?
    var offlineMs: Int64?
    var belowMinMs: Int64?
    var recoverMs: Int64?

    /// What times alone do not tell.
    static func fields(_ incident: Incident) -> [(String, String)] {
        let known: [(String, String?)] = [
            ("title", JSONText.quoted(incident.title)), ("of", incident.broker.map { "\($0)" }),
            ("processExit", incident.isProcessExit ? "true" : nil), ("fencedBy", incident.fencedBy.map { "\($0)" }),
            ("led", incident.ledBefore.map { "\($0)" }),
            ("leadersMoved", incident.leadersMoved > 0 ? "\(incident.leadersMoved)" : nil),
            ("belowMin", incident.belowMinCount > 0 ? "\(incident.belowMinCount)" : nil),
            (
                "offlinePartition",
                incident.offlinePartition.map { JSONText.quoted("\($0.topic)/\($0.partition)") }
            ),
            ("startedMs", incident.startedAt.map { "\($0 - incident.from)" }),
        ]
        return known.compactMap { name, value in value.map { (name, $0) } }
    }

    /// The incident; nil when the line is not the end of one.
    func incident(_ id: Int) -> Incident? {
        guard let began, let recoverMs else { return nil }
        var incident = Incident(id: id, title: title ?? "found in the events kept", from: began)
        incident.to = began + recoverMs
        incident.broker = of
        incident.isProcessExit = processExit ?? false
        incident.fencedBy = fencedBy
        incident.ledBefore = led
        incident.seenAfter = detectMs
        incident.fencedAfter = fencedMs
        incident.leadersAfter = leadersMs
        incident.leadersMoved = leadersMoved ?? 0
        incident.longestOffline = offlineMs
        incident.offlinePartition = offlinePartition.flatMap(Objects.partition)
        incident.longestBelowMin = belowMinMs
        incident.belowMinCount = belowMin ?? 0
        incident.startedAt = startedMs.map { began + $0 }
        return incident
    }
}
