import KafkaProtocol

/// Why a broker that was to be started is not up.
package struct StartFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let broker: BrokerID
    /// In one line, without the broker.
    package let reason: String
    /// Where more may stand: the end of its log, or nothing where it has written none.
    package let details: [String]
    /// Whether its process goes on, and it may still come up.
    package let isUnderWay: Bool

    init(_ broker: BrokerID, _ reason: String, details: [String] = [], isUnderWay: Bool = false) {
        self.broker = broker
        self.reason = reason
        self.details = details
        self.isUnderWay = isUnderWay
    }

    package var description: String {
        (["broker \(broker) \(isUnderWay ? "is not up yet" : "did not start"): \(reason)"] + details.map { "  \($0)" })
            .joined(separator: "\n")
    }
}

/// A cluster after a start: one broker's failure holds up no other, as long as there is a quorum.
package struct StartedCluster: Sendable, Equatable {
    package let status: ClusterStatus
    /// Those that are not up, by id.
    package let failures: [StartFailure]

    /// Whether there is anybody to connect to.
    package var isUp: Bool { status.brokers.contains { $0.state == .running } }

    /// The cluster of which every broker is up.
    ///
    /// - Throws: the first `StartFailure`.
    package func whole() throws -> ClusterStatus {
        if let failure = failures.first { throw failure }
        return status
    }
}
