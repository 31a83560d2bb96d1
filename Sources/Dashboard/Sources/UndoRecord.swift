import ClusterInsight
import KafkaProtocol

/// What undoing a change would send, as the journal keeps it on disk, so that it can be undone after a new start. Only
/// changes that undo others have a form here.
struct UndoRecord: Codable {
    enum Verb: String, Codable {
        case createTopic, deleteTopic, alterConfigs, reassign, resetOffsets, moveReplicas
        case startBroker, stopBroker, pauseBroker, resumeBroker
        case setThrottle, removeThrottles, addVoter, removeVoter, removeBroker, deleteGroup, restoreGroup
    }

    struct Partition: Codable {
        var topic: String
        var partition: Int32
        var replicas: [BrokerID]?
        var offset: Offset?
        var directory: String?
    }

    struct Config: Codable {
        var name: String
        var value: String?
    }

    var verb: Verb
    /// The topic or the group; configs without it and without a broker are those of all brokers.
    var name: String?
    var broker: BrokerID?
    /// Whether configs are those of the broker's loggers.
    var isLoggers: Bool?
    var partitions: [Partition]?
    var configs: [Config]?
    var count: Int32?
    var replicationFactor: Int16?
    var throttle: Int64?
    /// The same verb for several owners.
    var each: [UndoRecord]?

    private init(_ verb: Verb) { self.verb = verb }

    /// The record of an undo; nil for what is not kept.
    init?(_ change: Change) {
        switch change {
        case .createTopic(let topic):
            self.init(.createTopic)
            name = topic.name
            count = topic.partitions
            replicationFactor = topic.replicationFactor
            configs = topic.configs.sorted { $0.key < $1.key }.map { Config(name: $0.key, value: $0.value) }
        case .createTopics(let topics):
            self.init(.createTopic)
            each = topics.compactMap { UndoRecord(.createTopic($0)) }
        case .deleteTopics(let names):
            self.init(.deleteTopic)
            if names.count == 1 { name = names[0] } else { each = names.compactMap { UndoRecord(.deleteTopics([$0])) } }
        case .alterConfigs(let alterations):
            self.init(.alterConfigs)
            guard alterations.count == 1, let only = alterations.first else {
                each = alterations.compactMap { UndoRecord(.alterConfigs([$0])) }
                return
            }
            switch only.resource {
            case .topic(let topic): name = topic
            case .broker(let id): broker = id
            case .loggers(let id): (broker, isLoggers) = (id, true)
            case .allBrokers: break
            }
            configs = only.changes.map { Config(name: $0.name, value: $0.value) }
        case .reassign(let plan, let throttle):
            self.init(.reassign)
            partitions = plan.sorted { $0.key < $1.key }.map {
                Partition(topic: $0.key.topic, partition: $0.key.partition, replicas: $0.value)
            }
            self.throttle = throttle
        case .resetOffsets(let group, let offsets):
            self.init(.resetOffsets)
            name = group
            partitions = offsets.sorted { $0.key < $1.key }.map {
                Partition(topic: $0.key.topic, partition: $0.key.partition, offset: $0.value)
            }
        case .moveReplicas(let targets, let id):
            self.init(.moveReplicas, id)
            partitions = targets.sorted { $0.key < $1.key }.map {
                Partition(topic: $0.key.topic, partition: $0.key.partition, directory: $0.value)
            }
        case .startBrokers(let ids) where ids.count == 1: self.init(.startBroker, ids[0])
        case .stopBroker(let id): self.init(.stopBroker, id)
        case .pauseBroker(let id): self.init(.pauseBroker, id)
        case .resumeBroker(let id): self.init(.resumeBroker, id)
        case .removeBroker(let id): self.init(.removeBroker, id)
        case .deleteGroups(let names):
            self.init(.deleteGroup)
            if names.count == 1 { name = names[0] } else { each = names.compactMap { UndoRecord(.deleteGroups([$0])) } }
        case .restoreGroups(let groups):
            guard groups.values.reduce(0, { $0 + $1.count }) <= DashboardLimits.undoItems else { return nil }
            self.init(.restoreGroup)
            each = groups.sorted { $0.key < $1.key }.compactMap { UndoRecord(.resetOffsets(group: $0.key, $0.value)) }
        case .addVoter(let id): self.init(.addVoter, id)
        case .removeVoter(let id): self.init(.removeVoter, id)
        case .setThrottle(let rate):
            self.init(.setThrottle)
            throttle = rate
        case .removeThrottles: self.init(Verb.removeThrottles)
        default: return nil
        }
    }

    private static func together(_ each: [UndoRecord]) -> Change? {
        var (alterations, topics, names): ([ConfigAlteration], [NewTopic], [String]) = ([], [], [])
        var (groups, offsets): ([String], [String: [TopicPartition: Offset]]) = ([], [:])
        // One level is all that is written.
        for record in each where record.each == nil {
            switch record.change {
            case .alterConfigs(let one): alterations += one
            case .createTopic(let topic): topics.append(topic)
            case .deleteTopics(let one): names += one
            case .deleteGroups(let one): groups += one
            case .resetOffsets(let group, let own): offsets[group] = own
            default: return nil
            }
        }
        let found: [Change?] = [
            alterations.isEmpty ? nil : .alterConfigs(alterations), topics.isEmpty ? nil : .createTopics(topics),
            names.isEmpty ? nil : .deleteTopics(names), groups.isEmpty ? nil : .deleteGroups(groups),
            offsets.isEmpty ? nil : .restoreGroups(offsets),
        ]
        let changes = found.compactMap(\.self)
        return changes.count == 1 ? changes[0] : nil
    }

    private init(_ verb: Verb, _ broker: BrokerID) {
        self.init(verb)
        self.broker = broker
    }

    /// The change it stands for; nil when the line does not hold what that needs.
    var change: Change? {
        if let each { return Self.together(each) }
        func ids<Value>(_ value: (Partition) -> Value?) -> [TopicPartition: Value]? {
            guard let partitions, !partitions.isEmpty else { return nil }
            return partitions.reduce(into: [:]) { $0[TopicPartition($1.topic, $1.partition)] = value($1) }
        }
        switch verb {
        case .createTopic:
            guard let name, let count, let replicationFactor else { return nil }
            let values = (configs ?? []).reduce(into: [:]) { $0[$1.name] = $1.value }
            return .createTopic(
                NewTopic(name: name, partitions: count, replicationFactor: replicationFactor, configs: values))
        case .deleteTopic: return name.map { .deleteTopics([$0]) }
        case .alterConfigs:
            guard let configs, !configs.isEmpty else { return nil }
            let resource =
                name.map { ConfigResource.topic($0) }
                ?? broker.map { isLoggers == true ? .loggers($0) : .broker($0) } ?? .allBrokers
            return .alterConfigs([resource], configs.map { ConfigChange(name: $0.name, value: $0.value) })
        case .reassign: return ids(\.replicas).map { .reassign($0, throttle: throttle) }
        case .resetOffsets:
            guard let name, let offsets = ids(\.offset) else { return nil }
            return .resetOffsets(group: name, offsets)
        case .moveReplicas:
            guard let broker, let targets = ids(\.directory) else { return nil }
            return .moveReplicas(targets, on: broker)
        case .startBroker: return broker.map { .startBrokers([$0]) }
        case .stopBroker: return broker.map { .stopBroker($0) }
        case .pauseBroker: return broker.map { .pauseBroker($0) }
        case .resumeBroker: return broker.map { .resumeBroker($0) }
        case .deleteGroup: return name.map { .deleteGroups([$0]) }
        // Written only with the groups that it stands for.
        case .restoreGroup: return nil
        case .removeBroker: return broker.map { .removeBroker($0) }
        case .addVoter: return broker.map { .addVoter($0) }
        case .removeVoter: return broker.map { .removeVoter($0) }
        case .setThrottle: return throttle.map { .setThrottle($0) }
        case .removeThrottles: return .removeThrottles
        }
    }
}
