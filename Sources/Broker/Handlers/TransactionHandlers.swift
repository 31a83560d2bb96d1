import Coordinators
import KafkaProtocol

/// The APIs of transactions.
package enum TransactionHandlers {
    /// Registers them all; `markers` writes the markers that other coordinators send, `gate` holds questions for
    /// coordinators until this broker knows the cluster.
    package static func register(
        on router: RequestRouter, transactions: TransactionRuntime, groups: GroupRuntime, replicas: ReplicaManager,
        producerIDs: ProducerIDs, markers: MarkerWriter, verifier: TransactionVerifier, gate: StartupGate
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
        // librdkafka asks a broker three times in a row, and then not before the state of some connection changes.
        let find = FindCoordinatorHandler(groups: groups.topic, transactions: transactions.topic)
        router.on(FindCoordinatorRequest.self) { gate.pass($0, to: find.handle) }
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
