import KafkaProtocol

/// The assignor `range`: each topic is cut into ranges, one for each subscriber in order, so that members get the same
/// partitions of topics that are partitioned alike.
enum RangeAssignment {
    static func targets(_ input: AssignmentInput) -> [String: PartitionSet] {
        var targets: [String: PartitionSet] = [:]
        for topic in input.topics {
            let subscribers = input.members.filter { $0.subscribed.contains(topic.name) }
            guard !subscribers.isEmpty else { continue }
            let count = Int32(subscribers.count)
            var next: Int32 = 0
            for (index, member) in subscribers.enumerated() {
                let length = topic.partitions / count + (Int32(index) < topic.partitions % count ? 1 : 0)
                for partition in next..<next + length {
                    targets[member.id, default: .init()].insert(topic.id, partition)
                }
                next += length
            }
        }
        return targets
    }
}
