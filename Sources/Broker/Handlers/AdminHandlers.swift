import ClusterMetadata
import KafkaProtocol

/// The client-facing side of topics, configs and the cluster: what this broker answers from its image, and what it
/// passes on to the active controller.
package enum AdminHandlers {
    /// Registers them all. `configs` is this broker's own view, `clusterID` the cluster's id; `gate` holds
    /// questions for brokers and topics until they are known.
    package static func register(
        on router: RequestRouter, channel: ControllerChannel, metadata: any MetadataSource, configs: ConfigView,
        clusterID: String, gate: StartupGate, clock: any Clock, log: NodeLog
    ) {
        let waiters = ImageWaiters(metadata: metadata, clock: clock)
        ForwardingHandler(channel: channel, waiters: waiters).register(on: router)
        let creation = AutoTopicCreation(channel: channel, metadata: metadata, configs: configs, log: log)
        let metadataHandler = MetadataHandler(metadata: metadata, creation: creation, clusterID: clusterID)
        router.on(MetadataRequest.self) { gate.pass($0, to: metadataHandler.handle) }
        let configsHandler = DescribeConfigsHandler(metadata: metadata, configs: configs)
        router.on(DescribeConfigsRequest.self) { gate.pass($0, to: configsHandler.handle) }
        let clusterHandler = DescribeClusterHandler(metadata: metadata, clusterID: clusterID)
        router.on(DescribeClusterRequest.self) { gate.pass($0, to: clusterHandler.handle) }
        let quotasHandler = DescribeClientQuotasHandler(metadata: metadata)
        router.on(DescribeClientQuotasRequest.self) { gate.pass($0, to: quotasHandler.handle) }
        let credentialsHandler = DescribeUserScramCredentialsHandler(metadata: metadata)
        router.on(DescribeUserScramCredentialsRequest.self) { gate.pass($0, to: credentialsHandler.handle) }
        // Subscriptions to metrics of clients are not kept, and clients are not told to send any.
        router.on(ListClientMetricsResourcesRequest.self) { $0.reply(ListClientMetricsResourcesResponse()) }
        SecurityHandlers.register(on: router)
        let partitionsHandler = DescribeTopicPartitionsHandler(metadata: metadata)
        router.on(DescribeTopicPartitionsRequest.self) { gate.pass($0, to: partitionsHandler.handle) }
    }
}
