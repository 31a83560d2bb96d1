import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Deletes topics by name or id.
    package func decide(
        _ request: DeleteTopicsRequest, version: Int16, now: Int64, clientID: String = ""
    ) -> Decision<DeleteTopicsResponse> {
        var draft = Draft(image)
        var response = DeleteTopicsResponse()
        var topics = request.topics
        for name in request.topicNames {
            var topic = DeleteTopicsRequest.Topic()
            topic.name = name
            topics.append(topic)
        }
        let named = Dictionary(topics.compactMap { $0.name.map { ($0, 1) } }, uniquingKeysWith: +)
        let ids = topics.filter { $0.name == nil }.map(\.topicID)
        let identified = Dictionary(ids.map { ($0, 1) }, uniquingKeysWith: +)
        var charge = MutationCharge(image, clientID: clientID, isStrict: version >= 5, now: now)
        for topic in topics {
            var result = DeleteTopicsResponse.Result()
            result.name = topic.name
            result.topicID = topic.topicID
            let refusal = draft.attempt { draft in
                try checkForm(topic, named, identified)
                let found = try find(topic, version: version, draft.image)
                result.name = found.name
                result.topicID = found.id
                try charge.charge(found.partitions.count, &mutations)
                draft.append(.removeTopic(RemoveTopicRecord(topicID: found.id)))
            }
            result.errorCode = refusal?.code ?? .none
            result.errorMessage = refusal?.message
            response.responses.append(result)
        }
        response.throttleTimeMs = charge.throttleTime(mutations)
        return draft.decided(response)
    }

    private func checkForm(
        _ topic: DeleteTopicsRequest.Topic, _ named: [String: Int], _ identified: [TopicID: Int]
    ) throws {
        if let name = topic.name {
            guard topic.topicID == .zero else {
                throw Refusal(.invalidRequest, "You may not specify both topic name and topic id.")
            }
            // The same topic by name and by id is one topic twice.
            let id = image.topicIDs[name]
            guard named[name] == 1, id.flatMap({ identified[$0] }) == nil else {
                throw Refusal(.invalidRequest, "Duplicate topic name.")
            }
        } else {
            guard topic.topicID != .zero else {
                throw Refusal(.invalidRequest, "Neither topic name nor id were specified.")
            }
            let name = image.topics[topic.topicID]?.name
            guard identified[topic.topicID] == 1, name.flatMap({ named[$0] }) == nil else {
                throw Refusal(.invalidRequest, "Duplicate topic id.")
            }
        }
    }

    private func find(
        _ topic: DeleteTopicsRequest.Topic, version: Int16, _ image: MetadataImage
    ) throws -> TopicImage {
        let found = topic.name.map { image.topic(named: $0) } ?? image.topics[topic.topicID]
        guard let found else {
            throw topic.name == nil
                ? Refusal(.unknownTopicId, "This server does not host this topic ID.")
                : Refusal(.unknownTopicOrPartition, "This server does not host this topic-partition.")
        }
        guard settings.configs.bool("delete.topic.enable", in: image) else {
            throw Refusal(version < 3 ? .invalidRequest : .topicDeletionDisabled, "Topic deletion is disabled.")
        }
        return found
    }
}
