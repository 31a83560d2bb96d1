/// Which partition of `__consumer_offsets` or `__transaction_state` holds a group or transactional id, and so whose
/// leader is its coordinator.
package enum CoordinatorPartition {
    /// `Utils.abs(id.hashCode) % count` of Kafka; 0 when `count` is not positive.
    package static func of(_ id: String, count: Int32) -> Int32 {
        let hash = javaHash(id)
        // Kafka's abs makes 0 of the one number that has no positive twin.
        return count > 0 ? (hash == .min ? 0 : abs(hash)) % count : 0
    }

    /// Java's `String.hashCode`: over UTF-16 code units, wrapping.
    package static func javaHash(_ text: String) -> Int32 {
        text.utf16.reduce(Int32(0)) { $0 &* 31 &+ Int32($1) }
    }
}
