import KafkaProtocol

/// Works out replica lists: balanced per topic, racks kept apart, with the fewest bytes moved among equal balance.
package struct ReassignmentPlanner: Sendable {
    private let brokers: [BrokerID]
    private let racks: [BrokerID: String]
    private let snapshot: ClusterSnapshot

    /// A planner for a cluster; brokers that are down, paused or fenced are never targets.
    package init(_ snapshot: ClusterSnapshot) {
        self.snapshot = snapshot
        let live = snapshot.brokers.filter { $0.state == .up }
        brokers = live.map(\.id).sorted()
        racks = Dictionary(live.map { ($0.id, $0.rack ?? "") }, uniquingKeysWith: { a, _ in a })
    }

    /// The plan of a strategy for some partitions.
    package func plan(_ chosen: [TopicPartition], _ strategy: MoveStrategy) -> MovePlan {
        let moves = chosen.compactMap { id -> PartitionMove? in
            guard let partition = snapshot.partition(id), !partition.isMoving else { return nil }
            return PartitionMove(
                partition: id, before: partition.replicas, after: partition.replicas, leader: partition.leader,
                bytes: partition.leaderBytes)
        }
        guard !brokers.isEmpty else { return MovePlan(moves: moves, refusal: "no broker is up") }
        let widest = moves.map(\.before.count).max() ?? 0
        switch strategy {
        case .spreadEvenly:
            return MovePlan(moves: leadersBalanced(spread(moves, targets: Set(brokers), receivers: Set(brokers))))
        case .onto(let receivers):
            if let down = receivers.sorted().first(where: { !brokers.contains($0) }) {
                return MovePlan(moves: moves, refusal: "broker \(down) is not up")
            }
            return MovePlan(moves: leadersBalanced(spread(moves, targets: Set(brokers), receivers: receivers)))
        case .off(let leaving):
            let left = Set(brokers).subtracting(leaving)
            guard left.count >= widest else {
                return MovePlan(moves: moves, refusal: "\(widest) brokers needed, \(left.count) left")
            }
            return MovePlan(moves: leadersBalanced(cleared(moves, of: leaving, onto: left)))
        case .setReplicationFactor(let factor):
            guard factor >= 1, factor <= brokers.count else {
                return MovePlan(moves: moves, refusal: "\(brokers.count) brokers are up")
            }
            return MovePlan(moves: leadersBalanced(resized(moves, to: factor)))
        case .leadersOnly:
            return MovePlan(moves: leadersBalanced(moves))
        case .byHand(let lists):
            return byHand(moves, lists)
        }
    }

    private func byHand(_ moves: [PartitionMove], _ lists: [TopicPartition: [BrokerID]]) -> MovePlan {
        var changed = moves
        for index in changed.indices {
            guard let list = lists[changed[index].partition] else { continue }
            let known = Set(snapshot.brokers.map(\.id))
            guard !list.isEmpty, Set(list).count == list.count, known.isSuperset(of: list) else {
                return MovePlan(moves: moves, refusal: "not a list of different brokers: \(list)")
            }
            changed[index].after = list
        }
        return MovePlan(moves: changed)
    }

    /// Moves replicas topic by topic from brokers above their share to brokers below it.
    private func spread(
        _ moves: [PartitionMove], targets: Set<BrokerID>, receivers: Set<BrokerID>
    ) -> [PartitionMove] {
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
        let after = list.map { $0 == old ? new : $0 }
        return Set(after.map(rack)).count >= Set(list.map(rack)).count
    }

    private func rack(_ broker: BrokerID) -> String { racks[broker] ?? snapshot.broker(broker)?.rack ?? "" }

    private func cleared(
        _ moves: [PartitionMove], of leaving: Set<BrokerID>, onto left: Set<BrokerID>
    ) -> [PartitionMove] {
        var result = moves
        var counts = load(result, on: left)
        for index in result.indices {
            for position in result[index].after.indices where leaving.contains(result[index].after[position]) {
                let list = result[index].after
                guard let target = bestTarget(for: list, without: leaving, among: left, counts) else { continue }
                result[index].after[position] = target
                counts[target, default: 0] += 1
            }
        }
        return result
    }

    private func resized(_ moves: [PartitionMove], to factor: Int) -> [PartitionMove] {
        var result = moves
        var counts = load(result, on: Set(brokers))
        for index in result.indices {
            while result[index].after.count > factor {
                let last = result[index].after.removeLast()
                counts[last, default: 0] -= 1
            }
            while result[index].after.count < factor {
                guard let target = bestTarget(for: result[index].after, without: [], among: Set(brokers), counts)
                else { break }
                result[index].after.append(target)
                counts[target, default: 0] += 1
            }
        }
        return result
    }

    /// The broker to add to a list: a rack not used yet first, then the one with the fewest replicas.
    private func bestTarget(
        for list: [BrokerID], without leaving: Set<BrokerID>, among targets: Set<BrokerID>, _ counts: [BrokerID: Int]
    ) -> BrokerID? {
        let used = Set(list.filter { !leaving.contains($0) }.map(rack))
        return targets.filter { !list.contains($0) }.min { a, b in
            let x = (used.contains(rack(a)) ? 1 : 0, counts[a] ?? 0, a)
            let y = (used.contains(rack(b)) ? 1 : 0, counts[b] ?? 0, b)
            return x < y
        }
    }

    /// Changes only the order of lists, swapping first replicas while that evens out the leaders.
    private func leadersBalanced(_ moves: [PartitionMove]) -> [PartitionMove] {
        var result = moves
        var counts = Dictionary(brokers.map { ($0, 0) }, uniquingKeysWith: { a, _ in a })
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
