import Coordinators
import KafkaProtocol

/// Adds a group's partition of `__consumer_offsets` to a transaction coordinated here.
struct AddOffsetsToTxnHandler {
    let transactions: TransactionRuntime
    let groups: CoordinatorTopic

    func handle(_ request: Request<AddOffsetsToTxnRequest>) {
        let body = request.body
        var response = AddOffsetsToTxnResponse()
        guard let partition = groups.partition(of: body.groupID) else {
            // The question makes the topic, and the client repeats its own.
            _ = groups.coordinator(of: body.groupID)
            response.errorCode = .coordinatorNotAvailable
            return request.reply(response)
        }
        transactions.submit(body.transactionalID) {
            $0.addPartitions(
                [TopicPartition(InternalTopics.offsets, partition)], to: body.transactionalID,
                producerID: body.producerID, epoch: body.producerEpoch, token: $1, now: $2)
        } done: { outcome in
            response.errorCode = outcome.fencing(asIn: request.version, since: 2).errorCode
            request.reply(response)
        }
    }
}
