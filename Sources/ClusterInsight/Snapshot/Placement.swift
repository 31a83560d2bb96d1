import KafkaProtocol

/// Where the replicas of a partition are, and which of them are in sync: the same few lists for very many partitions, so
/// that those share them, and a picture of all costs one reference for each.
package struct Placement: Sendable, Hashable {
    /// All replicas in assignment order, the first is preferred to lead.
    package var replicas: [BrokerID] = []
    /// Replicas in sync, as the controller decided last.
    package var isr: [BrokerID] = []
    /// Replicas on brokers that do not take part now.
    package var away: [BrokerID] = []
    /// Replicas a running reassignment adds.
    package var adding: [BrokerID] = []
    /// Replicas a running reassignment removes.
    package var removing: [BrokerID] = []

    /// Of a partition of which nothing is known.
    package init() {}
}

/// Finds the one placement that all partitions share which are placed alike. Holds at most `Limits.placements`; beyond that
/// it begins anew, and those shared before stay shared.
package struct Placements: Sendable {
    private var known: [Placement: Shared<Placement>] = [:]

    /// Knows none.
    package init() {}

    /// The shared placement that is equal to this one.
    package mutating func shared(_ placement: Placement) -> Shared<Placement> {
        if let shared = known[placement] { return shared }
        if known.count >= Limits.placements { known = [:] }
        let shared = Shared(placement)
        known[placement] = shared
        return shared
    }

    /// How many are known.
    var count: Int { known.count }
}
