import ClusterMetadata
import KafkaProtocol

/// Makes topics because somebody asked for them; one request per topic is under way at a time. Loop only.
package final class AutoTopicCreation {
    private let channel: ControllerChannel
    private let metadata: any MetadataSource
    private let configs: ConfigView
    private let log: NodeLog
    private var underWay: Set<String> = []

    /// How long one creation may take, in milliseconds; the client asks again all the while.
    private let timeout: Int32 = 5_000

    package init(channel: ControllerChannel, metadata: any MetadataSource, configs: ConfigView, log: NodeLog) {
        self.channel = channel
        self.metadata = metadata
        self.configs = configs
        self.log = log
    }

    /// Whether asking for an unknown topic makes it.
    package var isEnabled: Bool { configs.bool("auto.create.topics.enable", in: metadata.image) }

    /// Begins to make topics, with the cluster's defaults, that are not there and not being made. Nobody is told when they are: the metadata shows it.
    package func create(_ names: [String]) {
        let image = metadata.image
        let wanted = names.filter { image.topicIDs[$0] == nil && !underWay.contains($0) }
            .prefix(max(0, Limits.automaticTopics - underWay.count))
        guard !wanted.isEmpty else { return }
        underWay.formUnion(wanted)
        var request = CreateTopicsRequest()
        request.topics = wanted.map { name in
            var topic = CreateTopicsRequest.Topic()
            topic.name = name
            // The cluster's defaults.
            topic.numPartitions = -1
            topic.replicationFactor = -1
            return topic
        }
        request.timeoutMs = timeout
        let client = ClientInfo(clientID: "broker-\(configs.brokerID)", host: "/127.0.0.1")
        channel.send(request, version: 7, client: client, timeout: Int64(timeout)) { [weak self] result in
            self?.created(Array(wanted), result)
        }
    }

    private func created(_ names: [String], _ result: Result<CreateTopicsResponse, ErrorCode>) {
        underWay.subtract(names)
        switch result {
        case .failure(let error): log.warn("creating \(names.joined(separator: ", ")): \(error)")
        case .success(let response):
            for topic in response.topics where ![.none, .topicAlreadyExists].contains(topic.errorCode) {
                log.warn("creating \(topic.name): \(topic.errorCode) \(topic.errorMessage ?? "")")
            }
        }
    }
}
