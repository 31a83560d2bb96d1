import KafkaProtocol

/// Compares two snapshots and tells what happened between them, one event per kind of change.
package enum EventDetector {
    /// The events between two snapshots, in the order in which they are told.
    ///
    /// - Parameter explained: configurations that were changed here, which is an event of its own.
    package static func events(
        from old: ClusterSnapshot, to new: ClusterSnapshot, except explained: Set<WatchedConfig> = []
    ) -> [ClusterEvent] {
        let configs = configEvents(old, new).filter { !explained.contains($0.config) }.map(\.event)
        let events =
            brokerEvents(old, new) + quorumEvents(old, new) + controllerEvents(old, new) + partitionEvents(old, new)
            + topicEvents(old, new) + configs + groupEvents(old, new) + sourceEvents(old, new)
        // A moment that is that of the look is only the latest possible one.
        return events.map { event in
            var event = event
            event.isSeenOnly = event.at == new.at
            return event
        }
    }

    private static func brokerEvents(_ old: ClusterSnapshot, _ new: ClusterSnapshot) -> [ClusterEvent] {
        var events: [ClusterEvent] = []
        let before = Dictionary(old.brokers.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
        for broker in new.brokers {
            guard let was = before[broker.id] else {
                events.append(arrival(broker, at: new.at))
                continue
            }
            if was.state != broker.state { events.append(stateEvent(broker, was: was, at: new.at)) }
            if let event = roomEvent(broker, was: was, at: new.at) { events.append(event) }
            if was.fencedAt == nil, let fencedAt = broker.fencedAt, broker.state != .fenced {
                events.append(fencedEvent(broker, at: fencedAt, controller: new.controller))
            }
        }
        for broker in old.brokers where new.broker(broker.id) == nil {
            events.append(
                ClusterEvent(
                    at: new.at, kind: .broker,
                    text: broker.isUnseen ? "named by no replica list any more" : "unregistered",
                    short: "broker \(broker.id) \(broker.isUnseen ? "gone" : "unregistered")", broker: broker.id))
        }
        return events
    }

    /// A broker that was not there before; one that only replica lists name is no new one.
    private static func arrival(_ broker: BrokerSnapshot, at: Timestamp) -> ClusterEvent {
        if broker.isUnseen { return stateEvent(broker, was: broker, at: at) }
        return ClusterEvent(
            at: at, kind: .broker, text: "added on \(broker.address)", short: "broker \(broker.id) added",
            broker: broker.id)
    }

    private static func stateEvent(_ broker: BrokerSnapshot, was: BrokerSnapshot, at: Timestamp) -> ClusterEvent {
        let cause = broker.cause.map { ": \($0)" } ?? ""
        let id = broker.id
        switch broker.state {
        case .down(let since):
            return ClusterEvent(
                at: since ?? at, kind: .broker, text: "DOWN\(cause)", short: "broker \(id) DOWN", weight: .bad,
                broker: id)
        case .paused(let since):
            return ClusterEvent(
                at: since, kind: .broker, text: "paused\(cause)", short: "broker \(id) paused", weight: .bad, broker: id
            )
        case .silent(let since):
            return ClusterEvent(
                at: since, kind: .broker, text: "silent: it answers nothing, though the cluster counts it in",
                short: "broker \(id) silent", line: "broker \(id) silent: it answers nothing", weight: .bad, broker: id)
        case .up:
            let text =
                switch was.state {
                case .fenced: "unfenced"
                case .silent: "answers again"
                default: "up"
                }
            return ClusterEvent(
                at: at, kind: .broker, text: text, short: "broker \(id) \(text)", weight: .good, broker: id)
        case .starting:
            return ClusterEvent(at: at, kind: .broker, text: "starting", short: "broker \(id) starting", broker: id)
        case .stopping:
            return ClusterEvent(at: at, kind: .broker, text: "stopping", short: "broker \(id) stopping", broker: id)
        case .fenced:
            return ClusterEvent(
                at: broker.fencedAt ?? at, kind: .broker, text: "fenced by the controller",
                short: "broker \(id) fenced", weight: .bad, broker: id)
        }
    }

    /// The cluster's own finding about a broker whose process Klamm saw stop before.
    private static func fencedEvent(_ broker: BrokerSnapshot, at: Timestamp, controller: BrokerID?) -> ClusterEvent {
        let by = controller.map { "controller \($0)" } ?? "the controller"
        let after = broker.awaySince.map { ", \(Self.seconds(at - $0)) s after" } ?? ""
        return ClusterEvent(
            at: at, kind: .broker, text: "fenced by \(by)\(after)", short: "broker \(broker.id) fenced", weight: .bad,
            broker: broker.id)
    }

    /// A log dir without room, or with room again: between the two nothing can be written there.
    private static func roomEvent(_ broker: BrokerSnapshot, was: BrokerSnapshot, at: Timestamp) -> ClusterEvent? {
        guard let dir = broker.fullestDir, was.fullestDir != nil, (was.room == .none) != (broker.room == .none) else {
            return nil
        }
        let isFull = broker.room == .none
        return ClusterEvent(
            at: at, kind: .broker,
            text: isFull ? "log dir \(dir.path) is FULL: nothing can be written there" : "its log dirs have room again",
            short: "broker \(broker.id): disk \(isFull ? "FULL" : "has room")",
            line: "broker \(broker.id): \(isFull ? "disk FULL, it takes no writes" : "its disk has room again")",
            weight: isFull ? .bad : .good, broker: broker.id)
    }

    /// Tenths of a second: `1.6`.
    private static func seconds(_ milliseconds: Int64) -> String {
        let tenths = (max(0, milliseconds) + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// The majority lost, or there again: between the two nothing of the metadata can change.
    private static func quorumEvents(_ old: ClusterSnapshot, _ new: ClusterSnapshot) -> [ClusterEvent] {
        guard let up = new.votersUp, let voters = new.quorum?.value.voters.count else { return [] }
        switch (old.quorumLostSince, new.quorumLostSince) {
        case (nil, let since?):
            return [
                ClusterEvent(
                    at: since, kind: .quorum,
                    text: "majority LOST: \(up) of \(voters) voters; no leader moves, no change is possible",
                    short: "quorum LOST: \(up) of \(voters) voters",
                    line: "quorum majority LOST: \(up) of \(voters) voters", weight: .bad)
            ]
        case (_?, nil):
            return [
                ClusterEvent(
                    at: new.at, kind: .quorum, text: "majority back: \(up) of \(voters) voters",
                    short: "quorum back: \(up) of \(voters)", weight: .good)
            ]
        default: return []
        }
    }

    private static func controllerEvents(_ old: ClusterSnapshot, _ new: ClusterSnapshot) -> [ClusterEvent] {
        var events: [ClusterEvent] = []
        if old.controller != new.controller, let now = new.controller {
            let from = old.controller.map { "\($0) → " } ?? ""
            let epoch = new.controllerEpoch.map { ", epoch \($0)" } ?? ""
            events.append(
                ClusterEvent(
                    at: new.at, kind: .controller, text: "\(from)\(now)\(epoch)", short: "controller \(from)\(now)"))
        } else if let a = old.controllerEpoch, let b = new.controllerEpoch, b > a {
            events.append(ClusterEvent(at: new.at, kind: .controller, text: "epoch \(a) → \(b), the same leader"))
        }
        return events
    }

    private static func topicEvents(_ old: ClusterSnapshot, _ new: ClusterSnapshot) -> [ClusterEvent] {
        guard !old.topics.isIdentical(to: new.topics) else { return [] }
        var events: [ClusterEvent] = []
        let pairs = NamedPairs(old.topics, new.topics)
        for index in pairs.changed {
            if pairs.isUnmoved, old.topics[index].partitions.count == new.topics[index].partitions.count { continue }
            let topic = new.topics[index]
            guard let was = pairs.old(index).map({ old.topics[$0].partitions.count }) else {
                let count = topic.partitions.count
                events.append(
                    ClusterEvent(
                        at: new.at, kind: .topic, text: "\(topic.name) created, \(PartitionNames.count(count))",
                        short: "\(topic.name) created", line: "topic \(topic.name) created", subject: topic.name))
                continue
            }
            if was < topic.partitions.count {
                events.append(
                    ClusterEvent(
                        at: new.at, kind: .topic, text: "\(topic.name): \(was) → \(topic.partitions.count) partitions",
                        subject: topic.name))
            }
        }
        for topic in pairs.gone.map({ old.topics[$0] }) {
            events.append(
                ClusterEvent(
                    at: new.at, kind: .topic, text: "\(topic.name) deleted", short: "\(topic.name) deleted",
                    subject: topic.name))
        }
        return events
    }
}
