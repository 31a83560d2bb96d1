import KafkaProtocol
import KafkaRecords

/// Why a call, or a part of it, failed.
package enum ClientError: Error, Equatable, CustomStringConvertible {
    /// No connection could be made; the text names the address and the reason.
    case unreachable(String)
    /// Nobody listens at any of the bootstrap addresses, and no broker has ever answered; the text names them. Trying
    /// again helps only after somebody has started a broker or given another address.
    case nobodyThere([AddressFailure])
    /// The connection broke while the request was under way, so that it may or may not have been carried out.
    case disconnected(String)
    /// The deadline passed; the text says what was waited for.
    case timedOut(String)
    /// The broker does not offer this API in a version that is known here.
    case notOffered(APIKey)
    /// The broker said no, with its own words if it sent any.
    case broker(ErrorCode, String?)
    /// Who listens there speaks another protocol than Kafka's over plain TCP. Trying again does not help.
    case foreign(ForeignProtocol)
    /// The broker sent bytes that are no answer.
    case malformed(String)
    /// Records that cannot be read or made.
    case records(RecordsError)
    /// More requests at once than the client remembers.
    case overloaded
    /// The client or its connection has been closed.
    case closed
    /// The caller asked for something impossible.
    case invalid(String)

    /// Any error as one of the client's.
    package init(_ error: any Error) {
        switch error {
        case let error as ClientError: self = error
        case let error as RecordsError: self = .records(error)
        case let error as WireError: self = .malformed("\(error)")
        case is CancellationError: self = .closed
        default: self = .disconnected(ConnectFailure(error).reason)
        }
    }

    /// Whether trying again, perhaps elsewhere, can help.
    package var isRetriable: Bool {
        switch self {
        case .unreachable, .disconnected, .timedOut: true
        case .broker(let code, _): code.isRetriable
        default: false
        }
    }

    /// What is said of an address at which somebody takes connections and does not answer.
    static let hintOfSilence = "it hangs, or is no Kafka listener"

    /// What went wrong at an address, in words without it.
    package func reason(at address: BrokerAddress) -> String {
        switch self {
        case .unreachable(let why), .disconnected(let why), .timedOut(let why):
            why.hasPrefix("\(address)") ? String(why.dropFirst("\(address)".count).drop { " :".contains($0) }) : why
        default: description
        }
    }

    /// The broker's error code if the broker answered.
    package var code: ErrorCode? {
        guard case .broker(let code, _) = self else { return nil }
        return code
    }

    package var description: String {
        switch self {
        case .unreachable(let why): "cannot connect: \(why)"
        case .nobodyThere(let failures):
            "no broker answers: " + failures.map(\.description).joined(separator: "; ")
        case .disconnected(let why): "connection lost: \(why)"
        case .timedOut(let what): "timed out: \(what)"
        case .notOffered(let api): "\(api) is not offered by this broker"
        case .broker(let code, let message?) where !message.isEmpty: "\(code): \(message)"
        case .broker(let code, _): "\(code)"
        case .foreign(.http): "speaks HTTP, not Kafka's protocol; give the port of a Kafka listener, usually 9092"
        case .foreign(.tls): "speaks TLS, and Klamm only security.protocol=PLAINTEXT; give the port of such a listener"
        case .malformed(let what): "malformed answer: \(what)"
        case .records(let error): "\(error)"
        case .overloaded: "too many requests at once"
        case .closed: "closed"
        case .invalid(let what): what
        }
    }
}

/// An address that leads to no broker, and why.
package struct AddressFailure: Sendable, Equatable, CustomStringConvertible {
    package let address: BrokerAddress
    /// In words, without the address.
    package let reason: String

    package init(_ address: BrokerAddress, _ reason: String) {
        self.address = address
        self.reason = reason
    }

    package var description: String { "\(address): \(reason)" }
}

/// What became of each item of a call; one item's failure never hides another's result.
package typealias Outcomes<Item: Hashable, Value> = [Item: Result<Value, ClientError>]

/// A moment after which a call gives up.
package typealias Deadline = ContinuousClock.Instant
