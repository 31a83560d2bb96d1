import ClusterMetadata
import Coordinators
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Runs the group coordinators of the `__consumer_offsets` partitions that this broker leads. Loop only.
package final class GroupRuntime {
    typealias Active = CoordinatorPartitions<GroupCoordinator>.Active

    let partitions: CoordinatorPartitions<GroupCoordinator>
    private var random: any RandomNumberGenerator

    package init(
        nodeID: BrokerID, config: GroupConfig, topic: CoordinatorTopic, records: any CoordinatorLog, clock: any Clock,
        random: any RandomNumberGenerator, log: NodeLog
    ) {
        self.random = random
        partitions = CoordinatorPartitions(nodeID: nodeID, topic: topic, records: records, clock: clock, log: log) {
            _ in
            GroupLoader(config: config)
        }
        partitions.perform = { [weak self] effect, active in self?.perform(effect, of: active) }
    }

    var topic: CoordinatorTopic { partitions.topic }

    /// Acts upon new metadata; `delta` is nil for everything at once, as at start. Must be called after the replicas have
    /// been told, as loading reads their logs.
    package func apply(_ image: MetadataImage, _ delta: MetadataDelta?) {
        partitions.apply(image)
        // A topic made anew under the same name keeps what is committed to it from now on.
        let deleted = Set((delta?.deletedTopics ?? []).map(\.name))
        if !deleted.isEmpty { topicsDeleted(deleted) }
    }

    private func topicsDeleted(_ names: Set<String>) {
        for slot in partitions.slots.values {
            switch slot {
            case .loading(let loading): loading.loader.topicsDeleted(names)
            case .active(let active): partitions.run(active) { $0.topicsDeleted(names, now: $1) }
            }
        }
    }

    // MARK: Requests

    /// The coordinator of a group, or why there is none here.
    func coordinator(of group: String) -> Result<Active, ErrorCode> { partitions.coordinator(of: group) }

    /// The same for requests of members, which must name a group.
    func memberCoordinator(of group: String) -> Result<Active, ErrorCode> {
        group.isEmpty ? .failure(.invalidGroupId) : coordinator(of: group)
    }

    /// Hands a request to a coordinator; `answer` gets the one response to it, now or later.
    func submit(
        to active: Active, _ event: (inout GroupCoordinator, RequestToken, Timestamp) -> [GroupEffect],
        answer: @escaping (GroupResponse) -> Void
    ) { partitions.submit(to: active, event, answer: answer) }

    /// Who asks, with the randomness of a new member id.
    func client(_ info: ClientInfo) -> GroupClient {
        GroupClient(clientID: info.clientID, host: info.host, nonce: .random(using: &random))
    }

    /// Ends a transaction in a partition of the offsets topic; `done` gets the error of the marker's append.
    func endTransaction(
        in partition: Int32, with marker: TransactionMarker, done: @escaping (ErrorCode) -> Void
    ) {
        switch partitions.coordinator(at: partition) {
        case .failure(let error): done(error)
        case .success(let active):
            submit(to: active) {
                $0.endTransaction(marker, token: $1, now: $2)
            } answer: {
                guard case .transactionEnded(let error) = $0 else { return }
                done(error)
            }
        }
    }

    // MARK: Effects

    private func perform(_ effect: GroupEffect, of active: Active) {
        switch effect {
        case .append(let records, let token): append(records, nil, token, to: active)
        case .appendTransactional(let records, let id, let epoch, let token):
            append(records, CoordinatorBatches.Producer(id: id, epoch: epoch), token, to: active)
        case .appendMarker(let marker, let token):
            let timestamp = partitions.clock.wall
            append(token, to: active) { [try marker.batch(timestamp: timestamp).bytes] }
        case .reply(let token, let response): partitions.reply(token, response)
        }
    }

    private func append(
        _ records: [GroupRecord], _ producer: CoordinatorBatches.Producer?, _ token: WriteToken, to active: Active
    ) {
        let timestamp = partitions.clock.wall
        append(token, to: active) {
            try CoordinatorBatches.encode(records.map { try $0.encoded() }, in: producer, timestamp: timestamp)
        }
    }

    private func append(_ token: WriteToken, to active: Active, _ batches: () throws -> [ByteBuffer]) {
        partitions.append(to: active, batches) { coordinator, error, now in
            if let error { return coordinator.writeFailed(token, error: error, now: now) }
            return coordinator.committed(through: token, now: now)
        }
    }
}
