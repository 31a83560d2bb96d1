import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Elects on request (KIP-460). With no partitions named all are looked at, and those that need nothing are left out.
    package func decide(
        _ request: ElectLeadersRequest, version: Int16, now: Int64
    ) -> Decision<ElectLeadersResponse> {
        var draft = Draft(image)
        var response = ElectLeadersResponse()
        let election: Election
        switch request.electionType {
        case 0: election = .preferred
        case 1: election = .unclean
        default:
            response.errorCode = .invalidRequest
            return draft.decided(response)
        }
        let wanted: [(String, [Int32])] =
            request.topicPartitions.map { $0.map { ($0.name, $0.partitions) } }
            ?? image.sortedTopics.map { ($0.name, $0.partitions.indices.map { Int32($0) }) }
        for (name, partitions) in wanted {
            var topic = ElectLeadersResponse.Topic()
            topic.name = name
            for partition in partitions {
                let refusal = draft.attempt { try elect(name, partition, election, &$0) }
                if request.topicPartitions == nil, refusal?.code == .electionNotNeeded { continue }
                var result = ElectLeadersResponse.Partition()
                result.partitionID = partition
                result.errorCode = refusal?.code ?? .none
                result.errorMessage = refusal?.message
                topic.partitions.append(result)
            }
            if request.topicPartitions != nil || !topic.partitions.isEmpty {
                response.replicaElectionResults.append(topic)
            }
        }
        return draft.decided(response)
    }

    private func elect(_ name: String, _ partition: Int32, _ election: Election, _ draft: inout Draft) throws {
        guard let topic = draft.image.topic(named: name) else {
            throw Refusal(.unknownTopicOrPartition, "No such topic as \(name)")
        }
        guard let state = topic[partition] else {
            throw Refusal(.unknownTopicOrPartition, "No such partition as \(name)-\(partition)")
        }
        let isNeeded = election == .preferred ? state.leader != state.replicas.first : state.leader < 0
        guard isNeeded else {
            throw Refusal(.electionNotNeeded, "Leader election not needed for topic partition.")
        }
        let image = draft.image
        var change = change(topic, partition, state, in: image)
        change.election = election
        guard let record = change.record() else {
            throw election == .preferred
                ? Refusal(.preferredLeaderNotAvailable, "The preferred leader was not available.")
                : Refusal(.eligibleLeadersNotAvailable, "Eligible topic partition leaders are not available.")
        }
        draft.append(.partitionChange(record))
    }
}
