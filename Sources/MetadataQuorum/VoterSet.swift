import KafkaProtocol

/// The nodes that elect the leader and decide what is committed (`controller.quorum.voters`).
package struct VoterSet: Sendable, Equatable {
    /// Ascending, without duplicates.
    package let ids: [BrokerID]

    package init(_ ids: [BrokerID]) { self.ids = Set(ids).sorted() }

    /// How many voters decide.
    package var majority: Int { ids.count / 2 + 1 }

    package func contains(_ id: BrokerID) -> Bool { ids.contains(id) }

    /// All but `id`.
    package func others(than id: BrokerID) -> [BrokerID] { ids.filter { $0 != id } }
}
