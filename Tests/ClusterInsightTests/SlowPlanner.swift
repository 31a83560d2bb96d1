import ClusterInsight
import KafkaProtocol

/// The rules of planning written down plainly: for each step all that could be taken is looked at. What the planner does
/// is compared with it.
struct SlowPlanner {
    /// Brokers that are up.
    let up: [BrokerID]
    let racks: Racks

    /// Moves replicas topic by topic from brokers above their share to brokers below it.
    func spread(_ moves: [PartitionMove], onto brokers: [BrokerID]) -> [PartitionMove] {
        let (targets, receivers) = (Set(up), Set(brokers))
        var result = moves
        var overall = load(result, on: targets)
        for topic in orderedTopics(moves) {
            let own = result.indices.filter { result[$0].partition.topic == topic }
            var counts = load(own.map { result[$0] }, on: targets)
            let total = counts.values.reduce(0, +)
            guard total > 0 else { continue }
            let floor = total / targets.count
            // Each step moves one replica downhill, so the number of steps is bounded by the replicas.
            for _ in 0..<total {
                guard
                    let step = bestStep(
                        result, own, counts: counts, overall: overall, receivers: receivers, floor: floor)
                else { break }
                if let position = result[step.index].after.firstIndex(of: step.from) {
                    result[step.index].after[position] = step.to
                }
                counts[step.from, default: 0] -= 1
                counts[step.to, default: 0] += 1
                overall[step.from, default: 0] -= 1
                overall[step.to, default: 0] += 1
            }
        }
        return result
    }

    private struct Step {
        var index: Int
        var from: BrokerID
        var to: BrokerID
    }

    private func bestStep(
        _ moves: [PartitionMove], _ own: [Int], counts: [BrokerID: Int], overall: [BrokerID: Int],
        receivers: Set<BrokerID>, floor: Int
    ) -> Step? {
        let from = counts.sorted { ($1.value, overall[$1.key] ?? 0, $0.key) < ($0.value, overall[$0.key] ?? 0, $1.key) }
        let to =
            counts.filter { receivers.contains($0.key) }
            .sorted { ($0.value, overall[$0.key] ?? 0, $0.key) < ($1.value, overall[$1.key] ?? 0, $1.key) }
        for source in from {
            for target in to where isBetter(source, target, overall, floor) {
                let candidates = own.filter { index in
                    let list = moves[index].after
                    return list.contains(source.key) && !list.contains(target.key)
                        && keepsRacks(list, replacing: source.key, by: target.key)
                }
                let best = candidates.min { a, b in
                    let x = moves[a]
                    let y = moves[b]
                    let xIsLeader = x.after.first == source.key ? 1 : 0
                    let yIsLeader = y.after.first == source.key ? 1 : 0
                    return (x.added.count, x.bytes ?? 0, xIsLeader, x.partition)
                        < (y.added.count, y.bytes ?? 0, yIsLeader, y.partition)
                }
                if let best { return Step(index: best, from: source.key, to: target.key) }
            }
        }
        return nil
    }

    /// Whether a replica of a topic is better on `target`: the topic is spread more evenly then, or as evenly and all topics
    /// together more. Without the latter many small topics would never get to a new broker.
    private func isBetter(
        _ source: (key: BrokerID, value: Int), _ target: (key: BrokerID, value: Int), _ overall: [BrokerID: Int],
        _ floor: Int
    ) -> Bool {
        if source.value - target.value > 1 { return target.value < max(1, floor + 1) }
        return source.value - target.value == 1 && (overall[source.key] ?? 0) - (overall[target.key] ?? 0) > 1
    }

    /// Whether the list spans as many racks after the replacement as before it.
    private func keepsRacks(_ list: [BrokerID], replacing old: BrokerID, by new: BrokerID) -> Bool {
        racks.span(list.map { $0 == old ? new : $0 }) >= racks.span(list)
    }

    /// Changes only the order of lists, swapping first replicas while that evens out the leaders.
    func leadersBalanced(_ moves: [PartitionMove]) -> [PartitionMove] {
        var result = moves
        var counts = Dictionary(up.map { ($0, 0) }, uniquingKeysWith: { a, _ in a })
        for move in result { if let first = move.after.first { counts[first, default: 0] += 1 } }
        for _ in 0..<result.count {
            guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { break }
            let swap = result.indices.compactMap { index -> (Int, BrokerID)? in
                guard result[index].after.first == most.key else { return nil }
                let heir = result[index].after.dropFirst()
                    .filter { counts[$0] != nil && most.value - (counts[$0] ?? 0) > 1 }
                    .min { (counts[$0] ?? 0, $0) < (counts[$1] ?? 0, $1) }
                return heir.map { (index, $0) }
            }.min { a, b in
                let x = (counts[a.1] ?? 0, result[a.0].isChange ? 0 : 1, a.0)
                let y = (counts[b.1] ?? 0, result[b.0].isChange ? 0 : 1, b.0)
                return x < y
            }
            guard let (index, heir) = swap, let position = result[index].after.firstIndex(of: heir) else { break }
            result[index].after.swapAt(0, position)
            counts[most.key, default: 0] -= 1
            counts[heir, default: 0] += 1
        }
        return result
    }

    private func load(_ moves: [PartitionMove], on targets: Set<BrokerID>) -> [BrokerID: Int] {
        var counts = Dictionary(targets.map { ($0, 0) }, uniquingKeysWith: { a, _ in a })
        for move in moves {
            for broker in move.after where targets.contains(broker) { counts[broker, default: 0] += 1 }
        }
        return counts
    }

    private func orderedTopics(_ moves: [PartitionMove]) -> [String] {
        var seen: Set<String> = []
        return moves.map(\.partition.topic).filter { seen.insert($0).inserted }
    }
}
