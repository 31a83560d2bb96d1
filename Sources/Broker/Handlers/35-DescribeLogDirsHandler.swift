import KafkaProtocol
import LogStorage

/// Tells the sizes of this broker's replicas by log directory, copies that moves make among them, and how full each volume is
/// (KIP-113, KIP-827).
package struct DescribeLogDirsHandler {
    let replicas: ReplicaManager
    let moves: ReplicaMoves

    private typealias Entry = DescribeLogDirsResponse.Result.Partition

    func handle(_ request: Request<DescribeLogDirsRequest>) {
        let wanted = request.body.topics.map { topics in
            Set(topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0) } })
        }
        var response = DescribeLogDirsResponse()
        response.results = replicas.logs.managers.map { describe($0, wanted) }
        request.reply(response)
    }

    private func describe(_ manager: LogManager, _ wanted: Set<TopicPartition>?) -> DescribeLogDirsResponse.Result {
        var result = DescribeLogDirsResponse.Result()
        result.logDir = manager.directory
        if let space = try? manager.disk.space(manager.directory) {
            result.totalBytes = space.total
            result.usableBytes = space.free
        }
        var shown = manager.logs.values.map { ($0, entry($0, lag: max(0, $0.highWatermark - $0.logEndOffset))) }
        shown += moves.copies(in: manager).map { ($0.copy, entry($0.copy, lag: $0.lag, isFuture: true)) }
        shown = shown.filter { wanted?.contains($0.0.topicPartition) ?? true }
        result.topics = Dictionary(grouping: shown, by: \.0.topicPartition.topic).sorted { $0.key < $1.key }
            .map { name, entries in
                var topic = DescribeLogDirsResponse.Result.Topic()
                topic.name = name
                topic.partitions = entries.map(\.1).sorted { $0.partitionIndex < $1.partitionIndex }
                return topic
            }
        return result
    }

    private func entry(_ log: Log, lag: Int64, isFuture: Bool = false) -> Entry {
        var answer = Entry()
        answer.partitionIndex = log.topicPartition.partition
        answer.partitionSize = log.sizeInBytes
        answer.offsetLag = lag
        answer.isFutureKey = isFuture
        return answer
    }
}
