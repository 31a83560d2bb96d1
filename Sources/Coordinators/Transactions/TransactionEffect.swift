import KafkaProtocol

/// An answer to a request; the caller puts it into the shape of its API.
package enum TransactionResponse: Sendable, Equatable {
    /// InitProducerId: what the producer is to put into its batches.
    case initialized(producerID: Int64, epoch: Int16)
    /// AddPartitionsToTxn, AddOffsetsToTxn, EndTxn.
    case done
    case refused(ErrorCode)
}

/// The markers that end one transaction.
package struct TransactionMarkers: Sendable, Equatable {
    package var transactionalID: String
    package var producerID: Int64
    package var producerEpoch: Int16
    package var isCommit: Bool
    /// The leader epoch of the coordinator's partition, by which leaders refuse a coordinator of the past.
    package var coordinatorEpoch: Epoch
    package var partitions: Set<TopicPartition>
}

/// What a `TransactionCoordinator` asks of its caller, in order.
package enum TransactionEffect: Sendable, Equatable {
    /// Append the records to this coordinator's partition, then report `committed` when the high watermark has passed
    /// them, or `writeFailed`.
    case append([TransactionRecord], WriteToken)
    /// Answer a request. Every token is answered exactly once.
    case reply(RequestToken, TransactionResponse)
    /// Have the partitions' leaders write these markers, however long it takes, and report each with `markersWritten`.
    case writeMarkers(TransactionMarkers)
}
