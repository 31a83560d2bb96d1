import KafkaProtocol
import NIOCore

/// Who sent a request.
package struct ClientInfo: Sendable, Equatable {
    package var clientID: String
    /// The address as Kafka writes it in groups: with a leading slash, without the port.
    package var host: String

    package init(clientID: String, host: String) {
        self.clientID = clientID
        self.host = host
    }
}

/// One request on its way through the broker. `reply` must be called exactly once, on the loop; nil sends nothing, as
/// Produce with acks=0 wants.
package struct Request<R: KafkaRequest> {
    package let body: R
    package let version: Int16
    package let client: ClientInfo
    package let reply: (R.Response?) -> Void
    /// Ends the connection, which is how a broker tells an acks=0 producer of an error.
    package let close: () -> Void

    package init(
        body: R, version: Int16, client: ClientInfo, reply: @escaping (R.Response?) -> Void,
        close: @escaping () -> Void = {}
    ) {
        self.body = body
        self.version = version
        self.client = client
        self.reply = reply
        self.close = close
    }
}
