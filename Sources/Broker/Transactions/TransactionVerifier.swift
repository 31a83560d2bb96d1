import KafkaProtocol

/// Asks transaction coordinators whether partitions are in the open transaction of a producer, before this broker takes
/// the first batch of it (KIP-890): without that, a batch that comes late could open a transaction that nobody ends.
package final class TransactionVerifier {
    private let nodeID: BrokerID
    private let transactions: TransactionRuntime
    private let peers: any Peers

    package init(nodeID: BrokerID, transactions: TransactionRuntime, peers: any Peers) {
        self.nodeID = nodeID
        self.transactions = transactions
        self.peers = peers
    }

    /// Calls `done` once with a code for each partition: none, or what a producer is to be told.
    ///
    /// `knowsAbortable`: whether the client's version of the request knows TRANSACTION_ABORTABLE.
    func verify(
        _ partitions: Set<TopicPartition>, in id: String, producerID: Int64, epoch: Int16, knowsAbortable: Bool,
        done: @escaping ([TopicPartition: ErrorCode]) -> Void
    ) {
        let answer: ([TopicPartition: ErrorCode]) -> Void = { codes in
            done(
                Dictionary(
                    partitions.map { ($0, Self.forProducer(codes[$0] ?? .networkException, knowsAbortable)) },
                    uniquingKeysWith: { first, _ in first }))
        }
        switch transactions.topic.coordinator(of: id) {
        case .failure: answer([:])
        case .success(let found) where found.id == nodeID:
            guard case .success(let active) = transactions.coordinator(of: id) else { return answer([:]) }
            answer(active.coordinator.verify(partitions, in: id, producerID: producerID, epoch: epoch))
        case .success(let found):
            var transaction = AddPartitionsToTxnRequest.Transaction()
            transaction.transactionalID = id
            transaction.producerID = producerID
            transaction.producerEpoch = epoch
            transaction.verifyOnly = true
            transaction.topics = partitions.byTopic()
            var request = AddPartitionsToTxnRequest()
            request.transactions = [transaction]
            peers.send(
                request, version: 5, to: found.endpoint, lane: .verification, timeout: Limits.verificationTimeout
            ) { result in
                guard let response = try? result.get(), response.errorCode == .none else { return answer([:]) }
                answer(Self.codes(response))
            }
        }
    }

    private static func codes(_ response: AddPartitionsToTxnResponse) -> [TopicPartition: ErrorCode] {
        var codes: [TopicPartition: ErrorCode] = [:]
        for topic in response.transactions.first?.topics ?? [] {
            for partition in topic.partitions {
                codes[TopicPartition(topic.name, partition.partitionIndex)] = partition.errorCode
            }
        }
        return codes
    }

    /// What passes by itself becomes NOT_ENOUGH_REPLICAS, which every producer repeats.
    private static func forProducer(_ code: ErrorCode, _ knowsAbortable: Bool) -> ErrorCode {
        switch code {
        case .networkException, .coordinatorLoadInProgress, .coordinatorNotAvailable, .notCoordinator,
            .concurrentTransactions:
            .notEnoughReplicas
        case .producerFenced: .invalidProducerEpoch
        case .transactionAbortable: knowsAbortable ? code : .invalidTxnState
        default: code
        }
    }
}
