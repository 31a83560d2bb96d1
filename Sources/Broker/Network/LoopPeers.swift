import KafkaProtocol
import NIOCore
import NIOPosix

/// `Peers` over TCP on the broker's loop: one connection per endpoint and lane, opened when first needed.
package final class LoopPeers: Peers {
    private struct Key: Hashable {
        let endpoint: Endpoint
        let lane: Lane
    }

    private let loop: any EventLoop
    private let clock: any Clock
    private let clientID: String
    private var connections: [Key: PeerConnection] = [:]

    package init(loop: any EventLoop, clock: any Clock, clientID: String) {
        self.loop = loop
        self.clock = clock
        self.clientID = clientID
    }

    package func send<R: KafkaRequest>(
        _ request: R, version: Int16, to endpoint: Endpoint, lane: Lane, timeout: Int64,
        _ done: @escaping (Result<R.Response, PeerError>) -> Void
    ) {
        let connection = connection(Key(endpoint: endpoint, lane: lane))
        connection.send(
            timeout: timeout,
            encode: { try Frame.request(request, version: version, correlationID: $0, clientID: self.clientID) },
            done: { result in
                switch result {
                case .failure(let error): done(.failure(error))
                case .success(var buffer):
                    do {
                        done(.success(try Frame.readResponse(&buffer, to: R.self, version: version)))
                    } catch {
                        done(.failure(.unreadable))
                    }
                }
            })
    }

    /// Ends all connections; requests under way fail as disconnected.
    package func stop() {
        for connection in connections.values { connection.close() }
        connections.removeAll()
    }

    private func connection(_ key: Key) -> PeerConnection {
        if let open = connections[key], !open.isClosed { return open }
        let fresh = PeerConnection(endpoint: key.endpoint, loop: loop, clock: clock)
        connections[key] = fresh
        return fresh
    }
}
