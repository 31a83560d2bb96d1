import Coordinators
import KafkaProtocol

/// Adds partitions to transactions coordinated here; from version 4 on for several, and for partition leaders that only
/// ask whether they are in (KIP-890).
struct AddPartitionsToTxnHandler {
    let transactions: TransactionRuntime

    func handle(_ request: Request<AddPartitionsToTxnRequest>) {
        if request.version >= 4 { return handleSeveral(request) }
        let body = request.body
        var single = AddPartitionsToTxnRequest.Transaction()
        single.transactionalID = body.transactionalID
        single.producerID = body.producerID
        single.producerEpoch = body.producerEpoch
        single.topics = body.topics
        outcome(of: single, request.version) { topics in
            var response = AddPartitionsToTxnResponse()
            response.topics = topics
            request.reply(response)
        }
    }

    private func handleSeveral(_ request: Request<AddPartitionsToTxnRequest>) {
        var response = AddPartitionsToTxnResponse()
        var left = request.body.transactions.count
        guard left > 0 else { return request.reply(response) }
        for transaction in request.body.transactions {
            outcome(of: transaction, request.version) { topics in
                var result = AddPartitionsToTxnResponse.Transaction()
                result.transactionalID = transaction.transactionalID
                result.topics = topics
                response.transactions.append(result)
                left -= 1
                if left == 0 { request.reply(response) }
            }
        }
    }

    private typealias Done = ([AddPartitionsToTxnResponse.Topic]) -> Void

    private func outcome(of asked: AddPartitionsToTxnRequest.Transaction, _ version: Int16, _ done: @escaping Done) {
        let wanted = Set(asked.topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0) } })
        let image = transactions.topic.image
        let unknown = wanted.filter { image.partition($0.topic, $0.partition) == nil }
        guard unknown.isEmpty else {
            return done(
                Self.answer(asked) { unknown.contains($0) ? .unknownTopicOrPartition : .operationNotAttempted })
        }
        let id = asked.transactionalID
        if asked.verifyOnly {
            switch transactions.coordinator(of: id) {
            case .failure(let error): done(Self.answer(asked) { _ in error })
            case .success(let active):
                let codes = active.coordinator.verify(
                    wanted, in: id, producerID: asked.producerID, epoch: asked.producerEpoch)
                // Before version 5 TRANSACTION_ABORTABLE was not known.
                let missing = version >= 5 ? ErrorCode.transactionAbortable : .invalidTxnState
                done(
                    Self.answer(asked) {
                        let code = codes[$0] ?? .unknownServerError
                        return code == .transactionAbortable ? missing : code
                    })
            }
            return
        }
        transactions.submit(id) {
            $0.addPartitions(
                wanted, to: id, producerID: asked.producerID, epoch: asked.producerEpoch, token: $1, now: $2)
        } done: { outcome in
            let code = outcome.fencing(asIn: version, since: 2).errorCode
            done(Self.answer(asked) { _ in code })
        }
    }

    private static func answer(
        _ asked: AddPartitionsToTxnRequest.Transaction, _ code: (TopicPartition) -> ErrorCode
    ) -> [AddPartitionsToTxnResponse.Topic] {
        asked.topics.map { topic in
            NamedTopic(
                topic.name, topic.partitions.map { PartitionOutcome($0, code(TopicPartition(topic.name, $0))) })
        }
    }
}
