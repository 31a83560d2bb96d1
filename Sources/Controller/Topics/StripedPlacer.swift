import ClusterMetadata
import KafkaProtocol

/// Places the replicas of new partitions evenly over racks and brokers, as KRaft's striped placer does: each partition
/// starts one rack and one broker further than the one before, live brokers lead, and when every live broker has led
/// once, everything is shuffled.
struct StripedPlacer {
    /// Brokers handed out in turn, each at most once per round.
    private struct Ring {
        var brokers: [BrokerID]
        var round = 0
        var index = 0
        var start: Int

        init(_ brokers: [BrokerID], _ random: inout any RandomNumberGenerator) {
            self.brokers = brokers.sorted()
            start = brokers.isEmpty ? 0 : Int.random(in: 0..<brokers.count, using: &random)
        }

        mutating func next(_ round: Int) -> BrokerID? {
            guard !brokers.isEmpty else { return nil }
            if self.round != round {
                self.round = round
                index = 0
                start = (start + 1) % brokers.count
            }
            guard index < brokers.count else { return nil }
            defer { index += 1 }
            return brokers[(index + start) % brokers.count]
        }
    }

    private struct Rack {
        var live: Ring
        var fenced: Ring

        mutating func next(_ round: Int) -> BrokerID? { live.next(round) ?? fenced.next(round) }
    }

    private var racks: [Rack]
    private var first: Int
    private var round = 0
    private let brokerCount: Int
    private let liveCount: Int

    /// - Parameter brokers: those that may hold new replicas; brokers on their way out may not.
    init(_ brokers: [BrokerRegistration], _ random: inout any RandomNumberGenerator) {
        let usable = brokers.filter { !$0.inControlledShutdown }
        let byRack = Dictionary(grouping: usable) { $0.rack ?? "" }
        var racks: [Rack] = []
        for (_, members) in byRack.sorted(by: { $0.key < $1.key }) {
            let live = Ring(members.filter { !$0.fenced }.map(\.id), &random)
            racks.append(Rack(live: live, fenced: Ring(members.filter(\.fenced).map(\.id), &random)))
        }
        self.racks = racks
        first = racks.isEmpty ? 0 : Int.random(in: 0..<racks.count, using: &random)
        brokerCount = usable.count
        liveCount = usable.filter { !$0.fenced }.count
    }

    /// The replicas of each of `count` partitions, leaders first.
    mutating func place(
        partitions count: Int, replicationFactor: Int, _ random: inout any RandomNumberGenerator
    ) throws -> [[BrokerID]] {
        guard replicationFactor > 0 else {
            throw Refusal(.invalidReplicationFactor, "Replication factor must be larger than 0")
        }
        guard replicationFactor <= brokerCount else {
            throw Refusal(
                .invalidReplicationFactor,
                "The target replication factor of \(replicationFactor) cannot be reached because only \(brokerCount) "
                    + "broker(s) are registered")
        }
        guard liveCount > 0 else {
            throw Refusal(.invalidReplicationFactor, "All brokers are currently fenced")
        }
        return (0..<count).map { _ in placeOne(replicationFactor, &random) }
    }

    private mutating func placeOne(_ replicationFactor: Int, _ random: inout any RandomNumberGenerator) -> [BrokerID] {
        if round == liveCount, liveCount > 1 {
            shuffle(&random)
            round = 0
        }
        first %= racks.count
        var replicas: [BrokerID] = []
        var leaderRack: Int? = first
        // Some rack has a live broker, and each gives all of its own once per round: both walks end.
        for step in 0..<racks.count {
            let rack = (first + step) % racks.count
            if let leader = racks[rack].live.next(round) {
                replicas.append(leader)
                leaderRack = rack
                break
            }
        }
        var rack = first
        while replicas.count < replicationFactor {
            if rack == leaderRack {
                leaderRack = nil
            } else if let broker = racks[rack].next(round) {
                replicas.append(broker)
            }
            rack = (rack + 1) % racks.count
        }
        round += 1
        first += 1
        return replicas
    }

    private mutating func shuffle(_ random: inout any RandomNumberGenerator) {
        racks.shuffle(using: &random)
        for index in racks.indices {
            racks[index].live.brokers.shuffle(using: &random)
            racks[index].fenced.brokers.shuffle(using: &random)
        }
    }
}
