import Coordinators
import KafkaProtocol

/// The APIs of transactions.
package enum TransactionHandlers {
    /// Registers them all; `markers` writes the markers that other coordinators send.
    package static func register(
        on router: RequestRouter, transactions: TransactionRuntime, groups: GroupRuntime, replicas: ReplicaManager,
        producerIDs: ProducerIDs, markers: MarkerWriter, verifier: TransactionVerifier
    ) {
        router.on(
            InitProducerIdRequest.self,
            InitProducerIdHandler(producerIDs: producerIDs, transactions: transactions).handle)
        router.on(AddPartitionsToTxnRequest.self, AddPartitionsToTxnHandler(transactions: transactions).handle)
        router.on(
            AddOffsetsToTxnRequest.self,
            AddOffsetsToTxnHandler(transactions: transactions, groups: groups.topic).handle)
        router.on(EndTxnRequest.self, EndTxnHandler(transactions: transactions).handle)
        router.on(WriteTxnMarkersRequest.self, markers.handle)
        router.on(
            TxnOffsetCommitRequest.self,
            TxnOffsetCommitHandler(groups: groups, replicas: replicas, verifier: verifier).handle)
        router.on(DescribeTransactionsRequest.self, DescribeTransactionsHandler(transactions: transactions).handle)
        router.on(ListTransactionsRequest.self, ListTransactionsHandler(transactions: transactions).handle)
        router.on(
            FindCoordinatorRequest.self,
            FindCoordinatorHandler(groups: groups.topic, transactions: transactions.topic).handle)
    }
}

extension TransactionResponse {
    /// PRODUCER_FENCED in the words of versions before it was known.
    func fencing(asIn version: Int16, since: Int16) -> TransactionResponse {
        self == .refused(.producerFenced) && version < since ? .refused(.invalidProducerEpoch) : self
    }

    var errorCode: ErrorCode {
        if case .refused(let error) = self { error } else { .none }
    }
}
