import KafkaProtocol

/// Transactions (KIP-98), for producers with a `transactionalID`: begin, enqueue records, then commit or abort.
extension Producer {
    /// Makes this the only producer with its transactional id: whoever had it before is fenced, and what that one left open
    /// is aborted. Must be called once, before anything is enqueued, and again after an abort that followed a failure.
    ///
    /// - Throws: `ClientError.invalid` without a transactional id; what the coordinator says.
    package func initTransactions() async throws {
        try await transactional().initialize(.now + configuration.deliveryTimeout)
        beginAnew()
    }

    /// Waits for everything enqueued and commits it as one: read_committed consumers see all of it or nothing.
    ///
    /// - Throws: the first error when a record was not delivered; nothing is committed then, and the transaction is to be
    ///   aborted.
    package func commitTransaction() async throws {
        let transactions = try transactional()
        await flush()
        if let failure { throw failure }
        try await transactions.end(commit: true, .now + configuration.deliveryTimeout)
    }

    /// Waits for what is under way and drops the whole transaction.
    package func abortTransaction() async throws {
        let transactions = try transactional()
        await flush()
        try await transactions.end(commit: false, .now + configuration.deliveryTimeout)
    }
}
