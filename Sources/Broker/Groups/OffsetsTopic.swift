import ClusterMetadata
import Coordinators
import KafkaProtocol

/// `__consumer_offsets`: made on demand, then the place where every group has its partition and coordinator.
package final class OffsetsTopic {
    package static let name = InternalTopics.offsets

    private let partitions: Int32
    private let replicationFactor: Int16
    private let segmentBytes: Int64
    private let nodeID: BrokerID
    private let clusterSize: Int
    private let channel: ControllerChannel
    private let log: NodeLog
    private var creating = false
    /// The metadata that lookups go by.
    var image = MetadataImage()

    /// `clusterSize` is the number of brokers that are expected, so that the topic is not made with too few replicas
    /// while a cluster starts.
    package init(config: BrokerConfig, channel: ControllerChannel, log: NodeLog) throws {
        partitions = Int32(clamping: try config.int("offsets.topic.num.partitions", 50, atLeast: 1))
        replicationFactor = Int16(clamping: try config.int("offsets.topic.replication.factor", 3, atLeast: 1))
        segmentBytes = try config.int("offsets.topic.segment.bytes", 104_857_600, atLeast: 1)
        nodeID = config.nodeID
        clusterSize = config.voters.count
        self.channel = channel
        self.log = log
    }

    /// The partition of a group; nil while there is no topic. The topic's own count is what places groups, not the
    /// setting.
    func partition(of group: String) -> Int32? {
        guard let topic = image.topic(named: Self.name), !topic.partitions.isEmpty else { return nil }
        return CoordinatorPlacement.partition(of: group, partitions: Int32(topic.partitions.count))
    }

    /// The broker that coordinates a group, for clients.
    func coordinator(of group: String) -> Result<(id: BrokerID, endpoint: Endpoint), ErrorCode> {
        guard let partition = partition(of: group) else {
            create()
            return .failure(.coordinatorNotAvailable)
        }
        guard let leader = image.partition(Self.name, partition)?.leader, let broker = image.brokers[leader],
            !broker.fenced, let endpoint = broker.endpoint("PLAINTEXT")
        else { return .failure(.coordinatorNotAvailable) }
        return .success((leader, Endpoint(host: endpoint.host, port: Int(endpoint.port))))
    }

    /// Asks the controller for the topic, once at a time; the next lookup asks again if it could not be made.
    private func create() {
        guard !creating else { return }
        creating = true
        var topic = CreateTopicsRequest.Topic()
        topic.name = Self.name
        topic.numPartitions = partitions
        topic.replicationFactor = min(replicationFactor, Int16(clamping: max(clusterSize, image.brokers.count)))
        let configs = [
            ("cleanup.policy", "compact"), ("compression.type", "producer"), ("segment.bytes", String(segmentBytes)),
        ]
        topic.configs = configs.map { name, value in
            var config = CreateTopicsRequest.Topic.Config()
            config.name = name
            config.value = value
            return config
        }
        var request = CreateTopicsRequest()
        request.topics = [topic]
        request.timeoutMs = 5_000
        let client = ClientInfo(clientID: "broker-\(nodeID)", host: "/127.0.0.1")
        channel.send(request, version: 7, client: client, timeout: 5_000) { [weak self] result in
            self?.created(result)
        }
    }

    private func created(_ result: Result<CreateTopicsResponse, ErrorCode>) {
        creating = false
        switch result {
        case .success(let response):
            guard let topic = response.topics.first, topic.errorCode != .none,
                topic.errorCode != .topicAlreadyExists
            else { return }
            log.warn("\(Self.name) was not made: \(topic.errorMessage ?? topic.errorCode.name)")
        case .failure(let error): log.warn("\(Self.name) was not made: \(error.name)")
        }
    }
}
