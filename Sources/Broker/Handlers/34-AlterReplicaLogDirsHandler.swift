import KafkaProtocol

/// Moves replicas between the log directories of this broker (KIP-113). A broker has one here, so a replica is where it is
/// asked for, or the directory is none of this broker's.
package struct AlterReplicaLogDirsHandler {
    let replicas: ReplicaManager

    private typealias Answer = AlterReplicaLogDirsResponse.Topic

    func handle(_ request: Request<AlterReplicaLogDirsRequest>) {
        var response = AlterReplicaLogDirsResponse()
        for dir in request.body.dirs {
            for topic in dir.topics {
                var entry = Answer()
                entry.topicName = topic.name
                entry.partitions = topic.partitions.map { partition in
                    var answer = Answer.Partition()
                    answer.partitionIndex = partition
                    answer.errorCode = outcome(TopicPartition(topic.name, partition), in: dir.path)
                    return answer
                }
                response.results.append(entry)
            }
        }
        request.reply(response)
    }

    private func outcome(_ key: TopicPartition, in path: String) -> ErrorCode {
        guard path == replicas.logs.directory else { return .logDirNotFound }
        if replicas.offline[key] != nil { return .kafkaStorageError }
        return replicas.partition(key) == nil ? .replicaNotAvailable : .none
    }
}
