import KafkaProtocol

/// One partition of a move that runs or just ended.
package struct MoveFigures: Sendable, Equatable {
    /// How far it is.
    package enum State: Sendable, Equatable {
        /// Replicas are being copied.
        case copying
        /// Nothing was copied for so long, milliseconds.
        case stalled(Int64)
        /// It ended, at a moment.
        case done(Timestamp)
        /// It was given up, at a moment: the partition has not the replicas that it was to get.
        case cancelled(Timestamp)
    }

    /// Which partition.
    package var partition: TopicPartition
    /// Brokers that lose their replica.
    package var removing: [BrokerID]
    /// Brokers that get one.
    package var adding: [BrokerID]
    /// Bytes copied so far.
    package var copied: Int64
    /// Bytes there are to copy; may grow while producers write.
    package var total: Int64
    /// Bytes there were to copy when its sizes were first known; nil before.
    package var atStart: Int64?
    /// How far it is.
    package var state: State
    /// Bytes per second over the last ten seconds; nil while unknown.
    package var speed: Double?

    /// A move that was just seen.
    package init(
        partition: TopicPartition, removing: [BrokerID], adding: [BrokerID], copied: Int64, total: Int64,
        atStart: Int64? = nil, state: State = .copying, speed: Double? = nil
    ) {
        self.atStart = atStart
        self.partition = partition
        self.removing = removing
        self.adding = adding
        self.copied = copied
        self.total = total
        self.state = state
        self.speed = speed
    }

    /// Whether it ended as it was meant to.
    package var isDone: Bool { if case .done = state { true } else { false } }
    /// Whether it was given up.
    package var isCancelled: Bool { if case .cancelled = state { true } else { false } }
    /// Whether it runs no more, one way or the other.
    package var isOver: Bool { isDone || isCancelled }
    /// Bytes still to copy.
    package var left: Int64 { isOver ? 0 : max(0, total - copied) }
    /// Seconds until it ends at its present speed; nil without speed.
    package var secondsLeft: Double? {
        guard !isOver, let speed, speed > 0 else { return nil }
        return Double(left) / speed
    }
}

/// The moves of a cluster, from the first partition that moves to a few seconds after the last one ended.
package struct MovesFigures: Sendable, Equatable {
    /// When the first one was seen; nil while nothing moves.
    package var startedAt: Timestamp?
    /// When the last one ended.
    package var endedAt: Timestamp?
    /// Running and ended ones, by topic and number.
    package var moves: [MoveFigures] = []

    /// Nothing moves.
    package init() {}

    /// Those still running.
    package var running: [MoveFigures] { moves.filter { !$0.isOver } }
    /// Those that have not been given up, which is what there is to be done.
    private var wanted: [MoveFigures] { moves.filter { !$0.isCancelled } }
    /// Those that were given up.
    package var cancelled: Int { moves.count(where: \.isCancelled) }
    /// Replicas to be copied.
    package var replicas: Int { wanted.reduce(0) { $0 + $1.adding.count } }
    /// Replicas that are complete.
    package var replicasDone: Int { moves.reduce(0) { $0 + ($1.isDone ? $1.adding.count : 0) } }
    /// Bytes copied of all.
    package var copied: Int64 { wanted.reduce(0) { $0 + ($1.isDone ? $1.total : min($1.copied, $1.total)) } }
    /// Bytes to copy of all.
    package var total: Int64 { wanted.reduce(0) { $0 + $1.total } }
    /// Bytes that have come to be copied since it began, as producers wrote them.
    package var grown: Int64 { wanted.reduce(0) { $0 + max(0, $1.total - ($1.atStart ?? $1.total)) } }
    /// Bytes per second of all.
    package var speed: Double? {
        let known = moves.compactMap(\.speed)
        return known.isEmpty ? nil : known.reduce(0, +)
    }
}

/// Follows moves across snapshots: bytes copied, speed, what stalls, what is done.
struct MoveHistory: Sendable {
    /// A move that copies nothing for so long is stalled.
    private static let stallAfter: Int64 = 30_000
    /// How long the rows of a move that ended stay.
    private static let keepAfter: Int64 = 3_000

    private var figures = MovesFigures()
    private var meters: [TopicPartition: RateMeter] = [:]
    private var changedAt: [TopicPartition: Timestamp] = [:]

    /// - Parameter isMoving: whether any partition of the snapshot moves.
    mutating func observe(_ snapshot: ClusterSnapshot, isMoving: Bool) -> MovesFigures {
        let now = snapshot.at
        guard isMoving || figures.startedAt != nil else { return figures }
        if let ended = figures.endedAt, now - ended > Self.keepAfter { self = MoveHistory() }
        var seen: Set<TopicPartition> = []
        for topic in snapshot.topics {
            for partition in topic.partitions where partition.isMoving {
                let id = TopicPartition(topic.name, partition.id)
                seen.insert(id)
                take(id, partition, now: now)
            }
        }
        // Who moves and who holds what is told by two answers: one that ended may be in place only in the next picture.
        for index in figures.moves.indices where !figures.moves[index].isDone {
            let move = figures.moves[index]
            guard !seen.contains(move.partition) else { continue }
            let replicas = snapshot.partition(move.partition)?.replicas ?? []
            let isInPlace =
                move.adding.allSatisfy(replicas.contains) && !move.removing.contains(where: replicas.contains)
            if isInPlace {
                figures.moves[index].state = .done(now)
            } else if !move.isCancelled {
                figures.moves[index].state = .cancelled(now)
            }
            figures.moves[index].speed = nil
        }
        if figures.startedAt != nil { figures.endedAt = seen.isEmpty ? figures.endedAt ?? now : nil }
        return figures
    }

    private mutating func take(_ id: TopicPartition, _ partition: PartitionSnapshot, now: Timestamp) {
        if figures.startedAt == nil { figures.startedAt = now }
        let copied = partition.adding.compactMap { partition.bytes(on: $0) }.reduce(0, +)
        let total = (partition.leaderBytes ?? 0) * Int64(partition.adding.count)
        let index: Int
        if let known = figures.moves.firstIndex(where: { $0.partition == id }) {
            index = known
        } else {
            figures.moves.append(
                MoveFigures(
                    partition: id, removing: partition.removing, adding: partition.adding, copied: copied, total: total)
            )
            figures.moves.sort { $0.partition < $1.partition }
            index = figures.moves.firstIndex { $0.partition == id } ?? 0
            meters[id] = RateMeter()
            changedAt[id] = now
        }
        if figures.moves[index].copied != copied || figures.moves[index].isOver { changedAt[id] = now }
        // Before the sizes are known nothing is: who comes to a move that runs would take all that was copied for new.
        if partition.leaderBytes != nil, let sizesAt = partition.sizesAt {
            if figures.moves[index].atStart == nil { figures.moves[index].atStart = total }
            meters[id]?.observe(Double(copied), at: sizesAt)
        }
        figures.moves[index].adding = partition.adding
        figures.moves[index].removing = partition.removing
        figures.moves[index].copied = copied
        figures.moves[index].total = max(total, copied)
        figures.moves[index].speed = meters[id]?.rate(now: now)
        let still = now - (changedAt[id] ?? now)
        figures.moves[index].state = still >= Self.stallAfter && copied < total ? .stalled(still) : .copying
    }
}
