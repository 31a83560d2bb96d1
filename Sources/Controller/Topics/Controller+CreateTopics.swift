import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Makes topics. Per topic the errors come in Kafka's order: repeated in the request, name, collision, exists,
    /// configs, assignment or factors, the client's quota.
    package func decide(
        _ request: CreateTopicsRequest, version: Int16, now: Int64, clientID: String = ""
    ) -> Decision<CreateTopicsResponse> {
        var draft = Draft(image)
        var response = CreateTopicsResponse()
        let counts = Dictionary(request.topics.map { ($0.name, 1) }, uniquingKeysWith: +)
        var collisions = Dictionary(
            image.topicIDs.keys.map { (TopicName.collisionKey($0), $0) }, uniquingKeysWith: { first, _ in first })
        var answered: Set<String> = []
        var budget = Limits.partitionsPerRequest
        var charge = MutationCharge(image, clientID: clientID, isStrict: version >= 6, now: now)
        for topic in request.topics where answered.insert(topic.name).inserted {
            var result = CreateTopicsResponse.Topic()
            result.name = topic.name
            let refusal = draft.attempt { draft in
                guard counts[topic.name] == 1 else { throw Refusal(.invalidRequest, "Duplicate topic name.") }
                try checkName(topic.name, collisions, draft.image)
                try create(topic, &draft, &result, &budget)
                try charge.charge(Int(result.numPartitions), &mutations)
                collisions[TopicName.collisionKey(topic.name)] = topic.name
            }
            if let refusal {
                result = CreateTopicsResponse.Topic()
                result.name = topic.name
                result.errorCode = refusal.code
                result.errorMessage = refusal.message
            }
            response.topics.append(result)
        }
        response.throttleTimeMs = charge.throttleTime(mutations)
        return request.validateOnly ? Decision(response: response) : draft.decided(response)
    }

    private func checkName(_ name: String, _ collisions: [String: String], _ image: MetadataImage) throws {
        if let problem = TopicName.problem(name) {
            throw Refusal(.invalidTopicException, "Topic name is invalid: \(problem)")
        }
        guard image.topicIDs[name] == nil else { throw Refusal(.topicAlreadyExists, "Topic '\(name)' already exists.") }
        if let other = collisions[TopicName.collisionKey(name)] {
            throw Refusal(.invalidTopicException, "Topic '\(name)' collides with existing topic: \(other)")
        }
    }

    private func create(
        _ topic: CreateTopicsRequest.Topic, _ draft: inout Draft, _ result: inout CreateTopicsResponse.Topic,
        _ budget: inout Int
    ) throws {
        let resource = ConfigResource.topic(topic.name)
        let configs = try ConfigChange.validated(
            topic.configs.map { ($0.name, $0.value) }, of: resource, definitions: ConfigCatalogue.topic)
        let states =
            topic.assignments.isEmpty
            ? try placed(topic, &budget, draft.image) : try assigned(topic, &budget, draft.image)
        let id = UUID.random(using: &random)
        draft.append(.topic(TopicRecord(name: topic.name, topicID: id)))
        for (key, value) in configs.sorted(by: { $0.key < $1.key }) {
            draft.append(.config(ConfigRecord(resource: resource, name: key, value: value)))
        }
        for (index, state) in states.enumerated() {
            draft.append(.partition(state.record(topicID: id, partitionID: Int32(index))))
        }
        result.topicID = id
        result.numPartitions = Int32(states.count)
        result.replicationFactor = Int16(clamping: states.first?.replicas.count ?? 0)
        result.configs = settings.configs.all(of: resource, in: draft.image)?.map { config in
            var entry = CreateTopicsResponse.Topic.Config()
            entry.name = config.definition.name
            entry.value = config.shownValue
            entry.configSource = config.source.rawValue
            entry.isSensitive = config.definition.isSensitive
            return entry
        }
    }

    private func placed(
        _ topic: CreateTopicsRequest.Topic, _ budget: inout Int, _ image: MetadataImage
    ) throws -> [PartitionState] {
        let factor =
            topic.replicationFactor == -1 ? setting("default.replication.factor") : Int64(topic.replicationFactor)
        let count = topic.numPartitions == -1 ? setting("num.partitions") : Int64(topic.numPartitions)
        var placer = StripedPlacer(image.sortedBrokers, &random)
        // Placing nothing checks the factor, which Kafka does before it looks at the count.
        _ = try placer.place(partitions: 0, replicationFactor: Int(factor), &random)
        guard count > 0 else {
            throw Refusal(.invalidPartitions, "Number of partitions was set to an invalid non-positive value.")
        }
        try spend(count, &budget)
        return try placer.place(partitions: Int(count), replicationFactor: Int(factor), &random).map {
            PartitionState(replicas: $0, isr: $0.filter(image.isActive))
        }
    }

    private func assigned(
        _ topic: CreateTopicsRequest.Topic, _ budget: inout Int, _ image: MetadataImage
    ) throws -> [PartitionState] {
        guard topic.replicationFactor == -1 else {
            throw Refusal(
                .invalidRequest,
                "A manual partition assignment was specified, but replication factor was not set to -1.")
        }
        guard topic.numPartitions == -1 else {
            throw Refusal(
                .invalidRequest, "A manual partition assignment was specified, but numPartitions was not set to -1.")
        }
        try spend(Int64(topic.assignments.count), &budget)
        let byIndex = topic.assignments.sorted { $0.partitionIndex < $1.partitionIndex }
        return try byIndex.enumerated().map { index, assignment in
            guard Int(assignment.partitionIndex) == index else {
                throw Refusal(
                    .invalidReplicaAssignment,
                    "Partitions should be a consecutive 0-based integer sequence without repetition.")
            }
            let factor = byIndex.first.map(\.brokerIDs.count)
            try ManualAssignment.check(assignment.brokerIDs, factor: factor, in: image)
            return try ManualAssignment.state(assignment.brokerIDs, partition: index, in: image)
        }
    }

    func spend(_ partitions: Int64, _ budget: inout Int) throws {
        guard partitions <= Int64(budget) else {
            throw Refusal(
                .policyViolation,
                "Excessively large number of partitions per request: "
                    + "the limit is \(Limits.partitionsPerRequest).")
        }
        budget -= Int(partitions)
    }
}
