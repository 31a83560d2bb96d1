import ClusterMetadata
import KafkaProtocol
import Testing

@Suite struct ConfigChangeTests {
    @Test func editsSetAndDelete() {
        let cluster = TestCluster(brokers: 1)
        cluster.create("t")
        let topic = ConfigResource.topic("t")
        #expect(cluster.setConfig(topic, "retention.ms", "5") == .none)
        #expect(cluster.image.config(topic) == ["retention.ms": "5"])
        #expect(cluster.setConfig(topic, "retention.ms", nil, operation: 1) == .none)
        #expect(cluster.image.configs.isEmpty)
    }

    @Test func listsGrowAndShrink() {
        let cluster = TestCluster(brokers: 1)
        cluster.create("t")
        let topic = ConfigResource.topic("t")
        #expect(cluster.setConfig(topic, "cleanup.policy", "compact,delete", operation: 2) == .none)
        #expect(cluster.image.config(topic)["cleanup.policy"] == "delete,compact")
        #expect(cluster.setConfig(topic, "cleanup.policy", "delete", operation: 3) == .none)
        #expect(cluster.image.config(topic)["cleanup.policy"] == "compact")
        #expect(cluster.setConfig(topic, "cleanup.policy", "compact", operation: 3) == .none)
        #expect(cluster.image.config(topic)["cleanup.policy"] == "", "neither is a policy too")
        #expect(ConfigView(brokerID: 1).topic("t", in: cluster.image).cleanupPolicy == [])
        #expect(cluster.setConfig(topic, "cleanup.policy", "shrink", operation: 2) == .invalidConfig)
        #expect(cluster.setConfig(topic, "retention.ms", "5", operation: 2) == .invalidConfig)
    }

    @Test func badEditsAreRefused() {
        let cluster = TestCluster(brokers: 1)
        cluster.create("t")
        #expect(cluster.setConfig(.topic("t"), "no.such", "1") == .invalidConfig)
        #expect(cluster.setConfig(.topic("t"), "retention.ms", "soon") == .invalidConfig)
        #expect(cluster.setConfig(.topic("t"), "retention.ms", nil) == .invalidRequest)
        #expect(cluster.setConfig(.topic("t"), "retention.ms", "1", operation: 9) == .invalidRequest)
        #expect(cluster.setConfig(.topic("no"), "retention.ms", "1") == .unknownTopicOrPartition)
        #expect(cluster.setConfig(.broker(7), "log.retention.ms", "1") == .brokerIdNotRegistered)
        #expect(
            cluster.setConfig(ConfigResource(kind: .broker, name: "x"), "log.retention.ms", "1") == .invalidRequest)
        #expect(cluster.setConfig(ConfigResource(kind: .init(rawValue: 99), name: "x"), "a", "1") == .invalidRequest)
        #expect(cluster.setConfig(.topic("t"), "min.compaction.lag.ms", "9") == .none)
        #expect(cluster.setConfig(.topic("t"), "max.compaction.lag.ms", "8") == .invalidConfig)
    }

    @Test func groupConfigsKeepTheBrokersLimits() {
        let cluster = TestCluster(brokers: 1)
        let group = ConfigResource.group("g")
        #expect(cluster.setConfig(group, "consumer.session.timeout.ms", "50000") == .none)
        #expect(cluster.image.config(group) == ["consumer.session.timeout.ms": "50000"])
        #expect(cluster.setConfig(group, "consumer.session.timeout.ms", "44999") == .invalidConfig)
        #expect(cluster.setConfig(group, "consumer.session.timeout.ms", "60001") == .invalidConfig)
        #expect(cluster.setConfig(group, "consumer.heartbeat.interval.ms", "15001") == .invalidConfig)
        #expect(cluster.setConfig(group, "consumer.heartbeat.interval.ms", "15000") == .none)
        #expect(cluster.setConfig(group, "retention.ms", "1") == .invalidConfig)
        #expect(cluster.setConfig(.group(""), "consumer.session.timeout.ms", "50000") == .invalidRequest)
        let session = ConfigCatalogue.group["consumer.session.timeout.ms"]!
        let effective = ConfigView(brokerID: 1).effective(session, of: group, in: cluster.image)
        #expect(effective.source == .group && effective.value == "50000")
        #expect(cluster.setConfig(group, "consumer.session.timeout.ms", nil, operation: 1) == .none)
        #expect(ConfigView(brokerID: 1).effective(session, of: group, in: cluster.image).source == .defaultConfig)
    }

    @Test func brokerConfigsHaveTheirModes() {
        let cluster = TestCluster(brokers: 1)
        #expect(cluster.setConfig(.broker(1), "log.retention.ms", "1") == .none)
        #expect(cluster.setConfig(.defaultBroker, "log.retention.ms", "2") == .none)
        #expect(cluster.setConfig(.broker(1), "advertised.listeners", "PLAINTEXT://a:1") == .invalidRequest)
        #expect(cluster.setConfig(.broker(1), "num.partitions", "3") == .invalidRequest)
        #expect(cluster.setConfig(.broker(1), "my.plugin", "3") == .none)
        cluster.create("t")
        #expect(cluster.controller.settings.configs.topic("t", in: cluster.image).retentionMs == 1)
    }

    @Test func replacingRemovesWhatIsNotNamed() {
        let cluster = TestCluster(brokers: 1)
        cluster.create("t", configs: ["retention.ms": "5", "segment.bytes": "1000"])
        var config = AlterConfigsRequest.Resource.Config()
        config.name = "retention.ms"
        config.value = "6"
        var resource = AlterConfigsRequest.Resource()
        resource.resourceType = 2
        resource.resourceName = "t"
        resource.configs = [config]
        var request = AlterConfigsRequest()
        request.resources = [resource]
        request.validateOnly = true
        #expect(cluster.run(cluster.controller.decide(request, version: 2, now: 0)).responses[0].errorCode == .none)
        #expect(cluster.image.config(.topic("t")).count == 2)
        request.validateOnly = false
        cluster.run(cluster.controller.decide(request, version: 2, now: 0))
        #expect(cluster.image.config(.topic("t")) == ["retention.ms": "6"])
        request.resources.append(resource)
        let repeated = cluster.run(cluster.controller.decide(request, version: 2, now: 0)).responses
        #expect(repeated.map(\.errorCode) == [.invalidRequest])
    }

    @Test func oneRequestMakesABatchThatTheLogCanHold() {
        let cluster = TestCluster(brokers: 1)
        var request = IncrementalAlterConfigsRequest()
        request.resources = [.init()]
        request.resources[0].resourceType = 4
        request.resources[0].configs = (0..<200).map { number in
            var config = IncrementalAlterConfigsRequest.Resource.Config()
            config.name = "plugin.\(number)"
            config.value = String(repeating: "x", count: 32_000)
            return config
        }
        let response = cluster.run(cluster.controller.decide(request, version: 1, now: 0))
        #expect(response.responses.map(\.errorCode) == [.policyViolation])
        #expect(cluster.image.configs.isEmpty)
    }

    // MARK: Features

    private func update(
        _ cluster: TestCluster, _ name: String, _ level: Int16, type: Int8 = 1
    ) -> UpdateFeaturesResponse {
        var feature = UpdateFeaturesRequest.Update()
        feature.feature = name
        feature.maxVersionLevel = level
        feature.upgradeType = type
        var request = UpdateFeaturesRequest()
        request.featureUpdates = [feature]
        return cluster.run(cluster.controller.decide(request, version: 2, now: 0))
    }

    @Test func featureLevelsMoveWithinWhatEverybodyKnows() {
        let cluster = TestCluster(brokers: 1, features: [Features.metadataVersion: 21])
        #expect(cluster.image.features == ["metadata.version": 21])
        #expect(update(cluster, "metadata.version", 20).errorCode == .invalidUpdateVersion)
        #expect(update(cluster, "metadata.version", 20, type: 2).errorCode == .none)
        #expect(cluster.image.features == ["metadata.version": 20])
        #expect(update(cluster, "metadata.version", 22).errorCode == .invalidUpdateVersion)
        #expect(update(cluster, "metadata.version", 0, type: 3).errorCode == .invalidUpdateVersion)
        #expect(update(cluster, "no.such", 1).errorCode == .invalidUpdateVersion)
        #expect(update(cluster, "metadata.version", 21, type: 9).errorCode == .invalidUpdateVersion)
        #expect(update(cluster, "metadata.version", 21).errorCode == .none)
    }
}
