import KafkaProtocol

/// The work of one request, from its first byte read to its answer, held against the quotas of its client. Time in which the
/// request only waits is not work.
final class RequestWork {
    private let quotas: ClientQuotas
    private let client: ClientInfo
    private let isMeasured: Bool
    private var started: Int64
    private var spent: Int64 = 0
    private var isPaused = false

    /// Nil when nobody has a quota.
    init?(_ quotas: ClientQuotas, _ client: ClientInfo) {
        guard quotas.isActive else { return nil }
        self.quotas = quotas
        self.client = client
        isMeasured = quotas.measuresWork
        started = isMeasured ? quotas.nanoseconds : 0
    }

    /// The handler has returned; what follows is waiting.
    func pause() {
        guard isMeasured, !isPaused else { return }
        spent += quotas.nanoseconds - started
        isPaused = true
    }

    /// The answer with the time for which its client is left alone, which begins with it (KIP-219).
    func finish<R: KafkaRequest>(_ response: R.Response?, of request: R, muting mute: (Int64) -> Void) -> R.Response? {
        pause()
        guard var throttled = response as? any ThrottledResponse else { return response }
        let own = isMeasured && !Self.isExempt(request) ? quotas.worked(spent, for: client) : 0
        throttled.throttleTimeMs = max(throttled.throttleTimeMs, Int32(clamping: own))
        if throttled.throttleTimeMs > 0 { mute(Int64(throttled.throttleTimeMs)) }
        return throttled as? R.Response ?? response
    }

    /// Brokers among themselves are not held back.
    private static func isExempt<R: KafkaRequest>(_ request: R) -> Bool {
        if let fetch = request as? FetchRequest { return fetch.askingReplicaID >= 0 }
        // Clients may send markers too, to end what hangs, but hardly ever do.
        return R.api == .writeTxnMarkers || APITable.entries[R.api]?.scope == .brokers
    }
}
