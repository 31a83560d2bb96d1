import ClusterMetadata
import Coordinators
import KafkaProtocol
import KafkaRecords

/// `__consumer_offsets`: made on demand, then the place where every group has its partition and coordinator. Loop only.
package final class OffsetsTopic {
    private let partitions: Int32
    private let replicationFactor: Int
    private let segmentBytes: Int64
    private let nodeID: BrokerID
    /// How many brokers the cluster consists of when all are there.
    private let clusterSize: Int
    private let channel: ControllerChannel
    private let clock: any Clock
    private let log: NodeLog
    private var isBeingMade = false
    private var firstAsked: Int64?
    /// The metadata that lookups go by.
    var image = MetadataImage()

    package init(config: BrokerConfig, channel: ControllerChannel, clock: any Clock, log: NodeLog) throws {
        partitions = Int32(clamping: try config.int("offsets.topic.num.partitions", 50, atLeast: 1))
        replicationFactor = Int(try config.int("offsets.topic.replication.factor", 3, atLeast: 1))
        segmentBytes = try config.int("offsets.topic.segment.bytes", 104_857_600, atLeast: 1)
        nodeID = config.nodeID
        clusterSize = config.voters.count
        self.channel = channel
        self.clock = clock
        self.log = log
    }

    /// The partition of a group; nil while there is no topic. The topic's own count is what places groups, not the
    /// setting.
    func partition(of group: String) -> Int32? {
        guard let topic = image.topic(named: InternalTopics.offsets), !topic.partitions.isEmpty else { return nil }
        return CoordinatorPartition.of(group, count: Int32(topic.partitions.count))
    }

    /// The broker that coordinates a group, for clients.
    func coordinator(of group: String) -> Result<(id: BrokerID, endpoint: Endpoint), ErrorCode> {
        guard let partition = partition(of: group) else {
            makeWhenBrokersAreThere()
            return .failure(.coordinatorNotAvailable)
        }
        guard let leader = image.partition(InternalTopics.offsets, partition)?.leader,
            let broker = image.brokers[leader], !broker.fenced, let endpoint = broker.endpoint("PLAINTEXT")
        else { return .failure(.coordinatorNotAvailable) }
        return .success((leader, Endpoint(host: endpoint.host, port: Int(endpoint.port))))
    }

    /// A topic made while a cluster starts would keep too few replicas for good, so all brokers are waited for a while.
    /// Clients repeat their question, so waiting means only to answer COORDINATOR_NOT_AVAILABLE once more.
    private func makeWhenBrokersAreThere() {
        let asked = firstAsked ?? clock.now
        firstAsked = asked
        let live = image.liveBrokers.count
        let patient = clock.now - asked < Limits.offsetsTopicPatience
        guard !isBeingMade, live >= min(replicationFactor, clusterSize) || !patient else { return }
        make(replicas: max(1, min(replicationFactor, live)))
    }

    private func make(replicas: Int) {
        isBeingMade = true
        var topic = CreateTopicsRequest.Topic()
        topic.name = InternalTopics.offsets
        topic.numPartitions = partitions
        topic.replicationFactor = Int16(clamping: replicas)
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
            self?.made(result)
        }
    }

    private func made(_ result: Result<CreateTopicsResponse, ErrorCode>) {
        isBeingMade = false
        switch result {
        case .success(let response):
            guard let topic = response.topics.first, ![.none, .topicAlreadyExists].contains(topic.errorCode) else {
                return
            }
            log.warn("\(InternalTopics.offsets) was not made: \(topic.errorMessage ?? topic.errorCode.name)")
        case .failure(let error): log.warn("\(InternalTopics.offsets) was not made: \(error.name)")
        }
    }
}
