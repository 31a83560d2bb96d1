import KafkaProtocol

@testable import Broker

/// A network with nobody on it.
final class NoPeers: Peers {
    /// What every request fails with.
    var error = PeerError.disconnected

    func send<R: KafkaRequest>(
        _ request: R, version: Int16, to endpoint: Endpoint, lane: Lane, timeout: Int64,
        _ done: @escaping (Result<R.Response, PeerError>) -> Void
    ) { done(.failure(error)) }
}
