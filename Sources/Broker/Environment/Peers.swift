import KafkaProtocol

/// Where a broker listens.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String { "\(host):\(port)" }
}

/// Why a request to another broker got no answer. Whether it took effect there is unknown.
package enum PeerError: Error, Equatable {
    case unreachable(String)
    case disconnected
    case timedOut
    case unreadable
}

/// The purposes of connections between brokers. Each has its own, because a long poll holds up what comes behind it.
package enum Lane: Hashable, Sendable {
    /// Votes, epochs and quorum fetches.
    case quorum
    /// AlterPartition and forwarded requests to the controller.
    case controller
    /// Registration and heartbeats: the answers before theirs wait for the quorum to commit, and theirs must not.
    case heartbeats
    /// Replica fetches.
    case replication(Int32)
    /// Markers that end transactions.
    case markers
    /// Questions of partition leaders to transaction coordinators.
    case verification
}

/// The network to other brokers: an impurity that a simulation replaces. Loop only.
package protocol Peers: AnyObject {
    /// Sends a request and calls `done` exactly once on the loop. Connects when needed; requests of one lane to one
    /// endpoint arrive in the order sent.
    func send<R: KafkaRequest>(
        _ request: R, version: Int16, to endpoint: Endpoint, lane: Lane, timeout: Int64,
        _ done: @escaping (Result<R.Response, PeerError>) -> Void)
}
