/// The topics that brokers keep their own state in. Their coordinators make them, never a client's question.
package enum InternalTopics {
    /// Committed offsets and the members of groups.
    package static let offsets = "__consumer_offsets"
    /// The state of transactions.
    package static let transactions = "__transaction_state"

    package static func contains(_ topic: String) -> Bool { topic == offsets || topic == transactions }
}
