import KafkaProtocol

/// Something that happened to the cluster, or that somebody did to it from here.
package struct ClusterEvent: Sendable, Equatable {
    /// What kind of thing; the raw value is how it is shown, with the broker's number added to `broker`.
    package enum Kind: String, Sendable, CaseIterable {
        case broker, leaders
        case offline = "OFFLINE"
        case online
        case isrShrank = "ISR shrank"
        case isrFull = "ISR full"
        case minISR = "min ISR"
        case controller, quorum, group, config, topic, move, change, unclean, stale, incident
    }

    /// How it is coloured.
    package enum Weight: Sendable, Equatable {
        case normal, bad, good
    }

    /// When it happened, or was seen when that is not known.
    package var at: Timestamp
    /// Whether `at` is only when it was seen: shown with `≤`.
    package var isSeenOnly: Bool
    /// What kind.
    package var kind: Kind
    /// The broker of a `broker` event.
    package var broker: BrokerID?
    /// The whole sentence.
    package var text: String
    /// At most 30 cells, for narrow screens.
    package var short: String { ownShort ?? text }
    /// One sentence that stands without the label, for panes where it has no column; about 45 cells.
    package var line: String { ownLine ?? Self.line(kind, broker, text) }
    /// Words of its own for the two; most events need none, and timelines hold very many events.
    private let ownShort, ownLine: String?
    /// How it is coloured.
    package var weight: Weight
    /// What it is about, at most `Limits.eventObjects`.
    package var partitions: [TopicPartition]
    /// The group or topic it is about.
    package var subject: String?
    /// The incident it belongs to.
    package var incident: Int?

    /// An event.
    package init(
        at: Timestamp, kind: Kind, text: String, short: String? = nil, line: String? = nil,
        weight: Weight = .normal, broker: BrokerID? = nil, partitions: [TopicPartition] = [], subject: String? = nil,
        isSeenOnly: Bool = false
    ) {
        self.at = at
        self.kind = kind
        self.text = text
        ownShort = short == text ? nil : short
        ownLine = line == Self.line(kind, broker, text) ? nil : line
        self.weight = weight
        self.broker = broker
        self.partitions = Array(partitions.prefix(Limits.eventObjects))
        self.subject = subject
        self.isSeenOnly = isSeenOnly
    }

    private static func line(_ kind: Kind, _ broker: BrokerID?, _ text: String) -> String {
        switch kind {
        case .change, .config: text
        case .broker, .group, .topic, .incident: label(kind, broker) + " " + text
        default: label(kind, broker) + ": " + text
        }
    }

    private static func label(_ kind: Kind, _ broker: BrokerID?) -> String {
        broker.map { "\(kind.rawValue) \($0)" } ?? kind.rawValue
    }

    /// The kind as it is shown: `broker 2`, `ISR shrank`.
    package var label: String { Self.label(kind, broker) }
}
