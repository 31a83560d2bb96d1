/// Where a transactional id stands, with Kafka's numbers and names.
package enum TransactionState: Int8, Sendable, CaseIterable {
    case empty = 0
    case ongoing = 1
    /// Decided and stored; the markers are on their way.
    case prepareCommit = 2
    case prepareAbort = 3
    /// Every partition has its marker.
    case completeCommit = 4
    case completeAbort = 5
    /// About to be forgotten: never stored.
    case dead = 6
    /// The epoch is being raised so that the old producer cannot go on: never stored.
    case prepareEpochFence = 7

    /// The name in DescribeTransactions and ListTransactions.
    package var name: String {
        switch self {
        case .empty: "Empty"
        case .ongoing: "Ongoing"
        case .prepareCommit: "PrepareCommit"
        case .prepareAbort: "PrepareAbort"
        case .completeCommit: "CompleteCommit"
        case .completeAbort: "CompleteAbort"
        case .dead: "Dead"
        case .prepareEpochFence: "PrepareEpochFence"
        }
    }

    package init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }
}
