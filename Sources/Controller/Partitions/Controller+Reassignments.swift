import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Moves partitions or cancels moves (KIP-455). Partitions in error are left out; all others go in one batch.
    package func decide(
        _ request: AlterPartitionReassignmentsRequest, version: Int16, now: Int64
    ) -> Decision<AlterPartitionReassignmentsResponse> {
        var draft = Draft(image)
        var response = AlterPartitionReassignmentsResponse()
        response.allowReplicationFactorChange = request.allowReplicationFactorChange
        for topic in request.topics {
            var answer = AlterPartitionReassignmentsResponse.Topic()
            answer.name = topic.name
            for wanted in topic.partitions {
                let refusal = draft.attempt { draft in
                    let mayResize = request.allowReplicationFactorChange
                    try reassign(topic.name, wanted.partitionIndex, wanted.replicas, mayResize, &draft)
                }
                var result = AlterPartitionReassignmentsResponse.Partition()
                result.partitionIndex = wanted.partitionIndex
                result.errorCode = refusal?.code ?? .none
                result.errorMessage = refusal?.message
                answer.partitions.append(result)
            }
            response.responses.append(answer)
        }
        return draft.decided(response)
    }

    /// The moves under way, from the state of this controller.
    package func decide(
        _ request: ListPartitionReassignmentsRequest, version: Int16, now: Int64
    ) -> Decision<ListPartitionReassignmentsResponse> {
        var response = ListPartitionReassignmentsResponse()
        let wanted: [(TopicImage, [Int32])] =
            request.topics.map {
                $0.compactMap { asked in image.topic(named: asked.name).map { ($0, asked.partitions) } }
            }
            ?? image.sortedTopics.map { ($0, $0.partitions.indices.map { Int32($0) }) }
        for (topic, partitions) in wanted {
            var answer = ListPartitionReassignmentsResponse.Topic()
            answer.name = topic.name
            for partition in partitions {
                guard let state = topic[partition], state.isReassigning else { continue }
                var entry = ListPartitionReassignmentsResponse.Partition()
                entry.partitionIndex = partition
                entry.replicas = state.replicas
                entry.addingReplicas = state.adding
                entry.removingReplicas = state.removing
                answer.partitions.append(entry)
            }
            if !answer.partitions.isEmpty { response.topics.append(answer) }
        }
        return Decision(response: response)
    }

    private func reassign(
        _ name: String, _ partition: Int32, _ target: [BrokerID]?, _ mayResize: Bool, _ draft: inout Draft
    ) throws {
        guard let topic = draft.image.topic(named: name) else {
            throw Refusal(.unknownTopicOrPartition, "Unable to find a topic named \(name).")
        }
        guard let state = topic[partition] else {
            throw Refusal(.unknownTopicOrPartition, "Unable to find partition \(name):\(partition).")
        }
        let image = draft.image
        var change = change(topic, partition, state, in: image)
        if let target {
            try ManualAssignment.check(target, factor: nil, in: image)
            let size = state.replicas.count - state.adding.count
            guard mayResize || target.count == size else {
                throw Refusal(
                    .invalidReplicationFactor, "The replication factor is changed from \(size) to \(target.count)")
            }
            aim(&change, at: target)
        } else {
            try cancel(&change, name, allowsUncleanElection(name, image))
        }
        if let record = change.record() { draft.append(.partitionChange(record)) }
    }

    /// Old and new replicas together hold the partition until all of the new ones are in sync. Differences are taken
    /// against the whole current list; an empty one leaves what a move under way had, as Kafka does.
    private func aim(_ change: inout PartitionChange, at target: [BrokerID]) {
        let current = change.before.replicas
        let removing = current.filter { !target.contains($0) }.sorted()
        let adding = target.filter { !current.contains($0) }.sorted()
        change.replicas = target + removing
        if !removing.isEmpty { change.removing = removing }
        if !adding.isEmpty { change.adding = adding }
    }

    private func cancel(_ change: inout PartitionChange, _ name: String, _ allowsUnclean: Bool) throws {
        let state = change.before
        guard state.isReassigning else {
            throw Refusal(.noReassignmentInProgress, "No partition reassignment is in progress.")
        }
        let replicas = state.replicas.filter { !state.adding.contains($0) }
        guard let first = replicas.first else {
            throw Refusal(
                .invalidReplicaAssignment, "Invalid replica assignment: addingReplicas contains all replicas.")
        }
        var isr = state.isr.filter { !state.adding.contains($0) }
        if isr.isEmpty, !state.eligible.contains(where: replicas.contains) {
            guard allowsUnclean else {
                throw Refusal(
                    .invalidReplicaAssignment,
                    "Unable to revert partition assignment for \(name):\(change.partition) because it would require an "
                        + "unclean leader election.")
            }
            isr = [first]
        }
        if allowsUnclean { change.election = .unclean }
        change.replicas = replicas
        change.isr = isr
        change.removing = []
        change.adding = []
    }
}
