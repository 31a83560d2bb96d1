import HeapModule
import KafkaProtocol

/// Moves replicas topic by topic from brokers above their share to brokers below it, the fewest bytes first.
struct ReplicaSpread {
    /// A partition that could go a way: what was moved already goes on, then what is smaller, then what does not lead.
    private struct Candidate: Comparable {
        var added: Int
        var bytes: Int64
        var leads: Bool
        var partition: Int32
        var index: Int

        static func < (a: Self, b: Self) -> Bool {
            (a.added, a.bytes, a.leads ? 1 : 0, a.partition, a.index)
                < (b.added, b.bytes, b.leads ? 1 : 0, b.partition, b.index)
        }
    }

    /// A broker with its replicas, of the topic and of all.
    private struct Share {
        var broker: BrokerID
        var own: Int
        var overall: Int
    }

    private var moves: [PartitionMove]
    private let targets: Set<BrokerID>
    private let receivers: Set<BrokerID>
    private let racks: Racks
    private var overall: [BrokerID: Int]

    /// The same moves, spread.
    ///
    /// - Parameters:
    ///   - targets: brokers among whom replicas are counted.
    ///   - receivers: those that get more.
    ///   - racks: a list spans no fewer of them afterwards.
    static func spread(
        _ moves: [PartitionMove], targets: Set<BrokerID>, receivers: Set<BrokerID>, racks: Racks
    ) -> [PartitionMove] {
        var spread = ReplicaSpread(moves, targets, receivers, racks)
        for topic in byTopic(moves) { spread.spread(topic) }
        return spread.moves
    }

    private init(
        _ moves: [PartitionMove], _ targets: Set<BrokerID>, _ receivers: Set<BrokerID>, _ racks: Racks
    ) {
        self.moves = moves
        self.targets = targets
        self.receivers = receivers
        self.racks = racks
        overall = ReassignmentPlanner.load(moves, on: targets)
    }

    /// Where the partitions of each topic stand, topics in their order.
    private static func byTopic(_ moves: [PartitionMove]) -> [[Int]] {
        var places: [String: Int] = [:]
        var topics: [[Int]] = []
        for (index, move) in moves.enumerated() {
            if let place = places[move.partition.topic] {
                topics[place].append(index)
            } else {
                places[move.partition.topic] = topics.count
                topics.append([index])
            }
        }
        return topics
    }

    private mutating func spread(_ topic: [Int]) {
        var counts = ReassignmentPlanner.load(topic.lazy.map { [moves] in moves[$0] }, on: targets)
        let total = counts.values.reduce(0, +)
        guard total > 0 else { return }
        var candidates: [Way: Heap<Candidate>] = [:]
        // Each step moves one replica downhill, so the number of steps is bounded by the replicas.
        for _ in 0..<total {
            guard let (way, index) = best(of: topic, counts, &candidates) else { break }
            if let position = moves[index].after.firstIndex(of: way.from) { moves[index].after[position] = way.to }
            for (broker, change) in [(way.from, -1), (way.to, 1)] {
                counts[broker, default: 0] += change
                overall[broker, default: 0] += change
            }
            for way in candidates.keys {
                if let candidate = candidate(index, way) { candidates[way]?.insert(candidate) }
            }
        }
    }

    private func best(
        of topic: [Int], _ counts: [BrokerID: Int], _ candidates: inout [Way: Heap<Candidate>]
    ) -> (Way, Int)? {
        let shares = counts.map { Share(broker: $0.key, own: $0.value, overall: overall[$0.key] ?? 0) }
        let sources = shares.sorted { ($1.own, $1.overall, $0.broker) < ($0.own, $0.overall, $1.broker) }
        let fewestFirst = shares.filter { receivers.contains($0.broker) }
            .sorted { ($0.own, $0.overall, $0.broker) < ($1.own, $1.overall, $1.broker) }
        let floor = shares.reduce(0) { $0 + $1.own } / targets.count
        for source in sources {
            for target in fewestFirst.prefix(while: { $0.own < source.own }) where isBetter(source, target, floor) {
                let way = Way(from: source.broker, to: target.broker)
                if let index = best(way, of: topic, &candidates[way]) { return (way, index) }
            }
        }
        return nil
    }

    /// Whether a replica of a topic is better on `target`: the topic is spread more evenly then, or as evenly and all topics
    /// together more. Without the latter many small topics would never get to a new broker.
    private func isBetter(_ source: Share, _ target: Share, _ floor: Int) -> Bool {
        if source.own - target.own > 1 { return target.own < max(1, floor + 1) }
        return source.own - target.own == 1 && source.overall - target.overall > 1
    }

    /// The best partition on a way. Partitions that moved meanwhile are taken out here: they were put in again.
    private func best(_ way: Way, of topic: [Int], _ known: inout Heap<Candidate>?) -> Int? {
        var heap = known ?? Heap(topic.compactMap { candidate($0, way) })
        while let first = heap.min, candidate(first.index, way) != first { heap.removeMin() }
        known = heap
        return heap.min?.index
    }

    /// A partition as it stands now, if it can go a way.
    private func candidate(_ index: Int, _ way: Way) -> Candidate? {
        let move = moves[index]
        guard move.after.contains(way.from), !move.after.contains(way.to), keepsRacks(move.after, way) else {
            return nil
        }
        return Candidate(
            added: move.added.count, bytes: move.bytes ?? 0, leads: move.after.first == way.from,
            partition: move.partition.partition, index: index)
    }

    /// Whether the list spans as many racks after the replacement as before it.
    private func keepsRacks(_ list: [BrokerID], _ way: Way) -> Bool {
        racks.span(list.map { $0 == way.from ? way.to : $0 }) >= racks.span(list)
    }
}
