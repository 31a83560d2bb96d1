import KafkaProtocol

extension Change {
    /// What makes groups again that had these offsets; nil when none had any.
    package static func restoring(_ groups: [String: [TopicPartition: Offset]]) -> Change? {
        let groups = groups.filter { !$0.value.isEmpty }
        guard groups.count == 1, let only = groups.first else { return groups.isEmpty ? nil : .restoreGroups(groups) }
        return .resetOffsets(group: only.key, only.value)
    }

    /// What undoes it whatever was before; nil where that would have to be known, or nothing can undo it.
    package var opposite: Change? {
        switch self {
        case .createTopic(let topic): .deleteTopics([topic.name])
        case .createTopics(let topics): .deleteTopics(topics.map(\.name))
        case .restoreGroups(let groups): .deleteGroups(groups.keys.sorted())
        case .killBroker(let id), .stopBroker(let id): .startBrokers([id])
        case .startBrokers(let ids): ids.count == 1 ? .stopBroker(ids[0]) : nil
        case .pauseBroker(let id): .resumeBroker(id)
        case .resumeBroker(let id): .pauseBroker(id)
        case .addVoter(let id): .removeVoter(id)
        case .removeVoter(let id): .addVoter(id)
        default: nil
        }
    }
}
