import Coordinators

extension TransactionConfig {
    /// The settings for transactions in `server.properties`.
    package init(_ config: BrokerConfig) throws {
        self.init()
        maxTimeoutMs = Int32(
            clamping: try config.int("transaction.max.timeout.ms", Int64(maxTimeoutMs), atLeast: 1))
        idExpirationMs = try config.int("transactional.id.expiration.ms", idExpirationMs, atLeast: 1)
        expiryIntervalMs = try config.int(
            "transaction.remove.expired.transaction.cleanup.interval.ms", expiryIntervalMs, atLeast: 1)
        timeoutIntervalMs = try config.int(
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", timeoutIntervalMs, atLeast: 1)
    }
}
