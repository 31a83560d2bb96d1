import KafkaProtocol

/// Groups: nobody shares a partition, and in peace nobody is without.
extension Checker {
    /// No partition is in use by two members, each by its own view and within the session that the coordinator granted.
    func checkShares() {
        for (index, member) in members.enumerated() {
            for other in members.dropFirst(index + 1) {
                guard let both = member.holds.intersection(other.holds).min() else { continue }
                fail("\(SimulatedMember.group): members \(member.id) and \(other.id) both have partition \(both)")
            }
        }
    }

    /// Whether the members have all partitions of their topic between them.
    var membersHaveAll: Bool {
        guard let topic = members.first?.topic else { return true }
        let held = members.reduce(into: Set<Int32>()) { $0.formUnion($1.holds) }
        return held.count == image.topic(named: topic)?.partitions.count
    }
}
