import ClusterInsight
import KafkaProtocol
import LocalCluster

/// Remembers brokers across refreshes: one that is gone keeps its row, with since when and why. Pure.
package struct BrokerMemory: Sendable {
    /// A broker as the cluster tells of it.
    package struct Seen: Sendable {
        package var id: BrokerID
        package var host: String
        package var port: Int
        package var rack: String?
        package var isFenced: Bool

        /// A broker the cluster told of.
        package init(id: BrokerID, host: String, port: Int, rack: String?, isFenced: Bool) {
            self.id = id
            self.host = host
            self.port = port
            self.rack = rack
            self.isFenced = isFenced
        }
    }

    private var brokers: [BrokerID: BrokerSnapshot] = [:]
    /// What somebody here did to a broker, until it comes back: `signal 9, asked for here`.
    private var causes: [BrokerID: String] = [:]
    /// When a broker that is up first failed to answer since its last answer.
    private var unansweredSince: [BrokerID: Timestamp] = [:]
    /// How long a broker that counts as up may answer nothing, milliseconds.
    private static let patience: Int64 = 3_000

    /// Those the cluster told of last.
    private var told: Set<BrokerID> = []

    /// Nothing was seen.
    package init() {}

    /// Brokers by id.
    package var snapshots: [BrokerSnapshot] { brokers.values.sorted { $0.id < $1.id } }

    /// The log dirs a broker told of last.
    package func logDirs(of id: BrokerID) -> [LogDirSnapshot] { brokers[id]?.logDirs ?? [] }

    /// Notes why a broker is about to go.
    package mutating func note(_ cause: String, about id: BrokerID) { causes[id] = cause }

    /// A broker was asked for something of its own and did not answer.
    package mutating func noteSilence(of id: BrokerID, now: Timestamp) {
        guard brokers[id]?.isWorthAsking == true else { return }
        unansweredSince[id] = unansweredSince[id] ?? now
    }

    /// A broker answered.
    package mutating func noteAnswer(of id: BrokerID) { unansweredSince[id] = nil }

    /// Up, or silent: what processes and metadata tell does not show whether a broker answers.
    private func upOrSilent(_ id: BrokerID, now: Timestamp) -> BrokerState {
        guard let since = unansweredSince[id], now - since >= Self.patience else { return .up }
        return .silent(since: since)
    }

    /// Takes what the cluster tells; who is missing is down, unless its process says more.
    package mutating func take(_ seen: [Seen], leaders: [BrokerID: Int], isBundled: Bool, now: Timestamp) {
        let present = Set(seen.map(\.id))
        told = present
        for broker in seen {
            var own = brokers[broker.id] ?? BrokerSnapshot(id: broker.id, host: broker.host, port: broker.port)
            if own.isUnseen { own.cause = nil }
            own.host = broker.host
            own.port = broker.port
            own.rack = broker.rack
            let state = broker.isFenced ? BrokerState.fenced : upOrSilent(broker.id, now: now)
            if !isBundled { enter(state, &own, leaders: leaders, now: now) }
            brokers[broker.id] = own
        }
        guard !isBundled else {
            noteFenced(seen, now: now)
            return
        }
        for id in brokers.keys where !present.contains(id) {
            guard var own = brokers[id] else { continue }
            if case .down = own.state { continue }
            enter(.down(since: now), &own, leaders: leaders, now: now)
            brokers[id] = own
        }
    }

    /// A bundled broker whose process is away stays in the cluster's list until the controller fences it.
    private mutating func noteFenced(_ seen: [Seen], now: Timestamp) {
        let alive = Set(seen.filter { !$0.isFenced }.map(\.id))
        for (id, broker) in brokers where broker.awaySince != nil && broker.fencedAt == nil && !alive.contains(id) {
            brokers[id]?.fencedAt = now
        }
    }

    /// Takes what the processes of a bundled cluster tell.
    package mutating func take(_ status: ClusterStatus, leaders: [BrokerID: Int], now: Timestamp) {
        // One that was removed is neither in the directory nor told of.
        let known = Set(status.brokers.map(\.id)).union(told)
        brokers = brokers.filter { known.contains($0.key) || $0.value.isUnseen }
        for broker in status.brokers {
            var own = brokers[broker.id] ?? BrokerSnapshot(id: broker.id, host: broker.host, port: broker.port)
            let isNew = brokers[broker.id] == nil
            own.host = broker.host
            own.port = broker.port
            if isNew { own.state = .starting }
            if let pid = broker.pid, own.pid != pid, broker.state != .stopped {
                own.upSince = now - (broker.uptime ?? 0)
            }
            own.isObserver = !broker.isVoter
            let state: BrokerState
            switch broker.state {
            case .running: state = upOrSilent(broker.id, now: now)
            case .starting: state = .starting
            case .fenced: state = .fenced
            case .paused: if case .paused = own.state { state = own.state } else { state = .paused(since: now) }
            case .stopped: if case .down = own.state { state = own.state } else { state = .down(since: now) }
            }
            enter(state, &own, leaders: leaders, ending: broker.ending, now: now)
            if broker.pid != nil { own.pid = broker.pid }
            own.residentBytes = broker.residentBytes.map { Int64(clamping: $0) }
            own.bytesSent = broker.bytesOut.map { Reading($0, at: now) }
            brokers[broker.id] = own
        }
    }

    /// Takes the brokers that replica lists name, as far as they are known: Kafka before 4.0 does not tell of brokers that
    /// are away, yet partitions count on them. A row that nothing but such a list was the reason for goes with it.
    package mutating func take(assigned: Set<BrokerID>) {
        for id in assigned where brokers[id] == nil { brokers[id] = BrokerSnapshot(unseen: id) }
        brokers = brokers.filter { !$0.value.isUnseen || assigned.contains($0.key) }
    }

    /// Takes the log dirs one broker told of.
    package mutating func take(logDirs: [LogDirSnapshot], of id: BrokerID, now: Timestamp) {
        guard var own = brokers[id] else { return }
        own.logDirs = logDirs
        own.disk = Reading(logDirs.reduce(0) { $0 + $1.bytes }, at: now)
        let space = logDirs.space
        own.diskFree = space?.free
        own.diskTotal = space?.total
        brokers[id] = own
    }

    private mutating func enter(
        _ state: BrokerState, _ broker: inout BrokerSnapshot, leaders: [BrokerID: Int], ending: String? = nil,
        now: Timestamp
    ) {
        guard state != broker.state else { return }
        switch state {
        case .down:
            broker.ledBefore = leaders[broker.id]
            broker.cause = causes[broker.id] ?? ending ?? "its process has ended"
            broker.upSince = nil
        case .paused: broker.cause = causes[broker.id] ?? "SIGSTOP"
        case .silent: broker.ledBefore = leaders[broker.id]
        case .up:
            broker.cause = nil
            causes[broker.id] = nil
            broker.fencedAt = nil
            if case .down = broker.state { broker.upSince = now }
            broker.upSince = broker.upSince ?? now
        case .fenced: broker.fencedAt = broker.fencedAt ?? now
        case .starting, .stopping: break
        }
        broker.state = state
        if !broker.isWorthAsking { unansweredSince[broker.id] = nil }
    }
}
