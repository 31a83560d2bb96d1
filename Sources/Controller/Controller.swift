import ClusterMetadata
import KafkaProtocol

/// What a controller is given for its whole life.
package struct ControllerSettings: Sendable {
    package var clusterID: String
    /// The controller's own `server.properties`: intervals, and the defaults of topics.
    package var configs: ConfigView
    /// The levels of features that this release could run.
    package var supportedFeatures: [String: ClosedRange<Int16>]
    /// The levels that a new cluster starts with.
    package var initialFeatures: [String: Int16]

    package init(
        clusterID: String, configs: ConfigView,
        supportedFeatures: [String: ClosedRange<Int16>] = Features.supported,
        initialFeatures: [String: Int16] = Features.initial
    ) {
        self.clusterID = clusterID
        self.configs = configs
        self.supportedFeatures = supportedFeatures
        self.initialFeatures = initialFeatures
    }
}

/// The active controller: decides about brokers, topics, partitions and configs (KIP-500, KIP-631).
///
/// Pure: no clock, no disk, no network. `decide` reads the state and gives records with the answer; the caller appends the
/// records as one batch, calls `replay` for each of them *before the next decision*, and lets the answer go when they are
/// committed. When leadership is lost the object is dropped; the next one starts from the committed image. All times are
/// milliseconds of one clock that never goes back. Used from one thread.
package final class Controller {
    /// The state with every record that was appended, committed or not.
    package private(set) var image: MetadataImage
    package let settings: ControllerSettings
    var sessions: BrokerSessions
    var random: any RandomNumberGenerator
    var mutations: MutationQuotas
    var nextBalance: Int64
    var nextUncleanPass: Int64

    /// A controller that takes over: every broker that is not fenced gets a whole session from `now` on.
    package init(
        image: MetadataImage, settings: ControllerSettings, random: any RandomNumberGenerator, now: Int64
    ) {
        self.image = image
        self.settings = settings
        self.random = random
        sessions = BrokerSessions(image: image, now: now)
        let samples = settings.configs.int("controller.quota.window.num", in: image)
        let size = settings.configs.int("controller.quota.window.size.seconds", in: image)
        mutations = MutationQuotas(window: Double(max(1, samples) * max(1, size)))
        nextBalance = now
        nextUncleanPass = now
        nextBalance = now + balanceInterval
        nextUncleanPass = now + uncleanInterval
    }

    /// What a new cluster needs first; empty when the log has it. To be appended on taking over, before anything else.
    package func activate() -> [MetadataRecord] {
        guard image.features.isEmpty else { return [] }
        return settings.initialFeatures.sorted { $0.key < $1.key }.map {
            .featureLevel(FeatureLevelRecord(name: $0.key, featureLevel: $0.value))
        }
    }

    /// Takes in a record that was appended at `offset`. Throws when it does not fit, which ends this controller.
    package func replay(_ record: MetadataRecord, offset: Offset, now: Int64) throws {
        try image.replay(record, offset: offset)
        switch record {
        case .registerBroker(let record): sessions.registered(record.brokerID, offset: offset, now: now)
        case .unregisterBroker(let record): sessions.forget(record.brokerID)
        case .brokerRegistrationChange(let record):
            if record.inControlledShutdown > 0 { sessions.beganShutdown(record.brokerID, offset: offset) }
            if record.fenced < 0 { sessions.touch(record.brokerID, now: now) }
        case .config(let record) where record.name == Self.uncleanKey:
            // Partitions without a leader need not wait for the interval once it is allowed.
            nextUncleanPass = now
        default: break
        }
    }

    private static let uncleanKey = "unclean.leader.election.enable"

    /// A broker config as this controller has it.
    func setting(_ key: String) -> Int64 { settings.configs.int(key, in: image) }

    var sessionTimeout: Int64 { max(1, setting("broker.session.timeout.ms")) }
    var balanceInterval: Int64 { max(1, setting("leader.imbalance.check.interval.seconds")) * 1000 }
    var uncleanInterval: Int64 { max(1, setting("unclean.leader.election.interval.ms")) }

    /// A change of a partition by the rules of its topic, to be filled in.
    func change(
        _ topic: TopicImage, _ partition: Int32, _ state: PartitionState, in image: MetadataImage
    ) -> PartitionChange {
        var change = PartitionChange(topic.id, partition, state, isActive: image.isActive)
        change.minISR = minISR(topic.name, image)
        return change
    }

    /// How many must be in sync for a topic's records to be committed; nil while eligible leaders are not kept.
    func minISR(_ topic: String, _ image: MetadataImage) -> Int? {
        guard image.features[Features.eligibleLeaderReplicas] ?? 0 > 0 else { return nil }
        return settings.configs.topicInt(Self.minISRKey, of: topic, in: image)
    }

    static let minISRKey = "min.insync.replicas"

    /// Whether a topic lets a replica lead that is not in sync.
    func allowsUncleanElection(_ topic: String, _ image: MetadataImage) -> Bool {
        settings.configs.topicBool(Self.uncleanKey, of: topic, in: image)
    }
}
