import KafkaProtocol

/// The coordinator of the transactional ids that hash to one partition of `__transaction_state`; the partition's leader
/// owns it (KIP-98).
///
/// A pure machine: every request and every event is one method that returns what to do, in order. What a request changes
/// is first appended as a record, and holds and is answered once that is committed; meanwhile the id has a pending state,
/// and other requests for it get CONCURRENT_TRANSACTIONS. It does not read a clock: `now` (milliseconds since 1970) must
/// never go back. Call `tick` when `nextDeadline` has come. On losing the partition call `resign` and drop the value; on
/// gaining it read the log into a `TransactionLoader`.
package struct TransactionCoordinator: CoordinatorMachine, Sendable {
    package typealias Loader = TransactionLoader
    package typealias Effect = TransactionEffect
    package typealias Response = TransactionResponse

    enum TimerKey: Hashable, Sendable {
        case write(WriteToken)
        /// The end of a transaction whose record was not stored.
        case complete(String)
        case timeouts
        case expiry
    }

    package let config: TransactionConfig
    /// The leader epoch of the partition: the coordinator's own epoch.
    package let epoch: Epoch
    private(set) var now: Timestamp
    var transactions: [String: TransactionMetadata] = [:]
    var timers = Timers<TimerKey>()
    var writes: [WriteToken: PendingTransactionWrite] = [:]
    /// All writes up to this one are committed or failed.
    var settledThrough: WriteToken = 0
    var lastWrite: WriteToken = 0
    private var effects: [TransactionEffect] = []

    /// A coordinator without transactional ids; with those of the log, use `TransactionLoader`.
    package init(config: TransactionConfig, epoch: Epoch, now: Timestamp) {
        self.config = config
        self.epoch = epoch
        self.now = now
        timers.arm(.timeouts, at: now + config.timeoutIntervalMs)
        timers.arm(.expiry, at: now + config.expiryIntervalMs)
    }

    /// When `tick` must be called at the latest; may turn out to be early.
    package var nextDeadline: Timestamp? { timers.next }

    package var summary: String? { transactions.isEmpty ? nil : "\(transactions.count) transactional ids" }

    /// Runs what is due.
    package mutating func tick(now: Timestamp) -> [TransactionEffect] {
        run(now) { machine in
            while let key = machine.timers.popDue(machine.now) { machine.fire(key) }
        }
    }

    /// The partition is no longer led here: every waiting request is answered NOT_COORDINATOR.
    package mutating func resign(now: Timestamp) -> [TransactionEffect] {
        run(now) { machine in
            for token in machine.writes.keys.sorted() {
                guard let write = machine.writes.removeValue(forKey: token), !write.answered else { continue }
                machine.answer(write.purpose, .refused(.notCoordinator))
            }
            machine.transactions = [:]
            machine.timers = Timers()
        }
    }

    /// One event: sets the time, runs the rule, hands out the effects.
    mutating func run(_ now: Timestamp, _ rule: (inout TransactionCoordinator) -> Void) -> [TransactionEffect] {
        self.now = max(self.now, now)
        rule(&self)
        defer { effects = [] }
        return effects
    }

    mutating func emit(_ effect: TransactionEffect) { effects.append(effect) }

    mutating func refuse(_ token: RequestToken, _ error: ErrorCode) { emit(.reply(token, .refused(error))) }

    private mutating func fire(_ key: TimerKey) {
        switch key {
        case .write(let token): writeTimedOut(token)
        case .complete(let id): complete(id)
        case .timeouts:
            timers.arm(.timeouts, at: now + config.timeoutIntervalMs)
            abortTimedOut()
        case .expiry:
            timers.arm(.expiry, at: now + config.expiryIntervalMs)
            expire()
        }
    }
}
