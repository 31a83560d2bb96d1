import KafkaProtocol

/// The nine screens, by the number that opens them.
package enum Screen: Int, Sendable, CaseIterable {
    case overview = 1
    case brokers, topics, partitions, groups, messages, reassign, events, quorum

    /// Its name on line 2.
    package var name: String {
        switch self {
        case .overview: "Overview"
        case .brokers: "Brokers"
        case .topics: "Topics"
        case .partitions: "Partitions"
        case .groups: "Groups"
        case .messages: "Messages"
        case .reassign: "Reassign"
        case .events: "Events"
        case .quorum: "Quorum"
        }
    }

    /// Its name below 100 columns.
    package var shortName: String {
        switch self {
        case .partitions: "Parts"
        case .messages: "Msgs"
        case .reassign: "Move"
        default: name
        }
    }

    /// Where its number leads.
    package var root: Place {
        switch self {
        case .overview: .overview
        case .brokers: .brokers
        case .topics: .topics
        case .partitions: .partitions
        case .groups: .groups
        case .messages: .messages
        case .reassign: .reassign
        case .events: .events
        case .quorum: .quorum
        }
    }
}

/// The tabs of a broker.
package enum BrokerTab: Int, Sendable, CaseIterable, Hashable {
    case partitions, configs, dirs, log
}

/// The tabs of a topic.
package enum TopicTab: Int, Sendable, CaseIterable, Hashable {
    case partitions, messages, groups, config, map
}

/// Where the person is: a screen, a detail in it, a tab of that.
package enum Place: Sendable, Hashable {
    case overview
    /// All clusters of the settings.
    case clusters
    case brokers
    case broker(BrokerID, BrokerTab)
    case topics
    case topic(String, TopicTab)
    case partitions
    case partitionMap
    case groups
    case group(String)
    /// Transactional ids.
    case transactions
    /// The producers that a topic's partitions remember.
    case producers(String)
    /// What a topic holds.
    case analysis(String)
    case messages
    case reassign
    case plan
    case events
    case journal
    case quorum

    /// One of each kind: together they hold every action there is.
    package static let examples: [Place] =
        [.overview, .clusters, .brokers] + BrokerTab.allCases.map { .broker(0, $0) } + [.topics]
        + TopicTab.allCases.map { .topic("", $0) }
        + [.partitions, .partitionMap, .groups, .group(""), .transactions, .producers(""), .analysis("")]
        + [.messages, .reassign, .plan]
        + [.events, .journal, .quorum]

    /// The screen it belongs to.
    package var screen: Screen {
        switch self {
        case .overview, .clusters: .overview
        case .brokers, .broker: .brokers
        case .topics, .topic, .transactions, .producers, .analysis: .topics
        case .partitions, .partitionMap: .partitions
        case .groups, .group: .groups
        case .messages: .messages
        case .reassign, .plan: .reassign
        case .events, .journal: .events
        case .quorum: .quorum
        }
    }

    /// The crumbs after the cluster's name.
    package var crumbs: [String] {
        switch self {
        case .overview: ["overview"]
        case .clusters: ["clusters"]
        case .brokers: ["brokers"]
        case .broker(let id, _): ["brokers", "\(id)"]
        case .topics: ["topics"]
        case .topic(let name, _): ["topics", name]
        case .partitions: ["partitions"]
        case .partitionMap: ["partitions", "map"]
        case .groups: ["groups"]
        case .group(let name): ["groups", name]
        case .transactions: ["transactions"]
        case .producers(let topic): ["topics", topic, "producers"]
        case .analysis(let topic): ["topics", topic, "analysis"]
        case .messages: ["messages"]
        case .reassign: ["reassign"]
        case .plan: ["reassign", "plan"]
        case .events: ["events"]
        case .journal: ["events", "journal"]
        case .quorum: ["quorum"]
        }
    }

    /// As it is called over its keys: a screen by its name, a detail by what it shows.
    package var title: String {
        switch self {
        case .clusters: "Clusters"
        case .broker(let id, _): "broker \(id)"
        case .topic(let name, _): "topic \(name)"
        case .partitionMap: "the map of partitions"
        case .group(let name): "group \(name)"
        case .transactions: "Transactions"
        case .producers(let topic): "producers of \(topic)"
        case .analysis(let topic): "analysis of \(topic)"
        case .plan: "the plan of a move"
        case .journal: "Journal"
        default: screen.name
        }
    }

    /// Whether it is the list of messages.
    package var showsMessages: Bool {
        if case .topic(_, .messages) = self { return true }
        return self == .messages
    }

    /// Whether it is partitions × brokers.
    var isMap: Bool {
        if case .topic(_, .map) = self { return true }
        return self == .partitionMap
    }

    /// The place one step out, nil at a screen's root.
    package var parent: Place? {
        switch self {
        case .clusters: .overview
        case .broker: .brokers
        case .topic, .transactions: .topics
        case .producers(let topic), .analysis(let topic): .topic(topic, .partitions)
        case .group: .groups
        case .plan: .reassign
        case .journal: .events
        case .partitionMap: .partitions
        default: nil
        }
    }

    /// The key its bindings and its list state are kept under: the same for every topic, broker and group.
    package var kind: String {
        switch self {
        case .overview: "overview"
        case .clusters: "clusters"
        case .brokers: "brokers"
        case .broker(_, let tab): "broker.\(tab)"
        case .topics: "topics"
        case .topic(_, let tab): "topic.\(tab)"
        case .partitions: "partitions"
        case .partitionMap: "partitions.map"
        case .groups: "groups"
        case .group: "group"
        case .transactions: "transactions"
        case .producers: "producers"
        case .analysis: "analysis"
        case .messages: "messages"
        case .reassign: "reassign"
        case .plan: "plan"
        case .events: "events"
        case .journal: "journal"
        case .quorum: "quorum"
        }
    }
}
