import HeapModule
import KafkaProtocol

/// Changes the order of replica lists, and nothing else, until the first replicas are spread evenly.
///
/// The broker with the most first replicas gives one away at a time, to the broker of the same list with the fewest;
/// lists that change anyway go first. Who could give what to whom stands in heaps, as a cluster of 100,000 partitions
/// takes ten thousands of such steps.
struct LeaderBalance {
    private struct Candidate: Comparable {
        var isChange: Bool
        var index: Int

        static func < (a: Self, b: Self) -> Bool {
            a.isChange == b.isChange ? a.index < b.index : a.isChange
        }
    }

    private var moves: [PartitionMove]
    private var counts: [BrokerID: Int]
    /// By the way from the first replica of a list to another one of it. Some of them no longer are what they were when
    /// they were put in; see `best(_:)`.
    private var candidates: [Way: Heap<Candidate>] = [:]

    /// The same moves with first replicas spread over brokers; others lead what only they can.
    static func balanced(_ moves: [PartitionMove], among brokers: [BrokerID]) -> [PartitionMove] {
        var balance = LeaderBalance(moves, brokers)
        // Each step takes one from the broker that has most, so that there are no more steps than lists.
        for _ in moves.indices where !balance.step() { break }
        return balance.moves
    }

    private init(_ moves: [PartitionMove], _ brokers: [BrokerID]) {
        self.moves = moves
        counts = Dictionary(brokers.map { ($0, 0) }, uniquingKeysWith: { a, _ in a })
        for index in moves.indices {
            if let first = moves[index].after.first { counts[first, default: 0] += 1 }
            offer(index)
        }
    }

    /// Puts a list where it may be taken from.
    private mutating func offer(_ index: Int) {
        let list = moves[index].after
        guard let first = list.first else { return }
        let candidate = Candidate(isChange: moves[index].isChange, index: index)
        for other in list.dropFirst() { candidates[Way(from: first, to: other), default: Heap()].insert(candidate) }
    }

    /// Moves one leader; false when that helps no more.
    private mutating func step() -> Bool {
        guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return false }
        let heirs = counts.filter { most.value - $0.value > 1 }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        var found: (candidate: Candidate, heir: BrokerID, count: Int)?
        for heir in heirs {
            if let found, heir.value > found.count { break }
            guard let candidate = best(Way(from: most.key, to: heir.key)) else { continue }
            if let found, found.candidate <= candidate { continue }
            found = (candidate, heir.key, heir.value)
        }
        guard let found, let position = moves[found.candidate.index].after.firstIndex(of: found.heir) else {
            return false
        }
        moves[found.candidate.index].after.swapAt(0, position)
        counts[most.key, default: 0] -= 1
        counts[found.heir, default: 0] += 1
        offer(found.candidate.index)
        return true
    }

    /// The best list on a way. Those that were changed since they were put in are taken out here: they were put in again.
    private mutating func best(_ way: Way) -> Candidate? {
        while let candidate = candidates[way]?.min {
            let move = moves[candidate.index]
            if move.after.first == way.from, move.isChange == candidate.isChange { return candidate }
            candidates[way]?.removeMin()
        }
        return nil
    }
}
