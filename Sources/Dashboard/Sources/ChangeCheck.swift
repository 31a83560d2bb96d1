import KafkaClient
import KafkaProtocol

/// What became of a change that nobody answered about: the cluster is looked at, as far as that tells it.
struct ChangeCheck {
    let client: KafkaClient
    let change: Change

    /// How long the cluster may take to tell.
    private static let timeout = Duration.seconds(5)

    /// By the names of its items whether it was done; what cannot be told is left out.
    func findings() async -> [String: Bool] {
        switch change {
        case .createTopic(let topic): return await partitions(of: [topic.name]).mapValues { $0 > 0 }
        case .deleteTopics(let names): return await partitions(of: names).mapValues { $0 == 0 }
        case .addPartitions(let totals):
            let counts = await partitions(of: totals.keys.sorted())
            return counts.reduce(into: [:]) { $0[$1.key] = $1.value >= Int(totals[$1.key] ?? 0) }
        case .alterConfigs(let alterations): return await configs(alterations)
        case .resetOffsets(let group, let offsets):
            return await positions(group, Array(offsets.keys)) { $1 == offsets[$0] }
        case .deleteOffsets(let group, let partitions): return await positions(group, partitions) { $1 == nil }
        default: return [:]
        }
    }

    /// How many partitions topics have; none where there is no such topic.
    private func partitions(of names: [String]) async -> [String: Int] {
        await client.describeTopics(names, timeout: Self.timeout).compactMapValues { outcome in
            switch outcome {
            case .success(let topic): topic.partitions.count
            case .failure(.broker(.unknownTopicOrPartition, _)): 0
            case .failure: nil
            }
        }
    }

    private func configs(_ alterations: [ConfigAlteration]) async -> [String: Bool] {
        let found = await client.configs(of: alterations.map(\.resource))
        return alterations.reduce(into: [:]) { done, alteration in
            guard case .success(let values)? = found[alteration.resource] else { return }
            done[alteration.resource.name] = alteration.changes.allSatisfy { change in
                let own = values.first { $0.name == change.name && $0.source == alteration.resource.ownSource }
                return own?.value == change.value
            }
        }
    }

    private func positions(
        _ group: String, _ partitions: [TopicPartition], _ isDone: (TopicPartition, Offset?) -> Bool
    ) async -> [String: Bool] {
        guard let offsets = try? await client.positions(of: group, timeout: Self.timeout) else { return [:] }
        return partitions.reduce(into: [:]) { done, id in
            done["\(id.topic)/\(id.partition)"] = isDone(id, offsets[id])
        }
    }
}
