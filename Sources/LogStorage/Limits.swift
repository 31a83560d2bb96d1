/// Every bound of this target, with its reason.
package enum StorageLimits {
    /// Bytes of a file that holds a mark, such as `partition.metadata` or `.kafka_cleanshutdown`: one or two lines.
    package static let markBytes = 4 << 10
    /// Bytes of `meta.properties`: a few lines; more is another file.
    package static let propertiesBytes = 64 << 10
    /// Bytes of a checkpoint; a broker with a million partitions of long names stays below. A larger one is damaged.
    package static let checkpointBytes = 256 << 20
    /// Bytes of a snapshot of producers: a million with one batch each. The log is read where there is a larger one.
    package static let producerSnapshotBytes = 64 << 20
    /// Bytes of keys, with what a dictionary entry costs, that one round of compaction holds; a larger log takes several
    /// rounds.
    package static let offsetMapBytes = 64 << 20
    /// Wishes where partitions shall be made, which may never come; beyond it all are forgotten.
    package static let preferredDirectories = 10_000
    /// Positions a segment remembers, for followers and consumers at the tail, with some to spare.
    package static let positionHints = 16
}
