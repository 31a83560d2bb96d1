import KafkaProtocol
import KafkaRecords

/// Chooses partitions: keyed records by murmur2, as Java clients do; those without a key stay on one partition until a
/// batch's worth of bytes went there (KIP-794).
struct Partitioner {
    private struct Sticky {
        var partition: Int32
        var bytes: Int
    }

    private var sticky: [String: Sticky] = [:]

    /// - Parameters:
    ///   - available: the partitions that have a leader; keyless records go there if there are any.
    ///   - turn: the bytes after which keyless records take another partition.
    mutating func partition(
        for record: ProducerRecord, count: Int32, available: [Int32], turn: Int,
        using generator: inout some RandomNumberGenerator
    ) throws -> Int32 {
        guard count > 0 else { throw ClientError.broker(.unknownTopicOrPartition, record.topic) }
        if let partition = record.partition {
            guard (0..<count).contains(partition) else {
                throw ClientError.invalid("topic \(record.topic) has \(count) partitions, no \(partition)")
            }
            return partition
        }
        if let key = record.key { return Murmur2.partition(key: key, count: count) }
        var current =
            sticky[record.topic]
            ?? Sticky(partition: Self.other(than: -1, count, available, &generator), bytes: 0)
        if current.bytes >= turn || current.partition >= count {
            current = Sticky(partition: Self.other(than: current.partition, count, available, &generator), bytes: 0)
        }
        current.bytes += record.size
        sticky[record.topic] = current
        return current.partition
    }

    private static func other(
        than current: Int32, _ count: Int32, _ available: [Int32], _ generator: inout some RandomNumberGenerator
    ) -> Int32 {
        let choices = available.isEmpty ? Array(0..<count) : available
        return choices.filter { $0 != current }.randomElement(using: &generator) ?? choices[0]
    }
}
