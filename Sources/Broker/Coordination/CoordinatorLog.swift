import KafkaProtocol
import NIOCore

/// The partitions of an internal topic that this broker leads, as coordinators need them. Loop only.
package protocol CoordinatorLog: AnyObject {
    /// Appends concatenated batches and calls `done` once on the loop: with an offset when the high watermark has passed
    /// them, or with the error of the append. It may be called before this returns.
    func append(
        records batches: ByteBuffer, to partition: TopicPartition,
        done: @escaping (Result<Offset, ErrorCode>) -> Void)

    /// The offsets in the log of a partition led here; nil when it is not led here (yet).
    func offsets(of partition: TopicPartition) -> Range<Offset>?

    /// Whole batches from `offset` on, beyond the high watermark too, of about `maxBytes`; nil when not led here or not
    /// readable.
    func read(_ partition: TopicPartition, from offset: Offset, maxBytes: Int) -> ByteBuffer?

    /// Calls `done` once on the loop: with true when the high watermark of the partition is at `offset` or beyond, or with
    /// false when it is not led here or has not come that far for very long. It may be called before this returns.
    func awaitCommit(of partition: TopicPartition, upTo offset: Offset, done: @escaping (Bool) -> Void)
}
