import KafkaProtocol

/// A configuration that pictures show, so that a change of it is seen whoever made it.
package enum WatchedConfig: Hashable, Sendable {
    /// A key of a topic.
    case topic(String, key: String)
    /// The throttles of replication, wherever they are set.
    case throttles
}

extension EventDetector {
    /// Configurations that changed, each with its event. Nothing is told before all were read once.
    static func configEvents(
        _ old: ClusterSnapshot, _ new: ClusterSnapshot
    ) -> [(config: WatchedConfig, event: ClusterEvent)] {
        guard let before = old.answered(.configs), let now = new.answered(.configs), before != now else { return [] }
        var events = throttleEvents(old.throttles, new.throttles, at: new.at)
        guard !old.topics.isIdentical(to: new.topics) else { return events }
        let pairs = NamedPairs(old.topics, new.topics)
        for index in pairs.changed {
            guard let was = pairs.old(index).map({ old.topics[$0] }) else { continue }
            let topic = new.topics[index]
            guard was.id == topic.id else { continue }
            let changes = [
                ("min.insync.replicas", was.minISR.map(String.init), topic.minISR.map(String.init)),
                ("cleanup.policy", was.cleanupPolicy, topic.cleanupPolicy),
            ]
            for case (let key, let value?, let changed?) in changes where value != changed {
                events.append(
                    (
                        .topic(topic.name, key: key),
                        ClusterEvent(
                            at: new.at, kind: .config, text: "\(topic.name): \(key) \(value) → \(changed)",
                            short: "\(topic.name): \(key)", subject: topic.name)
                    ))
            }
        }
        return events
    }

    private static func throttleEvents(
        _ old: ThrottleSnapshot, _ new: ThrottleSnapshot, at: Timestamp
    ) -> [(config: WatchedConfig, event: ClusterEvent)] {
        guard old.brokers != new.brokers || old.isEmpty != new.isEmpty else { return [] }
        let text =
            if new.isEmpty {
                "replication throttles removed"
            } else if new.brokers.isEmpty {
                "replication throttled without a rate: \(new.topics.count) topics"
            } else {
                "replication throttled: \(rates(new.brokers))"
            }
        return [
            (
                .throttles,
                ClusterEvent(at: at, kind: .config, text: text, short: new.isEmpty ? "unthrottled" : "throttled")
            )
        ]
    }

    /// `20 MiB/s on 1, 2 and 3`, by rate.
    private static func rates(_ brokers: [BrokerID: Int64]) -> String {
        Dictionary(grouping: brokers.keys.sorted()) { brokers[$0] ?? 0 }.sorted { $0.key < $1.key }
            .map { rate, ids in
                let mebibytes = rate % 1_048_576 == 0 ? "\(rate / 1_048_576) MiB/s" : "\(rate) bytes/s"
                return "\(mebibytes) on \(ids.map(String.init).joined(separator: ", "))"
            }.joined(separator: "; ")
    }

    /// Figures that grew old, and were answered again.
    static func sourceEvents(_ old: ClusterSnapshot, _ new: ClusterSnapshot) -> [ClusterEvent] {
        let back = new.sources.compactMap { source -> (name: String, gap: Int64)? in
            guard source.failure == nil, let at = source.answeredAt,
                let was = old.sources.first(where: { $0.name == source.name }), was.failure != nil,
                let before = was.completeAt, Staleness.isStale(at: before, now: at, interval: was.interval)
            else { return nil }
            return (source.name.rawValue, at - before)
        }
        guard let gap = back.map(\.gap).max() else { return [] }
        let names = back.map(\.name).joined(separator: ", ")
        let isOne = back.count == 1 && !names.hasSuffix("s")
        let text = "\(names) \(isOne ? "answers" : "answer") again after \((gap + 500) / 1_000) s"
        return [
            ClusterEvent(at: new.at, kind: .stale, text: text, short: "\(names) answered", line: text, weight: .good)
        ]
    }
}

extension ClusterSnapshot {
    /// When a source answered last.
    fileprivate func answered(_ name: SourceSnapshot.Name) -> Timestamp? {
        sources.first { $0.name == name }?.answeredAt
    }
}
