import ClusterInsight
import KafkaProtocol

extension ChangeExecutor {
    /// What a change does to each object, before → after, as far as the last picture of the cluster tells.
    func details(of change: Change, undo: Change?) async -> [String: String] {
        let snapshot = await source.snapshot
        func lines<Value>(
            _ targets: [TopicPartition: Value], _ text: (TopicPartition, Value) -> String?
        ) -> [String: String] {
            targets.reduce(into: [:]) { lines, pair in
                lines["\(pair.key.topic)/\(pair.key.partition)"] = text(pair.key, pair.value)
            }
        }
        func list(_ brokers: [BrokerID]) -> String { brokers.map(String.init).joined(separator: " ") }
        switch change {
        case .resetOffsets(let group, let offsets):
            let group = snapshot.group(group)
            return lines(offsets) { id, after in OffsetWords.detail(from: group?.position(in: id), to: after) }
        case .deleteOffsets(let group, let partitions):
            let committed = snapshot.group(group)?.committed ?? [:]
            let targets = Dictionary(partitions.map { ($0, ()) }, uniquingKeysWith: { a, _ in a })
            return lines(targets) { id, _ in OffsetWords.detail(from: committed[id], to: nil) }
        case .reassign(let plan, _):
            return lines(plan) { id, after in
                snapshot.partition(id).map { "\(list($0.targetReplicas)) → \(list(after))" }
            }
        case .cancelReassignment(let partitions):
            let targets = Dictionary(partitions.map { ($0, ()) }, uniquingKeysWith: { a, _ in a })
            return lines(targets) { id, _ in
                guard let partition = snapshot.partition(id), partition.isMoving else { return nil }
                let before = partition.replicas.filter { !partition.adding.contains($0) }
                return "\(list(partition.targetReplicas)) → \(list(before))"
            }
        case .moveReplicas(let targets, _):
            let before = undo.flatMap { if case .moveReplicas(let dirs, _) = $0 { dirs } else { nil } } ?? [:]
            return lines(targets) { id, after in "\(before[id] ?? after) → \(after)" }
        case .purge(let offsets):
            return lines(offsets) { id, after in
                snapshot.partition(id)?.offsets.map {
                    "\(MessagesScreen.offset($0.value.earliest)) → \(MessagesScreen.offset(after))"
                }
            }
        case .electLeaders(let partitions, unclean: false):
            let targets = Dictionary(partitions.map { ($0, ()) }, uniquingKeysWith: { a, _ in a })
            return lines(targets) { id, _ in
                guard let partition = snapshot.partition(id) else { return nil }
                return "leader \(partition.leader.map(String.init) ?? "none") → \(partition.replicas.first ?? -1)"
            }
        case .alterConfigs(let alterations):
            guard case .alterConfigs(let old)? = undo else { return [:] }
            return alterations.reduce(into: [:]) { lines, alteration in
                guard let before = old.first(where: { $0.resource == alteration.resource }) else { return }
                lines[alteration.resource.name] = ConfigWords.detail(from: before.changes, to: alteration.changes)
            }
        case .addPartitions(let totals):
            return totals.reduce(into: [:]) { lines, pair in
                let now = snapshot.topic(pair.key)?.partitions.count
                lines[pair.key] = now.map { "\($0) → \(pair.value) partitions" }
            }
        default: return [:]
        }
    }

    /// Items with what was changed; those that failed only with what they still are.
    static func detailed(_ items: [ChangeItem], _ details: [String: String]) -> [ChangeItem] {
        items.map { item in
            guard item.detail.isEmpty, let detail = details[item.name] else { return item }
            let before = detail.firstRange(of: " → ").map { String(detail[..<$0.lowerBound]) } ?? detail
            var item = item
            item.detail = item.failure == nil ? detail : before
            return item
        }
    }
}
