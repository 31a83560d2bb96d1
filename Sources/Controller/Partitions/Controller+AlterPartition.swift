import ClusterMetadata
import KafkaProtocol

extension Controller {
    private typealias Proposal = AlterPartitionRequest.Topic.Partition
    private typealias Outcome = AlterPartitionResponse.Topic.Partition

    /// A leader's proposal of in-sync sets (KIP-497). The leader must stand on the controller's own epochs, and may only
    /// name members that are in service.
    package func decide(
        _ request: AlterPartitionRequest, version: Int16, now: Int64
    ) -> Decision<AlterPartitionResponse> {
        var draft = Draft(image)
        var response = AlterPartitionResponse()
        guard image.brokers[request.brokerID]?.epoch == request.brokerEpoch else {
            response.errorCode = .staleBrokerEpoch
            return draft.decided(response)
        }
        for asked in request.topics {
            var answer = AlterPartitionResponse.Topic()
            answer.topicName = asked.topicName
            answer.topicID = asked.topicID
            let id = version >= 2 ? asked.topicID : image.topicIDs[asked.topicName] ?? .zero
            for proposal in asked.partitions {
                var outcome = Outcome()
                outcome.partitionIndex = proposal.partitionIndex
                let refusal = draft.attempt { draft in
                    try alter(id, proposal, request.brokerID, version, &draft, &outcome)
                }
                if let refusal { outcome.errorCode = refusal.code }
                answer.partitions.append(outcome)
            }
            response.topics.append(answer)
        }
        return draft.decided(response)
    }

    private func alter(
        _ id: TopicID, _ proposal: Proposal, _ sender: BrokerID, _ version: Int16, _ draft: inout Draft,
        _ outcome: inout Outcome
    ) throws {
        let image = draft.image
        guard let topic = image.topics[id] else {
            throw Refusal(version >= 2 ? .unknownTopicId : .unknownTopicOrPartition, "unknown topic")
        }
        guard let state = topic[proposal.partitionIndex] else {
            throw Refusal(.unknownTopicOrPartition, "unknown partition")
        }
        let members =
            version >= 3
            ? proposal.newIsrWithEpochs.map { ($0.brokerID, $0.brokerEpoch) } : proposal.newIsr.map { ($0, -1) }
        try checkEpochs(proposal, state, sender)
        try checkMembers(members, proposal, state, version, image)
        var change = change(topic, proposal.partitionIndex, state, in: image)
        if allowsUncleanElection(topic.name, image) { change.election = .unclean }
        change.isr = members.map { $0.0 }
        change.isRecovering = proposal.leaderRecoveryState == 1
        if let record = change.record() { draft.append(.partitionChange(record)) }
        let after = draft.image.partition(id, proposal.partitionIndex) ?? state
        guard after.leader == sender else {
            // The proposal completed a reassignment that takes the sender away: it counts, and the sender must know.
            outcome.errorCode = version >= 2 ? .newLeaderElected : .fencedLeaderEpoch
            return
        }
        outcome.leaderID = after.leader
        outcome.leaderEpoch = after.leaderEpoch
        outcome.isr = after.isr
        outcome.leaderRecoveryState = after.isRecovering ? 1 : 0
        outcome.partitionEpoch = after.partitionEpoch
    }

    private func checkEpochs(_ proposal: Proposal, _ state: PartitionState, _ sender: BrokerID) throws {
        guard proposal.leaderEpoch <= state.leaderEpoch, proposal.partitionEpoch <= state.partitionEpoch else {
            // The sender knows more than this controller, which must have been replaced.
            throw Refusal(.notController, "newer epoch")
        }
        guard proposal.leaderEpoch == state.leaderEpoch else { throw Refusal(.fencedLeaderEpoch, "older leader epoch") }
        guard sender == state.leader else { throw Refusal(.invalidRequest, "not the leader") }
        guard proposal.partitionEpoch == state.partitionEpoch else {
            throw Refusal(.invalidUpdateVersion, "older partition epoch")
        }
    }

    private func checkMembers(
        _ members: [(BrokerID, Int64)], _ proposal: Proposal, _ state: PartitionState, _ version: Int16,
        _ image: MetadataImage
    ) throws {
        let ids = members.map { $0.0 }
        guard Set(ids).count == ids.count, ids.allSatisfy(state.replicas.contains), ids.contains(state.leader) else {
            throw Refusal(.invalidRequest, "the in-sync set is not one of replicas with the leader")
        }
        if proposal.leaderRecoveryState == 1 {
            guard ids.count == 1 else { throw Refusal(.invalidRequest, "recovering with followers in sync") }
            guard state.isRecovering else { throw Refusal(.invalidRequest, "recovered already") }
        }
        let isEligible = members.allSatisfy { id, epoch in
            image.isActive(id) && (epoch == -1 || image.brokers[id]?.epoch == epoch)
        }
        guard isEligible else {
            throw Refusal(version >= 2 ? .ineligibleReplica : .operationNotAttempted, "a member is not in service")
        }
    }
}
