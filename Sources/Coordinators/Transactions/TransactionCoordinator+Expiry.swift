import KafkaProtocol

extension TransactionCoordinator {
    /// Forgets ids that nobody has used for long.
    mutating func expire() {
        let expired = transactions.values.filter {
            $0.state.isAtRest && $0.pendingState == nil && $0.lastUpdateTimestamp <= now - config.idExpirationMs
        }
        let ids = expired.map(\.transactionalID).sorted()
        for start in stride(from: 0, to: ids.count, by: CoordinatorLimits.tombstonesPerWrite) {
            // What finds no room waits for the next check.
            guard hasRoomToWrite else { return }
            writeTombstones(Array(ids[start..<min(ids.count, start + CoordinatorLimits.tombstonesPerWrite)]))
        }
    }
}
