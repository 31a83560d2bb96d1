import KafkaProtocol

/// A topic to be made.
package struct NewTopic: Sendable, Hashable {
    package var name: String
    /// −1 is the broker's `num.partitions` (Kafka 2.4 on).
    package var partitions: Int32
    /// −1 is the broker's `default.replication.factor` (Kafka 2.4 on).
    package var replicationFactor: Int16
    package var configs: [String: String]

    package init(
        _ name: String, partitions: Int32 = -1, replicationFactor: Int16 = -1, configs: [String: String] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configs = configs
    }
}

extension KafkaClient {
    /// Asks for a topic as producers do: brokers with `auto.create.topics.enable` make one that does not exist.
    ///
    /// - Returns: whether it did not exist before.
    /// - Throws: `ClientError` where it does not, and is not made.
    package func topicMadeByFirstUse(_ name: String, timeout: Duration? = nil) async throws -> Bool {
        if let reason = configuration.readOnlyReason {
            throw ClientError.invalid("nothing is sent to \(name): this cluster is read-only by \(reason)")
        }
        var request = MetadataRequest()
        var topic = MetadataRequest.Topic()
        topic.name = name
        request.topics = [topic]
        request.allowAutoTopicCreation = true
        let answer = try await call(request, to: .any, deadline: deadline(timeout))
        if answer.topics.first?.errorCode == ErrorCode.none { return false }
        switch await describeTopics([name], timeout: timeout)[name] {
        case .success?: return true
        case .failure(let error)? where error.code != .unknownTopicOrPartition: throw error
        default:
            throw ClientError.invalid(
                "there is no topic \(name), and the cluster makes none by itself (auto.create.topics.enable): "
                    + "`klamm topics create \(name)` does")
        }
    }

    /// Makes topics, or with `validateOnly` only checks whether they could be made.
    ///
    /// A topic that exists after an attempt whose answer was lost counts as made.
    package func createTopics(
        _ topics: [NewTopic], validateOnly: Bool = false, timeout: Duration? = nil
    ) async -> Outcomes<String, TopicID> {
        let deadline = deadline(timeout)
        let byName = Dictionary(topics.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var isRepeated = false
        return await retrying(byName.keys.sorted(), deadline: deadline) { names in
            var request = CreateTopicsRequest()
            request.topics = names.compactMap { byName[$0] }.map(Self.creation)
            request.validateOnly = validateOnly
            request.timeoutMs = try self.timeLeft(deadline).milliseconds
            let wasRepeated = isRepeated
            isRepeated = true
            let answer = try await self.call(request, to: .controller, deadline: deadline)
            var outcomes: Outcomes<String, TopicID> = [:]
            for topic in answer.topics {
                let isOurs = wasRepeated && !validateOnly && topic.errorCode == .topicAlreadyExists
                outcomes[topic.name] =
                    isOurs ? .success(topic.topicID) : topic.errorCode.outcome(topic.errorMessage, topic.topicID)
            }
            return outcomes
        }
    }

    private static func creation(_ topic: NewTopic) -> CreateTopicsRequest.Topic {
        var creation = CreateTopicsRequest.Topic()
        creation.name = topic.name
        creation.numPartitions = topic.partitions
        creation.replicationFactor = topic.replicationFactor
        creation.configs = topic.configs.sorted { $0.key < $1.key }.map { name, value in
            var config = CreateTopicsRequest.Topic.Config()
            config.name = name
            config.value = value
            return config
        }
        return creation
    }

    /// Deletes topics by name. One that is gone after an attempt whose answer was lost counts as deleted.
    package func deleteTopics(_ names: [String], timeout: Duration? = nil) async -> Outcomes<String, Bool> {
        let deadline = deadline(timeout)
        // Topics that an attempt may have deleted without saying so.
        var doubtful: Set<String> = []
        let outcomes = await retrying(names, deadline: deadline) { names in
            var request = DeleteTopicsRequest()
            request.topicNames = names
            request.topics = names.map { name in
                var topic = DeleteTopicsRequest.Topic()
                topic.name = name
                return topic
            }
            request.timeoutMs = try self.timeLeft(deadline).milliseconds
            let before = doubtful
            doubtful.formUnion(names)
            let answer = try await self.call(request, to: .controller, deadline: deadline)
            var outcomes: Outcomes<String, Bool> = [:]
            for result in answer.responses {
                let name = result.name ?? ""
                let isUnknown = result.errorCode == .unknownTopicOrPartition
                let isGone = isUnknown && before.contains(name)
                if isUnknown, !isGone { doubtful.remove(name) }
                outcomes[name] =
                    isGone ? .success(true) : result.errorCode.outcome(result.errorMessage, true)
            }
            return outcomes
        }
        for name in names { await cluster.forget(topic: name) }
        return outcomes
    }

    /// Raises topics to these total numbers of partitions.
    package func createPartitions(
        _ totals: [String: Int32], validateOnly: Bool = false, timeout: Duration? = nil
    ) async -> Outcomes<String, Bool> {
        let deadline = deadline(timeout)
        let outcomes = await retrying(totals.keys.sorted(), deadline: deadline) { names in
            var request = CreatePartitionsRequest()
            request.topics = names.map { name in
                var topic = CreatePartitionsRequest.Topic()
                topic.name = name
                topic.count = totals[name] ?? 0
                return topic
            }
            request.validateOnly = validateOnly
            request.timeoutMs = try self.timeLeft(deadline).milliseconds
            let answer = try await self.call(request, to: .controller, deadline: deadline)
            return Dictionary(
                answer.results.map { ($0.name, $0.errorCode.outcome($0.errorMessage, true)) },
                uniquingKeysWith: { first, _ in first })
        }
        for name in totals.keys { await cluster.forget(topic: name) }
        return outcomes
    }

    /// Deletes the records before these offsets; −1 is all of a partition. The results are the new log start offsets.
    package func deleteRecords(
        _ offsets: [TopicPartition: Offset], timeout: Duration? = nil
    ) async -> Outcomes<TopicPartition, Offset> {
        let deadline = deadline(timeout)
        return await byLeader(Array(offsets.keys), deadline: deadline) { broker, partitions in
            var request = DeleteRecordsRequest()
            request.timeoutMs = try self.timeLeft(deadline).milliseconds
            request.topics = partitions.byTopic {
                var partition = DeleteRecordsRequest.Partition()
                (partition.partitionIndex, partition.offset) = ($0.partition, offsets[$0] ?? 0)
                return partition
            }
            let answer = try await self.call(request, to: .broker(broker), deadline: deadline)
            return answer.topics.outcomes { ($0.partitionIndex, $0.errorCode.outcome(nil, $0.lowWatermark)) }
        }
    }
}

extension Duration {
    /// Whole milliseconds as requests carry them, at least one and at most what the field holds.
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        return Int32(clamping: max(1, seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000))
    }
}
