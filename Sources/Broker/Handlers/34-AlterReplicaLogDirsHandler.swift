import KafkaProtocol

/// Moves replicas between the log directories of this broker (KIP-113). The answer says whether the moves have begun.
package struct AlterReplicaLogDirsHandler {
    let moves: ReplicaMoves

    func handle(_ request: Request<AlterReplicaLogDirsRequest>) {
        var response = AlterReplicaLogDirsResponse()
        for dir in request.body.dirs {
            for topic in dir.topics {
                var entry = AlterReplicaLogDirsResponse.Topic()
                entry.name = topic.name
                entry.partitions = topic.partitions.map { partition in
                    PartitionOutcome(partition, moves.move(TopicPartition(topic.name, partition), to: dir.path))
                }
                response.results.append(entry)
            }
        }
        request.reply(response)
    }
}
