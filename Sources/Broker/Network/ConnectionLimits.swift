import ClusterMetadata
import KafkaProtocol

/// Says which connections are kept: so many in all and from one address (KIP-308, KIP-402), and so many new ones a second
/// from an address with a quota (KIP-612). Loop only.
package final class ConnectionLimits {
    /// What becomes of a new connection.
    package enum Verdict: Equatable {
        case keep
        case close(reason: String)
        /// Its address came too often: it is closed after so many milliseconds, in which nothing of it is read.
        case closeAfter(Int64)
    }

    private let configs: ConfigView
    private let clock: any Clock
    private var quotas = MetadataImage()
    private var most = Limits.connections
    private var mostPerAddress = Int.max
    private var overrides: [String: Int] = [:]
    private var open: [String: Int] = [:]
    private var total = 0
    private var rates: [String: RateQuota] = [:]

    package init(configs: ConfigView, clock: any Clock) {
        self.configs = configs
        self.clock = clock
        read(MetadataImage())
    }

    /// Takes over what holds now.
    package func apply(_ image: MetadataImage, _ delta: MetadataDelta?) {
        if delta?.quotasChanged ?? true {
            quotas = MetadataImage(quotasOf: image)
            rates.removeAll()
        }
        let own = ConfigResource.broker(configs.brokerID)
        if delta.map({ $0.configs.contains(.defaultBroker) || $0.configs.contains(own) }) ?? true { read(image) }
    }

    private func read(_ image: MetadataImage) {
        most = min(Limits.connections, Int(clamping: configs.int("max.connections", in: image)))
        mostPerAddress = Int(clamping: configs.int("max.connections.per.ip", in: image))
        let pairs = configs.string("max.connections.per.ip.overrides", in: image)?.configList ?? []
        overrides = Dictionary(pairs.compactMap(\.addressCount), uniquingKeysWith: { $1 })
    }

    /// Decides about a new connection; who is not closed at once counts until `closed`.
    package func opened(from address: String) -> Verdict {
        guard total < most else { return .close(reason: "\(total) are open") }
        let held = open[address, default: 0]
        guard held < overrides[address] ?? mostPerAddress else {
            return .close(reason: "\(held) are open from \(address)")
        }
        total += 1
        open[address] = held + 1
        guard let limit = quotas.connectionQuota(of: address) else { return .keep }
        if rates[address] == nil, rates.count >= Limits.quotaMeters { rates.removeAll() }
        var rate = rates[address] ?? RateQuota()
        rate.limit = Int64(min(limit, 9e18))
        rate.record(1, now: clock.now)
        let delay = rate.throttleTime(now: clock.now)
        guard delay == 0 else { return .closeAfter(delay) }
        rates[address] = rate
        return .keep
    }

    /// A connection that counted is gone.
    package func closed(from address: String) {
        total -= 1
        let held = open[address, default: 0] - 1
        open[address] = held > 0 ? held : nil
    }
}
