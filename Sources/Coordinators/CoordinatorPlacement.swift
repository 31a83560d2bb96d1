/// Which partition of an internal topic a group id or transactional id belongs to; its leader is the coordinator.
package enum CoordinatorPlacement {
    /// Java's `String.hashCode`: over UTF-16 code units, wrapping.
    package static func javaHash(_ text: String) -> Int32 {
        text.utf16.reduce(Int32(0)) { $0 &* 31 &+ Int32($1) }
    }

    /// Kafka's `Utils.abs(key.hashCode) % partitions`, where the least Int32 counts as 0.
    package static func partition(of key: String, partitions: Int32) -> Int32 {
        guard partitions > 0 else { return 0 }
        let hash = javaHash(key)
        return (hash == .min ? 0 : abs(hash)) % partitions
    }
}
