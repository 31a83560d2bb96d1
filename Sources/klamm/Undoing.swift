import Dashboard
import KafkaClient
import KafkaProtocol

/// A change of the command line with what takes it back, for the journal.
struct Undoing {
    let change: ScreenChange
    let by: ScreenChange
    /// By the names of objects what they were and became: an undo leaves alone what was changed since.
    let details: [String: String]

    private init(_ change: ScreenChange, by: ScreenChange, _ details: [String: String]) {
        self.change = change
        self.by = by
        self.details = details
    }

    /// Of a change that needs no knowledge of before; nil for others.
    init?(_ change: ScreenChange) {
        guard let by = change.opposite else { return nil }
        self.init(change, by: by, [:])
    }

    /// Of committed offsets, nil as the new ones for deleted ones; nil where none was committed.
    static func offsets(
        of group: String, from before: [TopicPartition: CommittedOffset], to after: [TopicPartition: Offset]?,
        in partitions: [TopicPartition]
    ) -> Undoing? {
        let own = before.mapValues(\.offset).filter { partitions.contains($0.key) }
        guard !own.isEmpty else { return nil }
        let details = partitions.map { id in
            ("\(id.topic)/\(id.partition)", OffsetWords.detail(from: own[id], to: after?[id]))
        }
        return Undoing(
            after.map { .resetOffsets(group: group, $0) } ?? .deleteOffsets(group: group, partitions),
            by: .resetOffsets(group: group, own), Dictionary(details) { first, _ in first })
    }

    /// Of deleted groups; nil where they had no offsets.
    static func groups(_ names: [String], _ before: Outcomes<String, [TopicPartition: CommittedOffset]>) -> Undoing? {
        let offsets = before.compactMapValues { try? $0.get().mapValues(\.offset) }
        return ScreenChange.restoring(offsets).map { Undoing(.deleteGroups(names), by: $0, [:]) }
    }

    /// Of configs, read before they are changed; nil where brokers or this journal do not tell what they are: passwords,
    /// groups, and words added to lists or taken from them.
    static func configs(
        _ owners: [ConfigOwner], _ changes: [String: ConfigOwnerChange], _ client: KafkaClient
    ) async -> Undoing? {
        let values = changes.sorted { $0.key < $1.key }.compactMap { name, change -> Dashboard.ConfigChange? in
            switch change {
            case _ where ConfigText.isSecret(name): nil
            case .set(let value): Dashboard.ConfigChange(name: name, value: value)
            case .delete: Dashboard.ConfigChange(name: name, value: nil)
            case .append, .subtract: nil
            }
        }
        let resources = owners.compactMap(resource)
        guard values.count == changes.count, resources.count == owners.count else { return nil }
        let alterations = resources.map { ConfigAlteration($0, values) }
        let before = await client.previous(alterations)
        guard before.map(\.changes.count) == alterations.map(\.changes.count) else { return nil }
        let details = before.map { ($0.resource.name, ConfigWords.detail(from: $0.changes, to: values)) }
        return Undoing(.alterConfigs(alterations), by: .alterConfigs(before), Dictionary(details) { first, _ in first })
    }

    /// Of moves that were started, from the lists of before; nil where nothing was another one.
    static func moves(
        to targets: [TopicPartition: [BrokerID]], from before: [TopicPartition: [BrokerID]], throttle: Int64?
    ) -> Undoing? {
        let own = before.filter { id, list in targets[id].map { $0 != list } ?? false }
        guard !own.isEmpty else { return nil }
        let details = own.map { id, list in (name(id), "\(words(list)) → \(words(targets[id] ?? []))") }
        return Undoing(
            .reassign(targets, throttle: throttle), by: .reassign(own, throttle: throttle),
            Dictionary(details) { first, _ in first })
    }

    /// Of moves that are taken back while they run: the same moves once more, as fast; nil where none ran.
    static func cancelling(_ moving: [TopicPartition: OngoingReassignment], throttle: Int64?) -> Undoing? {
        guard !moving.isEmpty else { return nil }
        let targets = moving.mapValues { move in move.replicas.filter { !move.removing.contains($0) } }
        let details = moving.map { id, move in (name(id), "\(words(targets[id] ?? [])) → \(words(move.existing))") }
        return Undoing(
            .cancelReassignment(moving.keys.sorted()), by: .reassign(targets, throttle: throttle),
            Dictionary(details) { first, _ in first })
    }

    /// Of a throttle, from the highest of before; nil as the new one takes it away.
    static func throttle(from before: Throttles, to rate: Int64?) -> Undoing? {
        let old = before.rates.values.max()
        guard let rate else { return old.map { Undoing(.removeThrottles, by: .setThrottle($0), [:]) } }
        return Undoing(.setThrottle(rate), by: old.map { .setThrottle($0) } ?? .removeThrottles, [:])
    }

    private static func name(_ id: TopicPartition) -> String { "\(id.topic)/\(id.partition)" }

    private static func words(_ brokers: [BrokerID]) -> String { brokers.map(String.init).joined(separator: " ") }

    private static func resource(_ owner: ConfigOwner) -> Dashboard.ConfigResource? {
        switch owner {
        case .topic(let name): .topic(name)
        case .broker(let id): .broker(id)
        case .allBrokers: .allBrokers
        case .brokerLogger(let id): .loggers(id)
        case .group: nil
        }
    }

    /// Items with what was changed, as far as it was.
    func detailed(_ items: [ScreenItem]) -> [ScreenItem] {
        items.map { item in
            guard item.detail.isEmpty, item.failure == nil, let detail = details[item.name] else { return item }
            var item = item
            item.detail = detail
            return item
        }
    }
}
