import ClusterMetadata
import Coordinators
import KafkaProtocol

/// Runs the transaction coordinators of the `__transaction_state` partitions that this broker leads, and has their markers
/// written. Loop only.
package final class TransactionRuntime {
    typealias Active = CoordinatorPartitions<TransactionCoordinator>.Active

    let config: TransactionConfig
    let partitions: CoordinatorPartitions<TransactionCoordinator>
    private let markers: MarkerSender
    private let nextProducerID: (@escaping (Result<Int64, ErrorCode>) -> Void) -> Void

    /// - Parameters:
    ///   - nextProducerID: gives an unused producer id, perhaps later.
    ///   - delivery: brings markers to a broker.
    package init(
        nodeID: BrokerID, config: TransactionConfig, topic: CoordinatorTopic, records: any CoordinatorLog,
        clock: any Clock, log: NodeLog,
        nextProducerID: @escaping (@escaping (Result<Int64, ErrorCode>) -> Void) -> Void,
        delivery: any MarkerDelivery
    ) {
        self.config = config
        self.nextProducerID = nextProducerID
        markers = MarkerSender(delivery: delivery, clock: clock, log: log)
        partitions = CoordinatorPartitions(nodeID: nodeID, topic: topic, records: records, clock: clock, log: log) {
            TransactionLoader(config: config, epoch: $0)
        }
        partitions.perform = { [weak self] effect, active in self?.perform(effect, of: active) }
    }

    var topic: CoordinatorTopic { partitions.topic }

    /// Acts upon new metadata. Must be called after the replicas have been told, as loading reads their logs.
    package func apply(_ image: MetadataImage) {
        partitions.apply(image)
        markers.apply(image)
    }

    // MARK: Requests

    /// The coordinator of a transactional id, or why there is none here.
    func coordinator(of id: String) -> Result<Active, ErrorCode> { partitions.coordinator(of: id) }

    /// Hands a request about a transactional id to its coordinator; `done` gets the one answer to it, now or later.
    func submit(
        _ id: String, _ event: (inout TransactionCoordinator, RequestToken, Timestamp) -> [TransactionEffect],
        done: @escaping (TransactionResponse) -> Void
    ) {
        switch coordinator(of: id) {
        case .failure(let error): done(.refused(error))
        case .success(let active): partitions.submit(to: active, event, answer: done)
        }
    }

    /// InitProducerId with a transactional id.
    func initProducerID(_ request: InitProducerIdRequest, done: @escaping (TransactionResponse) -> Void) {
        let id = request.transactionalID ?? ""
        if let error = TransactionCoordinator.refusal(of: request, config: config) { return done(.refused(error)) }
        guard case .success(let active) = coordinator(of: id), active.coordinator.needsProducerID(for: request) else {
            return submit(id, { $0.initProducerID(request, freshID: nil, token: $1, now: $2) }, done: done)
        }
        nextProducerID { [weak self] result in
            switch result {
            case .failure(let error): done(.refused(error))
            case .success(let fresh):
                self?.submit(id, { $0.initProducerID(request, freshID: fresh, token: $1, now: $2) }, done: done)
            }
        }
    }

    // MARK: Effects

    private func perform(_ effect: TransactionEffect, of active: Active) {
        switch effect {
        case .append(let records, let token):
            let timestamp = partitions.clock.wall
            partitions.append(to: active) {
                try CoordinatorBatches.encode(records.map { try $0.encoded() }, timestamp: timestamp)
            } settled: { coordinator, error, now in
                if let error { return coordinator.writeFailed(token, error: error, now: now) }
                return coordinator.committed(through: token, now: now)
            }
        case .reply(let token, let response): partitions.reply(token, response)
        case .writeMarkers(let ending):
            markers.send(
                ending, isWanted: { [weak self, weak active] in active.map { self?.partitions.isCurrent($0) } == true },
                written: { [weak self, weak active] partitions in
                    guard let self, let active else { return }
                    self.partitions.run(active) {
                        $0.markersWritten(
                            partitions, of: ending.transactionalID, producerID: ending.producerID,
                            epoch: ending.producerEpoch, now: $1)
                    }
                })
        }
    }
}
