import ClusterMetadata
import KafkaProtocol

/// The image as clients are told of it: brokers that can be reached, and partitions with what is wrong with them.
struct ClusterView {
    /// A broker and where clients reach it.
    struct Broker: Equatable {
        let id: BrokerID
        let host: String
        let port: Int32
        let rack: String?
        let isFenced: Bool
    }

    let image: MetadataImage
    /// Live brokers in the order of their ids.
    let brokers: [Broker]
    private let live: Set<BrokerID>

    /// The listener that clients use; every broker of the bundled cluster has just this one.
    private static let listener = "PLAINTEXT"

    /// Without an authorizer everything is allowed: a bit per operation that topics know.
    static let topicOperations = bits([3, 4, 5, 6, 7, 8, 10, 11])
    /// The same for the cluster.
    static let clusterOperations = bits([5, 7, 8, 9, 10, 11, 12])

    init(image: MetadataImage, includingFenced: Bool = false) {
        self.image = image
        brokers = image.sortedBrokers.compactMap { broker in
            guard includingFenced || !broker.fenced,
                let endpoint = broker.endpoint(Self.listener) ?? broker.endpoints.first
            else { return nil }
            return Broker(
                id: broker.id, host: endpoint.host, port: Int32(endpoint.port), rack: broker.rack,
                isFenced: broker.fenced)
        }
        live = Set(brokers.filter { !$0.isFenced }.map(\.id))
    }

    func isLive(_ broker: BrokerID) -> Bool { live.contains(broker) }

    /// The broker that clients send controller requests to: the active controller while it is live, else any live
    /// broker, for each of them passes such requests on. −1 when there is none.
    func controllerForClients(_ active: BrokerID?) -> BrokerID {
        if let active, isLive(active) { return active }
        return brokers.first { !$0.isFenced }?.id ?? -1
    }

    /// What clients are told of a partition that they cannot use.
    func error(of partition: PartitionState) -> ErrorCode { isLive(partition.leader) ? .none : .leaderNotAvailable }

    private static func bits(_ operations: [Int32]) -> Int32 { operations.reduce(0) { $0 | 1 << $1 } }
}
