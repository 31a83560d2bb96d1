import KafkaProtocol

@testable import Broker

/// A network with nobody on it.
final class NoPeers: Peers {
    /// What every request fails with.
    var error = PeerError.disconnected
    /// Told of every request.
    var onSend: (Lane) -> Void = { _ in }

    func send<R: KafkaRequest>(
        _ request: R, version: Int16, to endpoint: Endpoint, lane: Lane, timeout: Int64,
        _ done: @escaping (Result<R.Response, PeerError>) -> Void
    ) {
        onSend(lane)
        done(.failure(error))
    }
}
