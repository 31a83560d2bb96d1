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
        of group: String, from before: [TopicPartition: Offset], to after: [TopicPartition: Offset]?,
        in partitions: [TopicPartition]
    ) -> Undoing? {
        let own = before.filter { partitions.contains($0.key) }
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

    /// Of configs, read before they are changed; nil where brokers or this journal do not tell what they are: passwords and
    /// groups.
    static func configs(
        _ owners: [ConfigOwner], _ changes: [String: ConfigOwnerChange], _ client: KafkaClient
    ) async -> Undoing? {
        guard !changes.keys.contains(where: ConfigText.isSecret) else { return nil }
        let present = changes.values.contains(where: \.editsList) ? await client.describeConfigs(owners) : [:]
        let alterations = owners.compactMap { owner -> ConfigAlteration? in
            let now = (try? present[owner]?.get()) ?? []
            let values = changes.sorted { $0.key < $1.key }.compactMap { name, change in
                value(of: name, after: change, now).map { Dashboard.ConfigChange(name: name, value: $0) }
            }
            return values.count == changes.count ? resource(owner).map { ConfigAlteration($0, values) } : nil
        }
        let before = await client.previous(alterations)
        guard alterations.count == owners.count,
            before.map(\.changes.count) == alterations.map(\.changes.count)
        else { return nil }
        let details = zip(before, alterations).map { old, new in
            (new.resource.name, ConfigWords.detail(from: old.changes, to: new.changes))
        }
        return Undoing(.alterConfigs(alterations), by: .alterConfigs(before), Dictionary(details) { first, _ in first })
    }

    /// What a config is after a change, nil inside as its default; words are added to the list in force or taken from it, as
    /// brokers do it. Nil where that list is not told.
    private static func value(of name: String, after change: ConfigOwnerChange, _ now: [ConfigValue]) -> String?? {
        func words(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
        let list = now.first { $0.name == name }.map { words($0.value ?? "") }
        switch change {
        case .set(let value): return .some(value)
        case .delete: return .some(nil)
        case .append(let more):
            return list.map { list in (list + words(more).filter { !list.contains($0) }).joined(separator: ",") }
        case .subtract(let less):
            return list.map { list in list.filter { !words(less).contains($0) }.joined(separator: ",") }
        }
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

extension ConfigOwnerChange {
    /// Whether it adds words to a list or takes some away.
    fileprivate var editsList: Bool {
        switch self {
        case .append, .subtract: true
        case .set, .delete: false
        }
    }
}
