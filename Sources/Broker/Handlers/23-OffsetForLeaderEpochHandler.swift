import KafkaProtocol

/// Says where leader epochs end, so that consumers notice that what they read was replaced (KIP-320).
package struct OffsetForLeaderEpochHandler {
    let replicas: ReplicaManager

    func handle(_ request: Request<OffsetForLeaderEpochRequest>) {
        var response = OffsetForLeaderEpochResponse()
        response.topics = request.body.topics.map { topic in
            var entry = OffsetForLeaderEpochResponse.Topic()
            entry.name = topic.name
            entry.partitions = topic.partitions.map { ask in
                var answer = OffsetForLeaderEpochResponse.Partition()
                answer.partition = ask.partition
                let key = TopicPartition(topic.name, ask.partition)
                guard let partition = replicas.partition(key) else {
                    answer.errorCode = replicas.absent(key)
                    return answer
                }
                answer.errorCode = partition.checkLeader(epoch: ask.currentLeaderEpoch)
                if answer.errorCode == .none, let end = partition.log.endOffset(for: ask.leaderEpoch) {
                    answer.leaderEpoch = end.epoch
                    answer.endOffset = end.endOffset
                }
                return answer
            }
            return entry
        }
        request.reply(response)
    }
}
