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
    private var hurtSince: [TopicPartition: Timestamp?] = [:]
    private var lastID = 0
    /// Whether the look before showed something missing.
    private var wasHurt = false
    /// Configurations that were changed here, and when.
    private var changedHere: [WatchedConfig: Timestamp] = [:]
    /// The moves that run: since when, replicas and bytes to copy.
    private var move: (startedAt: Timestamp, replicas: Int, bytes: Int64)?

    /// An empty timeline.
    package init() {}

    /// A timeline of events and incidents as they were, oldest first.
    package init(_ events: [ClusterEvent], incidents: [Incident]) {
        for event in events { ring.append(event) }
        total = events.count
        self.incidents = incidents.suffix(Limits.incidents)
        lastID = incidents.last?.id ?? 0
    }

    package static func == (a: EventLog, b: EventLog) -> Bool {
        a.total == b.total && a.incidents == b.incidents && a.ring == b.ring && a.offlineSince == b.offlineSince
            && a.belowSince == b.belowSince
    }

    /// Puts what earlier looks told before anything else.
    ///
    /// An incident that ran when they ended goes on while the broker that began it is still away; else nobody knows when it
    /// ended, and it is none.
    mutating func restore(_ kept: KeptEvents, in snapshot: ClusterSnapshot) {
        incidents = kept.incidents.suffix(Limits.incidents)
        lastID = incidents.last?.id ?? 0
        let goesOn = kept.running?.broker.flatMap { snapshot.broker($0)?.isAway } ?? false
        if goesOn, let running = kept.running {
            incidents.append(running)
            lastID = running.id
        }
        for var event in kept.events {
            let isOpen = event.incident != nil && event.incident == kept.running?.id
            if isOpen {
                if goesOn { measure(event, snapshot) } else { event.incident = nil }
            }
            add(event)
        }
    }

    /// Events, newest first.
    package var newestFirst: [ClusterEvent] { ring.elements.reversed() }
    /// The newest events with their numbers, counted from 1; newest first.
    package func newest(_ limit: Int) -> [(number: Int, event: ClusterEvent)] {
        let first = max(0, ring.count - limit)
        return (first..<ring.count).reversed().map { (total - (ring.count - 1 - $0), ring[$0]) }
    }
    /// The incident that runs now.
    package var running: Incident? { incidents.last.flatMap { $0.to == nil ? $0 : nil } }
    /// The incident with a number.
    package func incident(_ id: Int) -> Incident? { incidents.first { $0.id == id } }
    /// Since when a partition has no leader.
    package func offlineSince(_ id: TopicPartition) -> Timestamp? { offlineSince[id] }
    /// Since when a partition is below its minimum.
    package func belowSince(_ id: TopicPartition) -> Timestamp? { belowSince[id] }
    /// Since when a partition misses a leader or a replica; nil when it does not, or did when the first snapshot came.
    package func hurtSince(_ id: TopicPartition) -> Timestamp? { hurtSince[id] ?? nil }

    /// Adds one event, to the running incident when there is one.
    package mutating func append(_ event: ClusterEvent) {
        var event = event
        if event.incident == nil { event.incident = running?.id }
        add(event)
    }

    private mutating func add(_ event: ClusterEvent) {
        ring.append(event)
        total += 1
    }

    /// Notes that configurations are changed here, so that what snapshots show of it is no news.
    package mutating func expect(_ configs: [WatchedConfig], at: Timestamp) {
        for config in configs.prefix(Limits.eventObjects) { changedHere[config] = at }
    }

    /// Takes what happened between two snapshots: events, and incidents that begin or end by them.
    package mutating func observe(from old: ClusterSnapshot?, to new: ClusterSnapshot) {
        let counts = new.topics.map(TopicCounts.init)
        observe(from: old, to: new, counts: counts, ClusterHealth(new))
    }

    /// The same with what the partitions of each topic add up to, in the order of the topics.
    mutating func observe(
        from old: ClusterSnapshot?, to new: ClusterSnapshot, counts: some Collection<TopicCounts>,
        _ health: ClusterHealth
    ) {
        if health.offline.isEmpty, health.underReplicated == 0 {
            hurtSince = [:]
        } else {
            trackHurt(new, counts, isFirst: old == nil)
        }
        guard let old else { return }
        changedHere = changedHere.filter { new.at - $0.value <= Self.configsSeenWithin }
        let events = EventDetector.events(from: old, to: new, except: Set(changedHere.keys)).sorted { $0.at < $1.at }
        let isHurt =
            !health.offline.isEmpty || !health.belowMinISR.isEmpty || health.underReplicated > 0
            || new.brokers.contains { if case .down = $0.state { true } else { false } }
        // Metadata and running moves are read one after the other, so that a single look can show a replica as missing that
        // is only being added.
        let isSure = wasHurt || events.contains { $0.weight == .bad }
        if isHurt, isSure, running == nil { open(events, new) }
        wasHurt = isHurt
        track(offline: Self.abandoned(new, health), below: Set(health.belowMinISR), at: new.at)
        for event in events {
            measure(event, new)
            append(event)
        }
        if !isHurt, running != nil { close(at: new.at) }
        if health.moving > 0 || move != nil { trackMoves(new) }
    }

    /// After how long at most configurations that were changed here are read again, milliseconds.
    private static let configsSeenWithin: Int64 = 60_000

    // MARK: incidents

    /// A change made here so long before its consequence belongs to it, milliseconds.
    private static let causeWithin: Int64 = 5_000

    private mutating func open(_ events: [ClusterEvent], _ new: ClusterSnapshot) {
        lastID += 1
        let first = events.first { $0.weight == .bad }
        var incident = Incident(
            id: lastID, title: first?.cause ?? (isMoving(at: new.at) ? "while replicas moved" : "found on arrival"),
            from: min(first?.at ?? new.at, new.at))
        incident.broker = first?.broker
        if let id = first?.broker { begin(&incident, byChangeOf: id) }
        incidents.append(incident)
        if incidents.count > Limits.incidents { incidents.removeFirst(incidents.count - Limits.incidents) }
    }

    /// Whether replicas move, or did so just before: what joins and leaves a partition is out of sync for a moment.
    private func isMoving(at: Timestamp) -> Bool {
        if move != nil { return true }
        for position in (0..<ring.count).reversed() {
            guard at - ring[position].at <= Self.causeWithin else { return false }
            if ring[position].kind == .move { return true }
        }
        return false
    }

    /// When somebody here killed, stopped or paused the broker just before, the incident began then.
    private mutating func begin(_ incident: inout Incident, byChangeOf id: BrokerID) {
        for position in (0..<ring.count).reversed() {
            let event = ring[position]
            guard incident.from - event.at <= Self.causeWithin else { return }
            guard event.at <= incident.from, let cause = event.cause(of: id) else { continue }
            incident.title = cause
            incident.from = event.at
            ring[position].incident = incident.id
            return
        }
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

    private mutating func measure(_ event: ClusterEvent, _ new: ClusterSnapshot) {
        guard var incident = running else { return }
        let passed = max(0, event.at - incident.from)
        switch event.kind {
        case .leaders:
            incident.leadersMoved += event.partitions.count
            if incident.leadersAfter == nil { incident.leadersAfter = passed }
        case .broker where event.text.hasPrefix("fenced"):
            if incident.fencedAfter == nil { incident.fencedAfter = passed }
            incident.fencedBy = incident.fencedBy ?? new.controller
        case .broker where event.text.hasPrefix("DOWN"):
            if incident.seenAfter == nil { incident.seenAfter = passed }
            let broker = event.broker.flatMap { new.broker($0) }
            incident.isProcessExit = broker?.pid != nil
            incident.ledBefore = incident.ledBefore ?? broker?.ledBefore
        case .broker where event.text == "up" || event.text == "starting":
            if incident.startedAt == nil { incident.startedAt = event.at }
        default: break
        }
        incidents[incidents.count - 1] = incident
    }

    private mutating func trackHurt(
        _ snapshot: ClusterSnapshot, _ counts: some Collection<TopicCounts>, isFirst: Bool
    ) {
        var hurt: [TopicPartition: Timestamp?] = [:]
        for (topic, own) in zip(snapshot.topics, counts) where !own.offline.isEmpty || own.underReplicated > 0 {
            for partition in topic.partitions where partition.isOffline || partition.isUnderReplicated {
                let id = TopicPartition(topic.name, partition.id)
                let fresh: Timestamp? = isFirst ? nil : snapshot.at
                hurt.updateValue(hurtSince.keys.contains(id) ? hurtSince[id] ?? nil : fresh, forKey: id)
            }
        }
        hurtSince = hurt
    }

    /// Partitions that nobody serves and nobody takes over.
    private static func abandoned(_ snapshot: ClusterSnapshot, _ health: ClusterHealth) -> Set<TopicPartition> {
        guard !health.offline.isEmpty else { return [] }
        var found: Set<TopicPartition> = []
        for topic in snapshot.topics {
            for partition in topic.partitions where partition.isAbandoned(hasQuorum: health.hasQuorum) {
                found.insert(TopicPartition(topic.name, partition.id))
            }
        }
        return found
    }

    private mutating func track(offline: Set<TopicPartition>, below: Set<TopicPartition>, at: Timestamp) {
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

    // MARK: moves

    /// One event when the last of the moves that run has ended.
    private mutating func trackMoves(_ new: ClusterSnapshot) {
        let moving = new.topics.flatMap { $0.partitions.filter(\.isMoving) }
        guard moving.isEmpty else {
            let replicas = moving.reduce(0) { $0 + $1.adding.count }
            let bytes = moving.reduce(Int64(0)) { $0 + ($1.leaderBytes ?? 0) * Int64($1.adding.count) }
            guard let known = move else {
                move = (new.at, replicas, bytes)
                return
            }
            move = (known.startedAt, max(known.replicas, replicas), max(known.bytes, bytes))
            return
        }
        guard let ended = move else { return }
        move = nil
        let seconds = max(0, (new.at - ended.startedAt) / 1_000)
        let time = seconds == 0 ? "within a second" : "in \(seconds) s"
        let size = ended.bytes == 0 ? "nothing" : ended.bytes < 1_048_576 ? "less than 1 MiB" : nil
        let replicas = "\(ended.replicas) replica\(ended.replicas == 1 ? "" : "s")"
        append(
            ClusterEvent(
                at: new.at, kind: .move,
                text: "all done: \(replicas), \(size ?? "\(ended.bytes / 1_048_576) MiB") \(time)",
                short: "all moves done \(time)", weight: .good, isSeenOnly: true))
    }
}
