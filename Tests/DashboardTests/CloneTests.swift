import ClusterInsight
import KafkaProtocol
import TerminalUI
import Testing

@testable import Dashboard

/// A new topic that is to be like another.
@Suite struct CloneTests {
    private func press(_ keys: [Key], _ model: inout Model) -> [Command] {
        keys.flatMap { Update.update(&model, .key($0)) }
    }

    private func has(_ text: String, _ model: Model) -> Bool { View.view(model).lines.contains { $0.contains(text) } }

    private func entry(_ name: String, _ value: String, _ source: ConfigEntry.Source = .dynamicTopic) -> ConfigEntry {
        ConfigEntry(name: name, value: value, source: source)
    }

    /// The form for a topic like orders, with what orders tells.
    private func cloning(_ entries: [ConfigEntry]) -> Model {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "orders"
        #expect(press([.character("C")], &model) == [.fetchConfigs([.topic("orders")])])
        #expect(has("reading the configs of orders", model))
        #expect(press([.enter], &model).isEmpty, "nothing is previewed before they are there")
        if case .form = model.popup {} else { Issue.record("the form is gone") }
        _ = Update.update(&model, .configs(.topic("orders"), .success(entries)))
        return model
    }

    private func sent(_ model: inout Model) -> [String: String] {
        _ = press([.enter], &model)
        guard case .change(.createTopic(let topic), _)? = press([.character("y")], &model).first else { return [:] }
        #expect(topic.name == "orders-copy" && topic.partitions == 12 && topic.replicationFactor == 3)
        return topic.configs
    }

    @Test func allThatWasSetIsTakenOver() {
        var model = cloning([
            entry("retention.ms", "3600000"), entry("compression.type", "lz4"), entry("segment.ms", "1800000"),
            entry("max.message.bytes", "2097152"), entry("retention.bytes", "-1", .default),
            entry("follower.replication.throttled.replicas", "0:1"), entry("flush.ms", "5", .staticBroker),
            entry("cleanup.policy", "compact,delete"), entry("min.insync.replicas", "1"),
        ])
        #expect(has("retention      1 h", model) && has("max message    2.0 MiB", model))
        #expect(has("compression.type=lz4, segment.ms=30 m", model) && has("delete   compact  [both]", model))
        #expect(
            sent(&model) == [
                "retention.ms": "3600000", "compression.type": "lz4", "segment.ms": "1800000",
                "max.message.bytes": "2097152", "cleanup.policy": "compact,delete", "min.insync.replicas": "1",
            ])
    }

    @Test func limitsByTimeAndBySizeAreBothKept() {
        var both = cloning([entry("retention.ms", "3600000"), entry("retention.bytes", "1073741824")])
        #expect(
            sent(&both) == ["retention.ms": "3600000", "retention.bytes": "1073741824", "min.insync.replicas": "2"])
        var size = cloning([entry("retention.bytes", "1073741824"), entry("retention.ms", "604800000", .default)])
        #expect(has("retention      1.0 GiB", size))
        #expect(sent(&size) == ["retention.bytes": "1073741824", "min.insync.replicas": "2"])
    }

    /// What the brokers give to both of them is not set.
    @Test func whatWasNotSetIsNotSet() {
        var model = cloning([
            entry("retention.ms", "86400000", .staticBroker), entry("max.message.bytes", "1048588", .default),
        ])
        #expect(has("retention      1 d", model))
        #expect(sent(&model) == ["min.insync.replicas": "2"])
    }

    @Test func valuesThatTheFieldCannotHoldAreTakenOver() {
        var model = cloning([entry("placement", "{\"a\":1,\"b\":2}")])
        #expect(sent(&model)["placement"] == "{\"a\":1,\"b\":2}")
    }

    @Test func whatCannotBeReadIsSaid() {
        var model = Fixture.model(Fixture.healthy(), .topics)
        model.list.cursorID = "orders"
        _ = press([.character("C")], &model)
        _ = Update.update(&model, .configs(.topic("orders"), .failure(Failure("TOPIC_AUTHORIZATION_FAILED"))))
        #expect(has("configs of orders: TOPIC_AUTHORIZATION_FAILED", model))
        #expect(press([.character("x"), .enter], &model).isEmpty)
        #expect(has("configs of orders: TOPIC_AUTHORIZATION_FAILED", model))
    }
}
