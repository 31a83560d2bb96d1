import KafkaProtocol

/// How the groups of a snapshot are doing, worst first: worked out when one of them is doing otherwise than before, for all
/// screens and frames that show it.
package struct GroupRanking: Sendable, Equatable {
    /// What decides where a group stands.
    struct Entry {
        var status = GroupStatus.ok
        var lag: Int64?
        var isConsole = false
    }

    /// The verdicts on the groups, in the order of the snapshot.
    package private(set) var verdicts: [GroupStatus] = []
    /// Where the groups stand in the snapshot, the worst verdict and the largest lag first; consoles are left out.
    package private(set) var worstFirst: [Int] = []

    /// Of no groups.
    init() {}

    /// Of groups by what is known of them, in the order of the snapshot.
    init(_ entries: some Collection<Entry>) {
        verdicts = entries.map(\.status)
        var keyed: [(status: Int, lag: Int64, index: Int)] = []
        keyed.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() where !entry.isConsole {
            keyed.append((entry.status.rawValue, entry.lag ?? -1, index))
        }
        // Groups come by name, which is the order of those that are alike.
        keyed.sort { a, b in
            a.status == b.status ? a.lag == b.lag ? a.index < b.index : a.lag > b.lag : a.status > b.status
        }
        worstFirst = keyed.map(\.index)
    }

    /// Of the groups of a snapshot with their figures.
    init(_ snapshot: ClusterSnapshot, _ figures: [String: Shared<GroupFigures>]) {
        self.init(
            snapshot.groups.map { group in
                let own = figures[group.name]
                return Entry(status: own?.status ?? .ok, lag: own.flatMap(\.lag), isConsole: group.isConsole)
            })
    }

    /// Groups that are not well, the worst first.
    package var notOK: ArraySlice<Int> { worstFirst.prefix { verdicts[$0] != .ok } }
}
