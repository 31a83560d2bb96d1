import KafkaProtocol
import NIOCore

/// The snapshot that a node finds in a metadata log it has never used (KIP-630, KIP-853): who votes in a new cluster. It
/// covers no records and is never sent to anybody.
package enum BootstrapSnapshot {
    /// Its name in the directory of the metadata log.
    package static let fileName = "00000000000000000000-0000000000.checkpoint"

    /// The file for the first voters of a cluster.
    package static func bytes(voters: VotersRecord) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        var offset: Offset = 0
        let parts: [[QuorumControlRecord]] = [
            [.snapshotHeader(SnapshotHeaderRecord())],
            [.kraftVersion(KRaftVersionRecord(1)), .kraftVoters(voters)],
            [.snapshotFooter(SnapshotFooterRecord())],
        ]
        for records in parts {
            let batch = try QuorumControlRecord.batch(of: records, baseOffset: offset, epoch: 0, timestamp: 0)
            bytes.writeImmutableBuffer(batch.bytes)
            offset = batch.nextOffset
        }
        return bytes
    }
}
