import ClusterMetadata
import KafkaProtocol
import KafkaRecords

/// An internal topic of coordinators: made on demand, then the place where every key (a group, a transactional id) has its
/// partition and coordinator. Loop only.
package final class CoordinatorTopic {
    /// How the topic is made.
    package struct Plan: Sendable {
        var name: String
        var partitions: Int32
        var replicationFactor: Int
        var configs: [(name: String, value: String)]

        /// `__consumer_offsets`
        package static func offsets(_ config: BrokerConfig) throws -> Plan {
            let segmentBytes = try config.int("offsets.topic.segment.bytes", 104_857_600, atLeast: 1)
            return Plan(
                name: InternalTopics.offsets,
                partitions: Int32(clamping: try config.int("offsets.topic.num.partitions", 50, atLeast: 1)),
                replicationFactor: Int(try config.int("offsets.topic.replication.factor", 3, atLeast: 1)),
                configs: [
                    ("cleanup.policy", "compact"), ("compression.type", "producer"),
                    ("segment.bytes", String(segmentBytes)),
                ])
        }

        /// `__transaction_state`
        package static func transactions(_ config: BrokerConfig) throws -> Plan {
            let segmentBytes = try config.int("transaction.state.log.segment.bytes", 104_857_600, atLeast: 1)
            let minISR = try config.int("transaction.state.log.min.isr", 2, atLeast: 1)
            return Plan(
                name: InternalTopics.transactions,
                partitions: Int32(clamping: try config.int("transaction.state.log.num.partitions", 50, atLeast: 1)),
                replicationFactor: Int(try config.int("transaction.state.log.replication.factor", 3, atLeast: 1)),
                configs: [
                    ("cleanup.policy", "compact"), ("compression.type", "uncompressed"),
                    ("min.insync.replicas", String(minISR)), ("segment.bytes", String(segmentBytes)),
                    ("unclean.leader.election.enable", "false"),
                ])
        }
    }

    private let plan: Plan
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

    package init(_ plan: Plan, config: BrokerConfig, channel: ControllerChannel, clock: any Clock, log: NodeLog) {
        self.plan = plan
        nodeID = config.nodeID
        clusterSize = max(config.voters.count, config.bootstrapServers.count)
        self.channel = channel
        self.clock = clock
        self.log = log
    }

    var name: String { plan.name }

    /// The partition of a key; nil while there is no topic. The topic's own count is what places keys, not the setting.
    func partition(of key: String) -> Int32? {
        guard let topic = image.topic(named: name), !topic.partitions.isEmpty else { return nil }
        return CoordinatorPartition.of(key, count: Int32(topic.partitions.count))
    }

    /// The broker that coordinates a key, for clients and brokers.
    func coordinator(of key: String) -> Result<(id: BrokerID, endpoint: Endpoint), ErrorCode> {
        guard let partition = partition(of: key) else {
            makeWhenBrokersAreThere()
            return .failure(.coordinatorNotAvailable)
        }
        guard let leader = image.partition(name, partition)?.leader,
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
        let patient = clock.now - asked < Limits.internalTopicPatience
        guard !isBeingMade, live >= min(plan.replicationFactor, clusterSize) || !patient else { return }
        make(replicas: max(1, min(plan.replicationFactor, live)))
    }

    private func make(replicas: Int) {
        isBeingMade = true
        var topic = CreateTopicsRequest.Topic()
        topic.name = name
        topic.numPartitions = plan.partitions
        topic.replicationFactor = Int16(clamping: replicas)
        topic.configs = plan.configs.map { name, value in
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
            log.warn("\(name) was not made: \(topic.errorMessage ?? topic.errorCode.name)")
        case .failure(let error): log.warn("\(name) was not made: \(error.name)")
        }
    }
}
