import ClusterMetadata
import Coordinators
import KafkaProtocol

/// Has the markers of ended transactions written by the leaders of their partitions, and tries again until they are:
/// with a new leader, after a broker came back. One request at a time is under way to each broker, with all that waits for
/// it. Loop only.
final class MarkerSender {
    /// The markers of one transaction.
    private final class Errand {
        let markers: TransactionMarkers
        let isWanted: () -> Bool
        let written: (Set<TopicPartition>) -> Void
        /// Somebody newer has taken over the producer or the coordination.
        var isFenced = false

        init(
            _ markers: TransactionMarkers, isWanted: @escaping () -> Bool,
            written: @escaping (Set<TopicPartition>) -> Void
        ) {
            self.markers = markers
            self.isWanted = isWanted
            self.written = written
        }
    }

    /// One marker that is to be written.
    private struct Item {
        let errand: Errand
        let partition: TopicPartition
        /// After a failure: when it may be tried again.
        var notBefore: Int64 = 0
    }

    private let delivery: any MarkerDelivery
    private let clock: any Clock
    private let log: NodeLog
    private var image = MetadataImage()
    private var waiting: [Item] = []
    private var busy: Set<BrokerID> = []
    private var isRetryScheduled = false

    init(delivery: any MarkerDelivery, clock: any Clock, log: NodeLog) {
        self.delivery = delivery
        self.clock = clock
        self.log = log
    }

    /// Leaders may have changed.
    func apply(_ image: MetadataImage) {
        self.image = image
        if !waiting.isEmpty { pump() }
    }

    /// Takes markers in.
    ///
    /// - Parameters:
    ///   - isWanted: whether the coordinator that asks is still at work; when not, what is left is dropped.
    ///   - written: told of partitions that have their marker, or are gone; several times.
    func send(
        _ markers: TransactionMarkers, isWanted: @escaping () -> Bool,
        written: @escaping (Set<TopicPartition>) -> Void
    ) {
        let errand = Errand(markers, isWanted: isWanted, written: written)
        waiting += markers.partitions.sorted().map { Item(errand: errand, partition: $0) }
        pump()
    }

    // MARK: Sending

    /// Sends what can go now: to each broker that is not busy, the markers for partitions that it leads.
    private func pump() {
        var loads: [BrokerID: [Item]] = [:]
        var kept: [Item] = []
        var gone: [Item] = []
        for item in waiting where !item.errand.isFenced && item.errand.isWanted() {
            guard let state = image.partition(item.partition.topic, item.partition.partition) else {
                gone.append(item)
                continue
            }
            if item.notBefore <= clock.now, !busy.contains(state.leader), endpoint(of: state.leader) != nil,
                loads[state.leader]?.count ?? 0 < Limits.markersPerRequest
            {
                loads[state.leader, default: []].append(item)
            } else {
                kept.append(item)
            }
        }
        waiting = kept
        for (broker, items) in loads { send(items, to: broker) }
        // A partition that was deleted needs no marker.
        for item in gone { item.errand.written([item.partition]) }
        scheduleRetry()
    }

    private func endpoint(of broker: BrokerID) -> Endpoint? {
        image.brokers[broker]?.endpoints.first.map { Endpoint(host: $0.host, port: Int($0.port)) }
    }

    private func scheduleRetry() {
        guard !isRetryScheduled, !waiting.isEmpty else { return }
        isRetryScheduled = true
        clock.schedule(after: Limits.markerRetry) { [weak self] in
            self?.isRetryScheduled = false
            self?.pump()
        }
    }

    private func send(_ items: [Item], to broker: BrokerID) {
        guard let endpoint = endpoint(of: broker) else { return waiting += items }
        busy.insert(broker)
        delivery.deliver(Self.request(items), to: broker, at: endpoint) { [weak self] response in
            self?.answered(items, by: broker, response)
        }
    }

    private static func request(_ items: [Item]) -> WriteTxnMarkersRequest {
        var request = WriteTxnMarkersRequest()
        for (_, items) in Dictionary(grouping: items, by: { ObjectIdentifier($0.errand) }) {
            guard let markers = items.first?.errand.markers else { continue }
            var marker = WriteTxnMarkersRequest.Marker()
            marker.producerID = markers.producerID
            marker.producerEpoch = markers.producerEpoch
            marker.transactionResult = markers.isCommit
            marker.coordinatorEpoch = markers.coordinatorEpoch
            marker.topics = items.map(\.partition).byTopic()
            request.markers.append(marker)
        }
        return request
    }

    // MARK: Answers

    private func answered(_ items: [Item], by broker: BrokerID, _ response: WriteTxnMarkersResponse?) {
        busy.remove(broker)
        var codes: [Int64: [TopicPartition: ErrorCode]] = [:]
        for marker in response?.markers ?? [] {
            for topic in marker.topics {
                for partition in topic.partitions {
                    codes[marker.producerID, default: [:]][TopicPartition(topic.name, partition.partitionIndex)] =
                        partition.errorCode
                }
            }
        }
        var written: [ObjectIdentifier: (errand: Errand, partitions: Set<TopicPartition>)] = [:]
        for var item in items {
            let markers = item.errand.markers
            switch codes[markers.producerID]?[item.partition] {
            case .some(.none), .unsupportedForMessageFormat?, .unsupportedVersion?:
                written[ObjectIdentifier(item.errand), default: (item.errand, [])].partitions.insert(item.partition)
            case .invalidProducerEpoch?, .transactionCoordinatorFenced?:
                if !item.errand.isFenced {
                    log.warn("\(item.partition): the end of transaction \(markers.transactionalID) is out of date")
                }
                item.errand.isFenced = true
            case .unknownTopicOrPartition?, .notLeaderOrFollower?, .notEnoughReplicas?, .notEnoughReplicasAfterAppend?,
                .requestTimedOut?, .kafkaStorageError?, nil:
                item.notBefore = clock.now + Limits.markerRetry
                waiting.append(item)
            case let code?:
                log.error("\(item.partition): marker of \(markers.transactionalID) refused: \(code.name)")
                item.notBefore = clock.now + Limits.markerRetry
                waiting.append(item)
            }
        }
        for (errand, partitions) in written.values where errand.isWanted() { errand.written(partitions) }
        pump()
    }
}
