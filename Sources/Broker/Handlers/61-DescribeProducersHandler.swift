import KafkaProtocol
import LogStorage

/// Tells which idempotent and transactional producers a partition led here remembers (KIP-664).
package struct DescribeProducersHandler {
    let replicas: ReplicaManager

    func handle(_ request: Request<DescribeProducersRequest>) {
        var response = DescribeProducersResponse()
        response.topics = request.body.topics.map { topic in
            NamedTopic(topic.name, topic.partitions.map { answer(TopicPartition(topic.name, $0)) })
        }
        request.reply(response)
    }

    private func answer(_ key: TopicPartition) -> DescribeProducersResponse.Partition {
        var answer = DescribeProducersResponse.Partition()
        answer.partitionIndex = key.partition
        guard let partition = replicas.partition(key) else {
            answer.errorCode = replicas.absent(key)
            return answer
        }
        answer.errorCode = partition.checkLeader()
        guard answer.errorCode == .none else { return answer }
        answer.activeProducers = partition.log.producers.active.map { known in
            var producer = DescribeProducersResponse.ProducerState()
            producer.producerID = known.producerID
            producer.producerEpoch = Int32(known.epoch)
            producer.lastSequence = known.lastSequence
            producer.lastTimestamp = known.lastTimestamp
            producer.coordinatorEpoch = known.coordinatorEpoch
            producer.currentTxnStartOffset = known.transactionStart ?? -1
            return producer
        }
        return answer
    }
}
