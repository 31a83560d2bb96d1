import KafkaProtocol

extension KafkaClient {
    /// Moves replicas of one broker into one of its log directories (KIP-113); each has its own outcome. The broker copies
    /// in the background, and tells of what it has not finished as future replicas.
    package func moveReplicas(
        _ partitions: [TopicPartition], to directory: String, on broker: BrokerID, timeout: Duration? = nil
    ) async throws -> Outcomes<TopicPartition, Void> {
        var dir = AlterReplicaLogDirsRequest.Dir()
        dir.path = directory
        dir.topics = partitions.byTopic()
        var request = AlterReplicaLogDirsRequest()
        request.dirs = [dir]
        let answer = try await call(request, to: .broker(broker), deadline: deadline(timeout))
        return answer.results.outcomes { ($0.partitionIndex, $0.errorCode.outcome(nil, ())) }
    }
}
