import KafkaProtocol

extension TransactionState {
    /// Markers are being written: nothing else may happen until they are.
    var isPreparing: Bool { self == .prepareCommit || self == .prepareAbort }

    /// No transaction is open, and the id may be forgotten when it rests for long.
    var isAtRest: Bool { self == .empty || self == .completeCommit || self == .completeAbort }
}
