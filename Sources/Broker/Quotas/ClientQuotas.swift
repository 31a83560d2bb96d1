import ClusterMetadata
import KafkaProtocol

/// Measures what clients use of this broker and says for how long who used too much must be left alone (KIP-13, KIP-124,
/// KIP-219). Each broker measures for itself. Loop only.
package final class ClientQuotas {
    private struct Asked: Hashable {
        let key: QuotaKey
        let clientID: String
    }

    private struct Meter: Hashable {
        let key: QuotaKey
        let sharers: QuotaMatch.Sharers
    }

    private let clock: any Clock
    private let window: RateQuota.Window
    private var image = MetadataImage()
    /// Which quota holds for whom, as far as it was asked since the quotas changed.
    private var matches: [Asked: QuotaMatch?] = [:]
    private var meters: [Meter: RateQuota] = [:]

    package init(clock: any Clock, window: RateQuota.Window = RateQuota.Window()) {
        self.clock = clock
        self.window = window
    }

    /// Takes the quotas over that hold now.
    package func apply(_ image: MetadataImage, _ delta: MetadataDelta?) {
        guard delta?.quotasChanged ?? true else { return }
        self.image = MetadataImage(quotasOf: image)
        matches.removeAll()
        measuresWork = image.quotas.values.contains { $0[QuotaKey.requestPercentage.rawValue] != nil }
        if !isActive { meters.removeAll() }
    }

    /// Whether anybody has a quota.
    package var isActive: Bool { !image.quotas.isEmpty }

    /// Whether the time of requests is to be measured.
    package private(set) var measuresWork = false

    /// Nanoseconds that never go back, for `worked`.
    package var nanoseconds: Int64 { clock.nanoseconds }

    /// Counts a Produce request; milliseconds for which its client must be left alone.
    package func produced(_ bytes: Int, by client: ClientInfo) -> Int64 {
        use(bytes, .producerByteRate, client, scale: 1)
    }

    /// The most bytes that one answer to a client's Fetch may carry, nil for any number.
    package func fetchRoom(of client: ClientInfo) -> Int? {
        guard isActive, let match = match(.consumerByteRate, client) else { return nil }
        return Int(clamping: meter(.consumerByteRate, match, scale: 1).burst)
    }

    /// Counts the answer to a Fetch; milliseconds for which its client must be left alone. More than 0 means that the
    /// answer is not counted and must go without records.
    package func fetched(_ bytes: Int, by client: ClientInfo) -> Int64 {
        use(bytes, .consumerByteRate, client, scale: 1, keepsExcess: false)
    }

    /// Counts the nanoseconds for which the broker's thread worked for a client; milliseconds for which it must be left
    /// alone, at most one sample.
    package func worked(_ nanoseconds: Int64, for client: ClientInfo) -> Int64 {
        // One percent of a thread is ten million nanoseconds a second.
        min(window.sampleMs, use(Int(nanoseconds), .requestPercentage, client, scale: 10_000_000))
    }

    private func use(
        _ amount: Int, _ key: QuotaKey, _ client: ClientInfo, scale: Double, keepsExcess: Bool = true
    ) -> Int64 {
        guard isActive, let match = match(key, client) else { return 0 }
        var meter = meter(key, match, scale: scale)
        meter.record(amount, now: clock.now)
        let throttle = meter.throttleTime(now: clock.now)
        if throttle == 0 || keepsExcess {
            let owner = Meter(key: key, sharers: match.sharers)
            if meters[owner] == nil { makeRoom() }
            meters[owner] = meter
        }
        return throttle
    }

    private func match(_ key: QuotaKey, _ client: ClientInfo) -> QuotaMatch? {
        let asked = Asked(key: key, clientID: client.clientID)
        if let known = matches[asked] { return known }
        let match = image.quota(key, user: QuotaEntity.anonymous, clientID: client.clientID)
        if matches.count >= Limits.quotaMeters { matches.removeAll() }
        matches.updateValue(match, forKey: asked)
        return match
    }

    private func meter(_ key: QuotaKey, _ match: QuotaMatch, scale: Double) -> RateQuota {
        var meter = meters[Meter(key: key, sharers: match.sharers)] ?? RateQuota(window: window)
        meter.limit = Int64(min(match.limit * scale, 9e18))
        return meter
    }

    private func makeRoom() {
        guard meters.count >= Limits.quotaMeters else { return }
        meters = meters.filter { !$0.value.isIdle(now: clock.now) }
        if meters.count >= Limits.quotaMeters { meters.removeAll() }
    }
}
