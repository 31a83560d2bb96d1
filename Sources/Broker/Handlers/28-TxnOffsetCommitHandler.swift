import Coordinators
import KafkaProtocol
import LogStorage

/// Stores positions in a transaction with the group's coordinator, once the transaction coordinator has confirmed that the
/// transaction is open (KIP-890).
struct TxnOffsetCommitHandler {
    let groups: GroupRuntime
    let replicas: ReplicaManager
    let verifier: TransactionVerifier

    func handle(_ request: Request<TxnOffsetCommitRequest>) {
        let body = request.body
        switch groups.memberCoordinator(of: body.groupID) {
        case .failure(let error): refuse(request, error)
        case .success(let active): verify(request, active.partition)
        }
    }

    private func verify(_ request: Request<TxnOffsetCommitRequest>, _ key: TopicPartition) {
        let body = request.body
        guard let log = replicas.partition(key)?.log else { return refuse(request, .notCoordinator) }
        guard replicas.configs.bool("transaction.partition.verification.enable", in: replicas.image),
            let proof = log.startVerification(
                producerID: body.producerID, epoch: body.producerEpoch, sequence: -1, bumpsEpoch: false,
                now: replicas.clock.wall)
        else { return commit(request) }
        verifier.verify(
            [key], in: body.transactionalID, producerID: body.producerID, epoch: body.producerEpoch,
            knowsAbortable: request.version >= 4
        ) { codes in
            let code = codes[key] ?? .unknownServerError
            guard code == .none else {
                return refuse(request, code == .notEnoughReplicas ? .coordinatorNotAvailable : code)
            }
            // A marker that came meanwhile ended what was confirmed.
            guard log.isVerified(producerID: body.producerID, proof) else { return refuse(request, .invalidTxnState) }
            commit(request)
        }
    }

    private func commit(_ request: Request<TxnOffsetCommitRequest>) {
        let body = request.body
        switch groups.memberCoordinator(of: body.groupID) {
        case .failure(let error): refuse(request, error)
        case .success(let active):
            let image = groups.topic.image
            groups.submit(to: active) { coordinator, token, now in
                coordinator.commitOffsets(body, token: token, now: now) {
                    image.partition($0.topic, $0.partition) != nil
                }
            } answer: {
                guard case .txnOffsetCommit(let response) = $0 else { return }
                request.reply(response)
            }
        }
    }

    /// The same error for every partition, as this answer has no place for one error.
    private func refuse(_ request: Request<TxnOffsetCommitRequest>, _ error: ErrorCode) {
        // Clients of the first versions do not know the other.
        let code =
            request.version < 2 && error == .coordinatorLoadInProgress ? ErrorCode.coordinatorNotAvailable : error
        var response = TxnOffsetCommitResponse()
        response.topics = request.body.topics.map { topic in
            NamedTopic(topic.name, topic.partitions.map { PartitionOutcome($0.partitionIndex, code) })
        }
        request.reply(response)
    }
}
