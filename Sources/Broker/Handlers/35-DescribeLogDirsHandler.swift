import KafkaProtocol
import LogStorage

/// Tells the sizes of this broker's replicas and how full their volume is (KIP-113, KIP-827).
package struct DescribeLogDirsHandler {
    let replicas: ReplicaManager

    func handle(_ request: Request<DescribeLogDirsRequest>) {
        var result = DescribeLogDirsResponse.Result()
        result.logDir = replicas.logs.directory
        if let space = try? replicas.logs.disk.space(replicas.logs.directory) {
            result.totalBytes = space.total
            result.usableBytes = space.free
        }
        let wanted = request.body.topics.map { topics in
            Set(topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.topic, $0) } })
        }
        let shown = replicas.logs.logs.values.filter { wanted?.contains($0.topicPartition) ?? true }
        result.topics = Dictionary(grouping: shown, by: \.topicPartition.topic).sorted { $0.key < $1.key }
            .map { name, logs in
                var topic = DescribeLogDirsResponse.Result.Topic()
                topic.name = name
                topic.partitions = logs.sorted { $0.topicPartition < $1.topicPartition }.map(partition)
                return topic
            }
        var response = DescribeLogDirsResponse()
        response.results = [result]
        request.reply(response)
    }

    private func partition(_ log: Log) -> DescribeLogDirsResponse.Result.Topic.Partition {
        var answer = DescribeLogDirsResponse.Result.Topic.Partition()
        answer.partitionIndex = log.topicPartition.partition
        answer.partitionSize = log.sizeInBytes
        answer.offsetLag = max(0, log.highWatermark - log.logEndOffset)
        return answer
    }
}
