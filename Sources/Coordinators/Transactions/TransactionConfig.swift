/// The settings of transaction coordinators; the names follow `server.properties`. Times are milliseconds.
package struct TransactionConfig: Sendable, Equatable {
    /// `transaction.max.timeout.ms`: the longest that a producer may ask for.
    package var maxTimeoutMs: Int32 = 900_000
    /// `transactional.id.expiration.ms`: an id at rest for this long is forgotten.
    package var idExpirationMs: Int64 = 604_800_000
    /// `transaction.remove.expired.transaction.cleanup.interval.ms`
    package var expiryIntervalMs: Int64 = 3_600_000
    /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`
    package var timeoutIntervalMs: Int64 = 10_000

    package init() {}
}
