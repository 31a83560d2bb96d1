import KafkaProtocol

/// One Fetch at one broker, without a fetch session: what a session would save is little for the few partitions that
/// somebody reads here.
struct FetchExchange {
    let client: KafkaClient
    let configuration: ConsumerConfiguration
    let lane: Int

    /// The answer for each partition that was asked for from these offsets.
    func fetch(
        _ offsets: [TopicPartition: Offset], from broker: BrokerID
    ) async throws -> [TopicPartition: FetchResponse.Partition] {
        var request = FetchRequest()
        request.maxWaitMs = configuration.maxWait.milliseconds
        request.minBytes = configuration.minBytes
        request.maxBytes = configuration.maxBytes
        request.isolationLevel = configuration.isolation.rawValue
        request.topics = offsets.keys.byTopic().map { wanted in
            var topic = FetchRequest.Topic()
            topic.topic = wanted.name
            topic.partitions = wanted.partitions.map { index in
                var partition = FetchRequest.Topic.Partition()
                partition.partition = index
                partition.fetchOffset = offsets[TopicPartition(wanted.name, index)] ?? 0
                partition.partitionMaxBytes = configuration.partitionMaxBytes
                return partition
            }
            return topic
        }
        let connection = try await client.cluster.connection(to: .broker(broker), lane: lane)
        // From version 13 on topics go by id. A broker may hold the answer back for as long as it was asked to wait.
        let answer = try await connection.send(
            request, atMost: 12, timeout: configuration.maxWait + client.configuration.requestTimeout)
        guard answer.errorCode == .none else { throw ClientError.broker(answer.errorCode, nil) }
        var partitions: [TopicPartition: FetchResponse.Partition] = [:]
        for topic in answer.responses {
            for partition in topic.partitions {
                partitions[TopicPartition(topic.topic, partition.partitionIndex)] = partition
            }
        }
        return partitions
    }
}
