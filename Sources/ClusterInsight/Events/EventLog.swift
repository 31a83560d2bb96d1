import KafkaProtocol

/// The timeline: events newest last, and the incidents they belong to. Bounded by `Limits`.
package struct EventLog: Sendable, Equatable {
    private var ring = Ring<ClusterEvent>(capacity: Limits.events)
    /// Incidents, oldest first.
    package private(set) var incidents: [Incident] = []
    /// Events ever added.
    package private(set) var total = 0
    private var offlineSince: [TopicPartition: Timestamp] = [:]
    private var belowSince: [TopicPartition: Timestamp] = [:]
    private var lastID = 0

    /// An empty timeline.
    package init() {}

    /// Events, newest first.
    package var newestFirst: [ClusterEvent] { ring.elements.reversed() }
    /// The incident that runs now.
    package var running: Incident? { incidents.last.flatMap { $0.to == nil ? $0 : nil } }
    /// The incident with a number.
    package func incident(_ id: Int) -> Incident? { incidents.first { $0.id == id } }
    /// Since when a partition has no leader.
    package func offlineSince(_ id: TopicPartition) -> Timestamp? { offlineSince[id] }
    /// Since when a partition is below its minimum.
    package func belowSince(_ id: TopicPartition) -> Timestamp? { belowSince[id] }

    /// Adds one event, to the running incident when there is one.
    package mutating func append(_ event: ClusterEvent) {
        var event = event
        if event.incident == nil { event.incident = running?.id }
        ring.append(event)
        total += 1
    }

    /// Takes what happened between two snapshots: events, and incidents that begin or end by them.
    package mutating func observe(from old: ClusterSnapshot?, to new: ClusterSnapshot) {
        guard let old else { return }
        let events = EventDetector.events(from: old, to: new).sorted { $0.at < $1.at }
        let health = ClusterHealth(new)
        let isHurt =
            !health.offline.isEmpty || !health.belowMinISR.isEmpty || health.underReplicated > 0
            || new.brokers.contains { if case .down = $0.state { true } else { false } }
        if isHurt, running == nil { open(events, at: new.at) }
        track(health, at: new.at)
        for event in events {
            measure(event)
            append(event)
        }
        if !isHurt, running != nil { close(at: new.at) }
    }

    private mutating func open(_ events: [ClusterEvent], at: Timestamp) {
        lastID += 1
        let first = events.first { $0.weight == .bad }
        let title = first.map { event in
            event.broker.map { "broker \($0) \(event.text)" } ?? "\(event.kind.rawValue) \(event.text)"
        }
        incidents.append(Incident(id: lastID, title: title ?? "found on arrival", from: min(first?.at ?? at, at)))
        if incidents.count > Limits.incidents { incidents.removeFirst(incidents.count - Limits.incidents) }
    }

    private mutating func close(at: Timestamp) {
        guard var last = incidents.popLast() else { return }
        let id = last.id
        last.to = at
        incidents.append(last)
        var event = ClusterEvent(
            at: at, kind: .incident, text: "\(id) closed: all partitions at full ISR", short: "incident \(id) closed",
            weight: .good)
        event.incident = id
        append(event)
    }

    private mutating func measure(_ event: ClusterEvent) {
        guard var incident = running else { return }
        let passed = event.at - incident.from
        switch event.kind {
        case .leaders:
            incident.leadersMoved += event.partitions.count
            if incident.leadersAfter == nil { incident.leadersAfter = passed }
        case .broker where event.text.hasPrefix("fenced"):
            if incident.fencedAfter == nil { incident.fencedAfter = passed }
        case .broker where event.text.hasPrefix("DOWN"):
            if incident.seenAfter == nil { incident.seenAfter = passed }
        case .broker where event.text == "up" || event.text == "starting":
            if incident.startedAt == nil { incident.startedAt = event.at }
        default: break
        }
        incidents[incidents.count - 1] = incident
    }

    private mutating func track(_ health: ClusterHealth, at: Timestamp) {
        let offline = Set(health.offline)
        let below = Set(health.belowMinISR)
        for id in offline where offlineSince[id] == nil { offlineSince[id] = at }
        for id in below where belowSince[id] == nil { belowSince[id] = at }
        if var incident = running {
            incident.belowMinCount = max(incident.belowMinCount, below.count)
            for (id, since) in offlineSince where at - since >= incident.longestOffline ?? 0 {
                incident.longestOffline = at - since
                incident.offlinePartition = id
            }
            for (_, since) in belowSince { incident.longestBelowMin = max(incident.longestBelowMin ?? 0, at - since) }
            incidents[incidents.count - 1] = incident
        }
        offlineSince = offlineSince.filter { offline.contains($0.key) }
        belowSince = belowSince.filter { below.contains($0.key) }
    }
}
