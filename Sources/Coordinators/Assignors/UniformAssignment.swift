import KafkaProtocol

/// The assignor `uniform`: members get the same number of partitions, as far as their subscriptions allow, and keep what
/// they had as far as that allows.
struct UniformAssignment {
    private struct Topic {
        var id: UUID
        /// Indexes of members.
        var subscribers: [Int]
        /// The member of each partition; nil while it has none.
        var owners: [Int?]
    }

    private let members: [AssignmentInput.Member]
    private var topics: [Topic]
    /// How many partitions each member has.
    private var loads: [Int]

    init(_ input: AssignmentInput) {
        members = input.members
        loads = Array(repeating: 0, count: members.count)
        topics = []
        for topic in input.topics {
            let subscribers = members.indices.filter { input.members[$0].subscribed.contains(topic.name) }
            guard !subscribers.isEmpty else { continue }
            topics.append(
                Topic(
                    id: topic.id, subscribers: subscribers, owners: Array(repeating: nil, count: Int(topic.partitions)))
            )
        }
        // Where there is little choice it is made first.
        topics.sort { $0.subscribers.count < $1.subscribers.count }
        keep()
        for index in topics.indices { fill(index) }
        while balance() {}
    }

    var targets: [String: PartitionSet] {
        var targets: [String: PartitionSet] = [:]
        for topic in topics {
            for (partition, owner) in topic.owners.enumerated() {
                guard let owner else { continue }
                targets[members[owner].id, default: .init()].insert(topic.id, Int32(partition))
            }
        }
        return targets
    }

    private mutating func keep() {
        for index in topics.indices {
            for member in topics[index].subscribers {
                for partition in (members[member].target.byTopic[topics[index].id] ?? []).sorted()
                where topics[index].owners.indices.contains(Int(partition))
                    && topics[index].owners[Int(partition)] == nil
                {
                    give(index, Int(partition), to: member)
                }
            }
        }
    }

    private mutating func fill(_ index: Int) {
        for partition in topics[index].owners.indices where topics[index].owners[partition] == nil {
            give(index, partition, to: leastLoaded(index))
        }
    }

    /// Moves partitions over the widest gaps between a member and another that could have its partition. So nobody gives who
    /// was given before, and no more moves than must; every move makes loads more alike, so this ends.
    private mutating func balance() -> Bool {
        let widest = topics.indices.reduce(0) { max($0, gap($1)?.width ?? 0) }
        guard widest >= 2 else { return false }
        for index in topics.indices {
            while let gap = gap(index), gap.width >= widest { give(index, gap.partition, to: gap.poorest) }
        }
        return true
    }

    /// Between the member with most and the one with least that could have a partition of a topic. As with Kafka's assignor
    /// who has to give keeps the first partitions.
    private func gap(_ index: Int) -> (partition: Int, poorest: Int, width: Int)? {
        let fromTheLast = topics[index].owners.indices.reversed()
        guard let partition = fromTheLast.max(by: { load(index, $0) < load(index, $1) }) else { return nil }
        let poorest = leastLoaded(index)
        return (partition, poorest, load(index, partition) - loads[poorest])
    }

    private func load(_ index: Int, _ partition: Int) -> Int { topics[index].owners[partition].map { loads[$0] } ?? 0 }

    private func leastLoaded(_ index: Int) -> Int {
        let subscribers = topics[index].subscribers
        return subscribers.dropFirst().reduce(subscribers[0]) { loads[$1] < loads[$0] ? $1 : $0 }
    }

    private mutating func give(_ index: Int, _ partition: Int, to member: Int) {
        if let owner = topics[index].owners[partition] { loads[owner] -= 1 }
        topics[index].owners[partition] = member
        loads[member] += 1
    }
}
