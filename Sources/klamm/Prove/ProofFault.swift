import ArgumentParser
import KafkaProtocol

/// A fault that a proof brings upon a broker, and what it did to those who write.
struct ProofFault: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        /// SIGKILL, and a start a few seconds later.
        case kill
        /// SIGSTOP, and SIGCONT a few seconds later.
        case pause
        /// An orderly stop, and a start a few seconds later.
        case stop

        /// As the course marks it: the key that does the same on the dashboard.
        var letter: Character {
            switch self {
            case .kill: "K"
            case .pause: "Z"
            case .stop: "S"
            }
        }

        /// As the table of faults names it.
        var words: String { self == .kill ? "kill −9" : rawValue }

        /// `kill,pause`; nil when a word is none of them.
        static func list(_ text: String) -> [Kind]? {
            let words = text.split(separator: ",", omittingEmptySubsequences: false)
            let kinds = words.compactMap { Kind(rawValue: String($0)) }
            return kinds.count == words.count ? kinds : nil
        }
    }

    let kind: Kind
    let broker: BrokerID
    /// How many partitions it led.
    let led: Int
    /// Milliseconds since 1970.
    let time: Timestamp
    let began: ContinuousClock.Instant
    /// The longest time without an acknowledged write, by partition.
    var silence: [Int32: Duration] = [:]
    /// From the fault until leadership was taken away from the broker, or it was back; nil for not yet.
    var noticed: Duration?
    /// What had been lost before.
    var lostBefore = 0
    /// From the fault until every partition is led, by another broker than this one; nil for not yet.
    var leaderless: Duration?
    /// When the broker was started or resumed.
    var isOver = false
    /// From the fault until every in-sync set is whole again; nil for not yet.
    var untilInSync: Duration?

    init(_ kind: Kind, _ broker: BrokerID, led: Int, time: Timestamp) {
        self.kind = kind
        self.broker = broker
        self.led = led
        self.time = time
        began = .now
    }

    /// Writes that stop for less than this are not worth a word.
    private static let noticeable = Duration.milliseconds(100)

    /// The longest time that a partition took no writes.
    var writesStopped: Duration { silence.values.max() ?? .zero }
    /// How many partitions took no writes for a while.
    var partitionsStopped: Int { silence.values.count { $0 >= Self.noticeable } }
}
