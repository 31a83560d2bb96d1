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
    /// The size of the whole request on the wire.
    package let bytes: Int
    /// Leaves the client alone for so many milliseconds; an answer that says so does it by itself.
    package let mute: (Int64) -> Void

    package init(
        body: R, version: Int16, client: ClientInfo, reply: @escaping (R.Response?) -> Void,
        close: @escaping () -> Void = {}, bytes: Int = 0, mute: @escaping (Int64) -> Void = { _ in }
    ) {
        self.body = body
        self.version = version
        self.client = client
        self.reply = reply
        self.close = close
        self.bytes = bytes
        self.mute = mute
    }
}
