import KafkaProtocol
import LogStorage

/// Raises the log start of partitions led here and answers when every live replica has done so (KIP-107).
package struct DeleteRecordsHandler {
    let replicas: ReplicaManager

    private typealias Answer = DeleteRecordsResponse.Partition

    func handle(_ request: Request<DeleteRecordsRequest>) {
        var outcomes: [TopicPartition: ErrorCode] = [:]
        var waiting: [TopicPartition: Offset] = [:]
        for topic in request.body.topics {
            for ask in topic.partitions {
                let key = TopicPartition(topic.name, ask.partitionIndex)
                switch raise(key, to: ask.offset) {
                case .success(let offset): waiting[key] = offset
                case .failure(let code): outcomes[key] = code
                }
            }
        }
        let keys = Array(waiting.keys)
        for key in keys { replicas.operations.check(key) }
        let operation = DelayedOperation(
            on: .partitions(keys),
            attempt: { _ in
                for (key, offset) in waiting {
                    guard let done = settled(key, offset) else { continue }
                    waiting[key] = nil
                    outcomes[key] = done
                }
                return waiting.isEmpty ? { answer(request, outcomes) } : nil
            },
            expire: {
                for key in waiting.keys { outcomes[key] = .requestTimedOut }
                answer(request, outcomes)
            })
        replicas.operations.park(operation, timeout: Int64(request.body.timeoutMs))
    }

    private func raise(_ key: TopicPartition, to asked: Offset) -> Result<Offset, ErrorCode> {
        guard !ProduceHandler.internalTopics.contains(key.topic) else { return .failure(.invalidTopicException) }
        guard let partition = replicas.partition(key) else { return .failure(replicas.absent(key)) }
        guard partition.isLeader else { return .failure(.notLeaderOrFollower) }
        guard partition.config.cleanupPolicy.contains(.delete) else { return .failure(.policyViolation) }
        let offset = asked == -1 ? partition.log.highWatermark : asked
        guard offset >= 0 else { return .failure(.offsetOutOfRange) }
        do {
            try partition.log.raiseLogStart(to: offset)
            return .success(offset)
        } catch {
            return .failure((error as? StorageError)?.code ?? .kafkaStorageError)
        }
    }

    /// Nil while a live replica still keeps older records.
    private func settled(_ key: TopicPartition, _ offset: Offset) -> ErrorCode? {
        guard let partition = replicas.partition(key), partition.isLeader else { return .notLeaderOrFollower }
        return lowWatermark(of: partition) >= offset ? ErrorCode.none : nil
    }

    /// The lowest log start among the replicas that are alive.
    private func lowWatermark(of partition: Partition) -> Offset {
        partition.followers.filter { replicas.image.isActive($0.key) }
            .reduce(partition.log.logStartOffset) { min($0, $1.value.logStartOffset) }
    }

    private func answer(_ request: Request<DeleteRecordsRequest>, _ outcomes: [TopicPartition: ErrorCode]) {
        var response = DeleteRecordsResponse()
        response.topics = request.body.topics.map { topic in
            var entry = DeleteRecordsResponse.Topic()
            entry.name = topic.name
            entry.partitions = topic.partitions.map { ask in
                let key = TopicPartition(topic.name, ask.partitionIndex)
                var answer = Answer()
                answer.partitionIndex = ask.partitionIndex
                answer.errorCode = outcomes[key] ?? .unknownServerError
                answer.lowWatermark = -1
                if answer.errorCode == .none, let partition = replicas.partition(key) {
                    answer.lowWatermark = lowWatermark(of: partition)
                }
                return answer
            }
            return entry
        }
        request.reply(response)
    }
}
