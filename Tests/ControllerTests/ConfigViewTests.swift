import ClusterMetadata
import KafkaProtocol
import Testing

@Suite struct ConfigViewTests {
    private func image(_ values: [(ConfigResource, String, String)]) throws -> MetadataImage {
        var image = MetadataImage()
        for (resource, name, value) in values {
            try image.replay(.config(ConfigRecord(resource: resource, name: name, value: value)), offset: 0)
        }
        return image
    }

    @Test func everyDefaultIsAValidValue() {
        for catalogue in [ConfigCatalogue.topic, ConfigCatalogue.broker] {
            for definition in catalogue.values {
                #expect(definition.documentation.hasSuffix("."), "\(definition.name)")
                guard let value = definition.defaultValue else { continue }
                #expect(definition.problem(with: value) == nil, "\(definition.name)=\(value)")
            }
        }
    }

    @Test func kafkasDefaultsAreThoseOfTheStruct() {
        #expect(ConfigView(brokerID: 1).topic("t", in: MetadataImage()) == TopicConfig())
    }

    @Test func theStrongestSourceWins() throws {
        let definition = try #require(ConfigCatalogue.topic["retention.ms"])
        let view = ConfigView(brokerID: 1, staticValues: ["log.retention.hours": "2", "log.retention.minutes": "5"])
        let image = try image([
            (.topic("t"), "retention.ms", "1"), (.broker(1), "log.retention.ms", "2"),
            (.broker(2), "log.retention.ms", "9"), (.defaultBroker, "log.retention.ms", "3"),
        ])
        let config = view.effective(definition, of: .topic("t"), in: image)
        #expect(config.synonyms.map(\.value) == ["1", "2", "3", "300000", "7200000", "604800000"])
        #expect(
            config.synonyms.map(\.source) == [
                .dynamicTopic, .dynamicBroker, .dynamicDefaultBroker, .staticBroker, .staticBroker, .defaultConfig,
            ])
        #expect(view.topic("t", in: image).retentionMs == 1)
        #expect(view.topic("other", in: image).retentionMs == 2)
        #expect(view.topic("other", in: MetadataImage()).retentionMs == 300_000)
    }

    @Test func aBadLineInAFileGivesWayToTheDefault() {
        let view = ConfigView(brokerID: 1, staticValues: ["log.segment.bytes": "many", "num.partitions": " 7 "])
        #expect(view.topic("t", in: MetadataImage()).segmentBytes == 1_073_741_824)
        #expect(view.int("num.partitions") == 7)
    }

    @Test func secretsAreNotShown() {
        let definition = ConfigDefinition("key.password", .password, nil, about: "A secret.")
        let view = ConfigView(brokerID: 1, staticValues: ["key.password": "secret"])
        let config = view.effective(definition, of: .broker(1), in: MetadataImage())
        #expect(config.value == "secret")
        #expect(config.shownValue == nil)
    }

    @Test(
        arguments: [
            ("cleanup.policy", "compact,delete", true), ("cleanup.policy", "", true), ("cleanup.policy", "x", false),
            ("retention.ms", "-1", true), ("retention.ms", "-2", false), ("retention.ms", "1h", false),
            ("min.insync.replicas", "0", false), ("min.cleanable.dirty.ratio", "1.0", true),
            ("min.cleanable.dirty.ratio", "1.1", false), ("min.cleanable.dirty.ratio", "nan", false),
            ("compression.type", "zstd", true), ("compression.type", "brotli", false),
            ("unclean.leader.election.enable", "TRUE", true), ("unclean.leader.election.enable", "yes", false),
            ("leader.replication.throttled.replicas", "*", true),
            ("leader.replication.throttled.replicas", "0:1,1:2", true),
            ("leader.replication.throttled.replicas", "0-1", false), ("segment.bytes", "13", false),
            ("segment.bytes", "3000000000", false),
        ] as [(String, String, Bool)])
    func valuesAreChecked(_ name: String, _ value: String, _ valid: Bool) throws {
        let definition = try #require(ConfigCatalogue.topic[name])
        #expect((definition.problem(with: value) == nil) == valid)
    }
}
