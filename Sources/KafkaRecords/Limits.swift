/// Bounds on what records may make a process do.
package enum RecordLimits {
    /// The most bytes that one batch may decompress to. Kafka's largest sensible batch is some tens of megabytes; a
    /// batch that claims more is an attack or damage. 128 MiB is what librdkafka's largest fetch may hold, rounded up.
    package static let decompressed = 128 << 20
    /// The fewest bytes a record takes: length, attributes, timestamp and offset deltas, null key, null value, no headers.
    static let smallestRecord = 7
    /// Record errors that one answer carries; the rest would repeat them.
    static let recordErrors = 100
}
