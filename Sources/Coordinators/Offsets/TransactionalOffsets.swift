import KafkaProtocol

/// Positions that were stored in transactions which have not ended yet, by producer id.
struct TransactionalOffsets: Sendable, Equatable {
    /// A position that counts from the COMMIT on.
    struct Entry: Sendable, Equatable {
        var value: OffsetCommitValue
        /// Later ones have higher numbers, as their records do in the log.
        var order: UInt64
        /// The partition got a newer position meanwhile, which a COMMIT must not undo.
        var isSuperseded = false
    }

    /// One position that a COMMIT brings.
    struct Committed: Equatable {
        var group: String
        var partition: TopicPartition
        var value: OffsetCommitValue
        var order: UInt64
    }

    private var open: [Int64: [String: [TopicPartition: Entry]]] = [:]
    private var lastOrder: UInt64 = 0

    mutating func add(_ producerID: Int64, _ group: String, _ partition: TopicPartition, _ value: OffsetCommitValue) {
        lastOrder += 1
        open[producerID, default: [:]][group, default: [:]][partition] = Entry(value: value, order: lastOrder)
    }

    /// The partition has a position that is newer than those up to `order`; nil: than all of them.
    mutating func supersede(_ group: String, _ partition: TopicPartition, upTo order: UInt64? = nil) {
        for producer in Array(open.keys) {
            guard let entry = open[producer]?[group]?[partition], entry.order <= order ?? .max else { continue }
            open[producer]?[group]?[partition]?.isSuperseded = true
        }
    }

    /// The position was deleted: open transactions bring it back no more.
    mutating func forget(_ group: String, _ partition: TopicPartition) {
        for producer in Array(open.keys) {
            guard open[producer]?[group]?.removeValue(forKey: partition) != nil else { continue }
            if open[producer]?[group]?.isEmpty == true { open[producer]?[group] = nil }
            if open[producer]?.isEmpty == true { open[producer] = nil }
        }
    }

    /// A transaction has ended. Returns what a COMMIT brings, in the order of the log.
    mutating func end(_ producerID: Int64, isCommit: Bool) -> [Committed] {
        guard let groups = open.removeValue(forKey: producerID), isCommit else { return [] }
        return groups.flatMap { group, entries in
            entries.filter { !$0.value.isSuperseded }.map {
                Committed(group: group, partition: $0.key, value: $0.value.value, order: $0.value.order)
            }
        }
        .sorted { $0.order < $1.order }
    }

    /// The partitions of a group that await the end of a transaction.
    func partitions(of group: String) -> Set<TopicPartition> {
        open.values.reduce(into: []) { $0.formUnion((($1[group]) ?? [:]).keys) }
    }

    /// The groups that await the end of a transaction.
    var groups: Set<String> { open.values.reduce(into: []) { $0.formUnion($1.keys) } }
}
