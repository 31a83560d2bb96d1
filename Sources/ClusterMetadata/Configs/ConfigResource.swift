import KafkaProtocol

/// Something that carries dynamic configs.
package struct ConfigResource: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Kafka's numbers of resource types in configs.
    package struct Kind: RawRepresentable, Sendable, Hashable {
        package let rawValue: Int8
        package init(rawValue: Int8) { self.rawValue = rawValue }

        package static let topic = Kind(rawValue: 2)
        package static let broker = Kind(rawValue: 4)
        package static let brokerLogger = Kind(rawValue: 8)
        package static let clientMetrics = Kind(rawValue: 16)
        package static let group = Kind(rawValue: 32)
    }

    package var kind: Kind
    package var name: String

    package init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    package static func topic(_ name: String) -> ConfigResource { .init(kind: .topic, name: name) }
    package static func broker(_ id: BrokerID) -> ConfigResource { .init(kind: .broker, name: String(id)) }
    package static func group(_ id: String) -> ConfigResource { .init(kind: .group, name: id) }
    /// What holds for every broker that does not say otherwise.
    package static let defaultBroker = ConfigResource(kind: .broker, name: "")

    package static func < (a: Self, b: Self) -> Bool { (a.kind.rawValue, a.name) < (b.kind.rawValue, b.name) }

    package var description: String { "\(kind.rawValue):\(name)" }
}

/// Where a config value comes from, by Kafka's numbers; the stronger source is named first in synonyms.
package enum ConfigSource: Int8, Sendable {
    case unknown = 0
    case dynamicTopic = 1
    case dynamicBroker = 2
    case dynamicDefaultBroker = 3
    case staticBroker = 4
    case defaultConfig = 5
    case dynamicBrokerLogger = 6
    case clientMetrics = 7
    case group = 8
}

/// The type of a config by Kafka's numbers.
package enum ConfigType: Int8, Sendable {
    case unknown = 0
    case boolean = 1
    case string = 2
    case int = 3
    case short = 4
    case long = 5
    case double = 6
    case list = 7
    case `class` = 8
    case password = 9
}
