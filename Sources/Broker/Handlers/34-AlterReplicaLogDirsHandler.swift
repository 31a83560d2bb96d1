import KafkaProtocol

/// Moves replicas between the log directories of this broker (KIP-113). The answer says whether the moves have begun.
package struct AlterReplicaLogDirsHandler {
    let moves: ReplicaMoves

    func handle(_ request: Request<AlterReplicaLogDirsRequest>) {
        var response = AlterReplicaLogDirsResponse()
        for dir in request.body.dirs {
            for topic in dir.topics {
                let outcomes = topic.partitions.map {
                    PartitionOutcome($0, moves.move(TopicPartition(topic.name, $0), to: dir.path))
                }
                response.results.append(NamedTopic(topic.name, outcomes))
            }
        }
        request.reply(response)
    }
}
