import KafkaProtocol

/// One partition before and after a move.
package struct PartitionMove: Sendable, Equatable {
    package var partition: TopicPartition
    package var before: [BrokerID]
    package var after: [BrokerID]
    /// Who leads it now.
    package var leader: BrokerID?
    /// Bytes of one replica, nil when unknown.
    package var bytes: Int64?

    /// A partition before and after.
    package init(
        partition: TopicPartition, before: [BrokerID], after: [BrokerID], leader: BrokerID?, bytes: Int64?
    ) {
        self.partition = partition
        self.before = before
        self.after = after
        self.leader = leader
        self.bytes = bytes
    }

    /// Replicas that have to be copied.
    package var added: [BrokerID] { isChange ? after.filter { !before.contains($0) } : [] }
    /// Replicas that go.
    package var removed: [BrokerID] { isChange ? before.filter { !after.contains($0) } : [] }
    /// Whether anything has to be sent to the cluster.
    package var isChange: Bool { before != after }
    /// Bytes to be copied.
    package var bytesToCopy: Int64 { (bytes ?? 0) * Int64(added.count) }
}

/// What a strategy would do to the chosen partitions.
package struct MovePlan: Sendable, Equatable {
    /// Every chosen partition, also those that stay.
    package var moves: [PartitionMove]
    /// Why the strategy cannot be used; nil when it can.
    package var refusal: String?

    /// A plan, or why there is none.
    package init(moves: [PartitionMove], refusal: String? = nil) {
        self.moves = moves
        self.refusal = refusal
    }

    /// The replicas that the partition with most of them has before.
    package var factor: Int {
        // A key path to the count takes ten times as long, of as many as a large cluster has.
        moves.reduce(0) { max($0, $1.before.count) }
    }
    /// Partitions that change.
    package var changes: [PartitionMove] { moves.filter(\.isChange) }
    /// Whether any does.
    package var isChange: Bool { moves.contains(where: \.isChange) }
    /// Replicas to be copied.
    package var replicasMoved: Int { moves.reduce(0) { $0 + $1.added.count } }
    /// Replicas that only go.
    package var replicasRemoved: Int { moves.reduce(0) { $0 + max(0, $1.removed.count - $1.added.count) } }
    /// Bytes to be copied.
    package var bytes: Int64 { moves.reduce(0) { $0 + $1.bytesToCopy } }
    /// What AlterPartitionReassignments is sent.
    package var assignment: [TopicPartition: [BrokerID]] {
        Dictionary(changes.map { ($0.partition, $0.after) }, uniquingKeysWith: { a, _ in a })
    }

    /// Replicas per broker of the chosen partitions, before or after.
    package func replicas(after: Bool) -> [BrokerID: Int] {
        moves.reduce(into: [:]) { counts, move in
            for broker in after ? move.after : move.before { counts[broker, default: 0] += 1 }
        }
    }

    /// Brokers that get a copy of something.
    package var receivers: Set<BrokerID> { moves.reduce(into: []) { $0.formUnion($1.added) } }
    /// Brokers that hold any of the partitions, before or after.
    package var brokers: Set<BrokerID> {
        moves.reduce(into: []) { brokers, move in
            brokers.formUnion(move.before)
            if move.isChange { brokers.formUnion(move.after) }
        }
    }

    /// Bytes that come to each broker, less those that go from it.
    package var bytesGained: [BrokerID: Int64] {
        moves.reduce(into: [:]) { gained, move in
            for broker in move.added { gained[broker, default: 0] += move.bytes ?? 0 }
            for broker in move.removed { gained[broker, default: 0] -= move.bytes ?? 0 }
        }
    }

    /// Leaders per broker of the chosen partitions: now, and when preferred leaders lead after the move.
    package func leaders(after: Bool) -> [BrokerID: Int] {
        moves.reduce(into: [:]) { counts, move in
            if let leader = after ? move.after.first : move.leader { counts[leader, default: 0] += 1 }
        }
    }

    /// How long the copying takes: bytes ÷ (the fewer of senders and receivers × throttle), seconds.
    package func seconds(throttle: Int64) -> Double? {
        let receivers = receivers.count
        let senders = Set(moves.filter { !$0.added.isEmpty }.compactMap { $0.leader ?? $0.before.first }).count
        let streams = min(receivers, senders)
        guard streams > 0, throttle > 0 else { return nil }
        return Double(bytes) / (Double(streams) * Double(throttle))
    }
}
