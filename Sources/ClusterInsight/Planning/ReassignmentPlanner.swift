import KafkaProtocol

/// Works out replica lists: balanced per topic, racks kept apart, with the fewest bytes moved among equal balance.
package struct ReassignmentPlanner: Sendable {
    private let brokers: [BrokerID]
    private let racks: Racks
    private let snapshot: ClusterSnapshot

    /// A planner for a cluster; brokers that are down, paused or fenced are never targets.
    package init(_ snapshot: ClusterSnapshot) {
        self.snapshot = snapshot
        brokers = snapshot.brokers.filter { $0.state == .up }.map(\.id).sorted()
        racks = Racks(snapshot.brokers)
    }

    /// The plan of a strategy for some partitions.
    package func plan(_ chosen: [TopicPartition], _ strategy: MoveStrategy) -> MovePlan {
        plan(standing(chosen), strategy)
    }

    /// Partitions that stay where they are, for the plans of several strategies; those that move already are left out.
    package func standing(_ chosen: [TopicPartition]) -> [PartitionMove] {
        chosen.compactMap { id -> PartitionMove? in
            guard let partition = snapshot.partition(id), !partition.isMoving else { return nil }
            return PartitionMove(
                partition: id, before: partition.replicas, after: partition.replicas, leader: partition.leader,
                bytes: partition.leaderBytes)
        }
    }

    /// The plan of a strategy for partitions that stand somewhere.
    package func plan(_ moves: [PartitionMove], _ strategy: MoveStrategy) -> MovePlan {
        guard !brokers.isEmpty else { return MovePlan(moves: moves, refusal: "no broker is up") }
        let widest = MovePlan(moves: moves).factor
        switch strategy {
        case .spreadEvenly:
            return MovePlan(moves: leadersBalanced(spread(moves, onto: Set(brokers))))
        case .onto(let receivers):
            if let down = receivers.sorted().first(where: { !brokers.contains($0) }) {
                return MovePlan(moves: moves, refusal: "broker \(down) is not up")
            }
            return MovePlan(moves: leadersBalanced(spread(moves, onto: receivers)))
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
        let known = Set(snapshot.brokers.map(\.id))
        for index in changed.indices where !lists.isEmpty {
            guard let list = lists[changed[index].partition] else { continue }
            guard !list.isEmpty, Set(list).count == list.count, known.isSuperset(of: list) else {
                return MovePlan(moves: moves, refusal: "not a list of different brokers: \(list)")
            }
            changed[index].after = list
        }
        return MovePlan(moves: changed)
    }

    /// Moves replicas topic by topic from brokers above their share to brokers below it.
    private func spread(_ moves: [PartitionMove], onto receivers: Set<BrokerID>) -> [PartitionMove] {
        ReplicaSpread.spread(moves, targets: Set(brokers), receivers: receivers, racks: racks)
    }

    private func cleared(
        _ moves: [PartitionMove], of leaving: Set<BrokerID>, onto left: Set<BrokerID>
    ) -> [PartitionMove] {
        var result = moves
        var counts = Self.load(result, on: left)
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
        var counts = Self.load(result, on: Set(brokers))
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
        let used = list.filter { !leaving.contains($0) }.map(racks.number)
        let free = targets.lazy.filter { !list.contains($0) }
        return free.map { (used.contains(racks.number(of: $0)) ? 1 : 0, counts[$0] ?? 0, $0) }.min { $0 < $1 }?.2
    }

    private func leadersBalanced(_ moves: [PartitionMove]) -> [PartitionMove] {
        LeaderBalance.balanced(moves, among: brokers)
    }

    /// Replicas per broker, of those that count.
    static func load(_ moves: some Sequence<PartitionMove>, on targets: Set<BrokerID>) -> [BrokerID: Int] {
        var counts = Dictionary(targets.map { ($0, 0) }, uniquingKeysWith: { a, _ in a })
        for move in moves {
            for broker in move.after where targets.contains(broker) { counts[broker, default: 0] += 1 }
        }
        return counts
    }
}
