import KafkaProtocol

/// What the whole cluster agreed upon up to an offset of the metadata log. A value: copies are cheap, and a reader keeps
/// the one it took.
package struct MetadataImage: Sendable, Equatable {
    /// The offset of the last record applied, or −1.
    package var offset: Offset = -1
    package internal(set) var brokers: [BrokerID: BrokerRegistration] = [:]
    package internal(set) var topics: [TopicID: TopicImage] = [:]
    package internal(set) var topicIDs: [String: TopicID] = [:]
    /// Dynamic configs by resource; resources without any are absent.
    package internal(set) var configs: [ConfigResource: [String: String]] = [:]
    /// Finalized levels; features that are off are absent.
    package internal(set) var features: [String: Int16] = [:]
    /// Quotas by entity; entities without any are absent.
    package internal(set) var quotas: [QuotaEntity: [String: Double]] = [:]
    /// Credentials by user; users without any are absent.
    package internal(set) var credentials: [String: [ScramMechanism: ScramCredential]] = [:]
    /// The first producer id that no broker has been given.
    package internal(set) var nextProducerID: Int64 = 0

    package init() {}

    /// The quotas of an image alone, for whoever needs nothing else of it and would keep it all alive.
    package init(quotasOf image: MetadataImage) { quotas = image.quotas }

    /// The image that a snapshot's records describe.
    ///
    /// - Parameter offset: the last offset that the snapshot covers.
    package init(records: some Sequence<MetadataRecord>, offset: Offset) throws {
        var delta = MetadataDelta()
        for record in records { try replay(record, offset: offset, delta: &delta) }
        self.offset = offset
    }

    package func topic(named name: String) -> TopicImage? { topicIDs[name].flatMap { topics[$0] } }

    package func partition(_ topic: String, _ partition: Int32) -> PartitionState? {
        self.topic(named: topic)?[partition]
    }

    package func partition(_ topic: TopicID, _ partition: Int32) -> PartitionState? { topics[topic]?[partition] }

    /// Topics in the order of their names.
    package var sortedTopics: [TopicImage] {
        topicIDs.keys.sorted().compactMap { topic(named: $0) }
    }

    /// Brokers in the order of their ids.
    package var sortedBrokers: [BrokerRegistration] { brokers.values.sorted { $0.id < $1.id } }

    /// Brokers that clients may be told of.
    package var liveBrokers: [BrokerRegistration] { sortedBrokers.filter { !$0.fenced } }

    /// Whether a broker may lead and be in sync.
    package func isActive(_ broker: BrokerID) -> Bool { brokers[broker]?.isActive ?? false }

    /// The dynamic configs of a resource.
    package func config(_ resource: ConfigResource) -> [String: String] { configs[resource] ?? [:] }

    /// All of the image as records, in an order that can be replayed: the body of a snapshot.
    package func records() -> [MetadataRecord] {
        var records: [MetadataRecord] = features.sorted { $0.key < $1.key }.map {
            .featureLevel(FeatureLevelRecord(name: $0.key, featureLevel: $0.value))
        }
        records += sortedBrokers.map { .registerBroker($0.record) }
        for topic in sortedTopics {
            records.append(.topic(TopicRecord(name: topic.name, topicID: topic.id)))
            for (index, state) in topic.partitions.enumerated() {
                records.append(.partition(state.record(topicID: topic.id, partitionID: Int32(index))))
            }
        }
        for (resource, values) in configs.sorted(by: { $0.key < $1.key }) {
            records += values.sorted { $0.key < $1.key }.map {
                .config(ConfigRecord(resource: resource, name: $0.key, value: $0.value))
            }
        }
        for (entity, values) in quotas.sorted(by: { $0.key < $1.key }) {
            records += values.sorted { $0.key < $1.key }.map {
                .clientQuota(ClientQuotaRecord(entity: entity, key: $0.key, value: $0.value))
            }
        }
        for (user, credentials) in credentials.sorted(by: { $0.key < $1.key }) {
            records += credentials.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                .userScramCredential(UserScramCredentialRecord(user: user, mechanism: $0.key, credential: $0.value))
            }
        }
        if nextProducerID > 0 {
            let record = ProducerIdsRecord(brokerID: -1, brokerEpoch: -1, nextProducerID: nextProducerID)
            records.append(.producerIds(record))
        }
        return records
    }
}
