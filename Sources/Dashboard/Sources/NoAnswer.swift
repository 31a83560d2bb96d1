import KafkaClient
import KafkaProtocol

/// Brokers that did not answer a call: what they would have told keeps its last values.
struct NoAnswer: Error {
    /// Which call, who was silent, and why as far as the first of them goes.
    let text: String
    /// Who was silent, in the order of their ids.
    let brokers: [BrokerID]
    /// Whether others answered.
    let isPartial: Bool

    init(of call: String, _ failed: [BrokerID: ClientError], asked: Int) {
        brokers = failed.keys.sorted()
        let why = brokers.first.flatMap { failed[$0] }.map(Self.reason) ?? ""
        text = "\(call): no answer from \(brokers.map(String.init).joined(separator: ", "))\(why)"
        isPartial = failed.count < asked
    }

    /// ` in 2 s`, `: connection refused`: without the address, as the brokers are named.
    private static func reason(_ error: ClientError) -> String {
        switch error {
        case .timedOut: " in \(SourceTimes.call.components.seconds) s"
        case .unreachable(let text), .disconnected(let text): ": \(text.split(separator: ": ").last ?? "")"
        default: ": \(error)"
        }
    }
}

extension ClientError {
    /// Whether nothing was heard, in contrast to an answer that says no.
    var isSilence: Bool {
        switch self {
        case .unreachable, .disconnected, .timedOut: true
        default: false
        }
    }
}
