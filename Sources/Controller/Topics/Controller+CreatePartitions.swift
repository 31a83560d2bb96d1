import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Adds partitions to topics; those that are there stay where they are.
    package func decide(
        _ request: CreatePartitionsRequest, version: Int16, now: Int64, clientID: String = ""
    ) -> Decision<NamedOutcomesResponse> {
        var draft = Draft(image)
        var response = NamedOutcomesResponse()
        let counts = Dictionary(request.topics.map { ($0.name, 1) }, uniquingKeysWith: +)
        var answered: Set<String> = []
        var budget = Limits.partitionsPerRequest
        var charge = MutationCharge(image, clientID: clientID, isStrict: version >= 3, now: now)
        for topic in request.topics where answered.insert(topic.name).inserted {
            let refusal = draft.attempt { draft in
                guard counts[topic.name] == 1 else { throw Refusal(.invalidRequest, "Duplicate topic name.") }
                let before = draft.image.topic(named: topic.name)?.partitions.count ?? 0
                try enlarge(topic, &draft, &budget)
                try charge.charge(Int(topic.count) - before, &mutations)
            }
            response.results.append(NamedOutcome(topic.name, refusal?.code ?? .none, refusal?.message))
        }
        response.throttleTimeMs = charge.throttleTime(mutations)
        return request.validateOnly ? Decision(response: response) : draft.decided(response)
    }

    private func enlarge(
        _ topic: CreatePartitionsRequest.Topic, _ draft: inout Draft, _ budget: inout Int
    ) throws {
        guard let found = draft.image.topic(named: topic.name) else {
            throw Refusal(.unknownTopicOrPartition, "This server does not host this topic-partition.")
        }
        let current = found.partitions.count
        guard Int(topic.count) > current else {
            let word =
                Int(topic.count) == current
                ? "already has \(current) partition(s)."
                : "currently has \(current) "
                    + "partition(s); \(topic.count) would not be an increase."
            throw Refusal(.invalidPartitions, "Topic \(word)")
        }
        let added = Int(topic.count) - current
        try spend(Int64(added), &budget)
        let factor = found.partitions.first?.replicas.count ?? 1
        for (offset, state) in try newStates(topic, added, current, factor, draft.image).enumerated() {
            draft.append(.partition(state.record(topicID: found.id, partitionID: Int32(current + offset))))
        }
    }

    private func newStates(
        _ topic: CreatePartitionsRequest.Topic, _ added: Int, _ current: Int, _ factor: Int, _ image: MetadataImage
    ) throws -> [PartitionState] {
        guard let assignments = topic.assignments else {
            var placer = StripedPlacer(image.sortedBrokers, &random)
            return try placer.place(partitions: added, replicationFactor: factor, &random).map {
                PartitionState(replicas: $0, isr: $0.filter(image.isActive))
            }
        }
        guard assignments.count == added else {
            throw Refusal(
                .invalidReplicaAssignment,
                "Attempted to add \(added) additional partition(s), but only \(assignments.count) assignment(s) were "
                    + "specified.")
        }
        return try assignments.enumerated().map { index, assignment in
            try ManualAssignment.check(assignment.brokerIDs, factor: factor, in: image)
            return try ManualAssignment.state(assignment.brokerIDs, partition: current + index, in: image)
        }
    }
}
