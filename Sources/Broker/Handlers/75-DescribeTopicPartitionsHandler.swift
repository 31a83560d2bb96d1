import ClusterMetadata
import KafkaProtocol

/// Lists topics in the order of their names, a page at a time (KIP-966).
package struct DescribeTopicPartitionsHandler {
    private let metadata: any MetadataSource

    package init(metadata: any MetadataSource) { self.metadata = metadata }

    package func handle(_ request: Request<DescribeTopicPartitionsRequest>) {
        let view = ClusterView(image: metadata.image)
        let asked = request.body.topics.map(\.name)
        let cursor = request.body.cursor
        let names = Set(asked.isEmpty ? Array(view.image.topicIDs.keys) : asked).sorted()
            .filter { name in cursor.map { name >= $0.topicName } ?? true }
        var response = DescribeTopicPartitionsResponse()
        var left = min(max(1, Int(request.body.responsePartitionLimit)), Limits.partitionsPerPage)
        for name in names {
            let start = cursor.map { $0.topicName == name ? max(0, Int($0.partitionIndex)) : 0 } ?? 0
            if left == 0 {
                response.nextCursor = Self.cursor(name, start)
                break
            }
            guard let topic = view.image.topic(named: name) else {
                response.topics.append(unknown(name))
                continue
            }
            let count = min(left, max(0, topic.partitions.count - start))
            response.topics.append(entry(topic, start..<(start + count), view))
            left -= count
            if start + count < topic.partitions.count {
                response.nextCursor = Self.cursor(name, start + count)
                break
            }
        }
        request.reply(response)
    }

    private static func cursor(_ topic: String, _ partition: Int) -> TopicPartitionCursor {
        var cursor = TopicPartitionCursor()
        cursor.topicName = topic
        cursor.partitionIndex = Int32(clamping: partition)
        return cursor
    }

    private func unknown(_ name: String) -> DescribeTopicPartitionsResponse.Topic {
        var topic = DescribeTopicPartitionsResponse.Topic()
        topic.name = name
        topic.errorCode = .unknownTopicOrPartition
        return topic
    }

    private func entry(
        _ topic: TopicImage, _ range: Range<Int>, _ view: ClusterView
    ) -> DescribeTopicPartitionsResponse.Topic {
        var entry = DescribeTopicPartitionsResponse.Topic()
        entry.name = topic.name
        entry.topicID = topic.id
        entry.isInternal = InternalTopics.contains(topic.name)
        entry.topicAuthorizedOperations = ClusterView.topicOperations
        entry.partitions = range.map { index in
            let state = topic.partitions[index]
            var partition = DescribeTopicPartitionsResponse.Partition()
            partition.partitionIndex = Int32(index)
            partition.errorCode = view.error(of: state)
            partition.leaderID = view.isLive(state.leader) ? state.leader : -1
            partition.leaderEpoch = state.leaderEpoch
            partition.replicaNodes = state.replicas
            partition.isrNodes = state.isr
            partition.eligibleLeaderReplicas = state.eligible
            partition.lastKnownElr = state.lastLeader < 0 ? [] : [state.lastLeader]
            partition.offlineReplicas = state.replicas.filter { !view.isLive($0) }
            return partition
        }
        return entry
    }
}
