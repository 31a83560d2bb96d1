import KafkaProtocol
import NIOCore

extension RecordBatch {
    /// The header as it is.
    private var fields: BatchFields {
        BatchFields(
            baseOffset: baseOffset, partitionLeaderEpoch: partitionLeaderEpoch, attributes: attributes,
            lastOffset: lastOffset, baseTimestamp: baseTimestamp, maxTimestamp: maxTimestamp, producerID: producerID,
            producerEpoch: producerEpoch, baseSequence: baseSequence, recordCount: recordCount)
    }

    /// The same records under another codec (`compression.type` of a topic); producer fields and offsets stay.
    package func recompressed(_ codec: CompressionType, level: Int32? = nil) throws -> RecordBatch {
        guard try compression != codec else { return self }
        let plain = try decompressedPayload()
        var fields = fields
        fields.attributes = BatchAttributes(
            compression: codec, timestampType: attributes.timestampType, isTransactional: attributes.isTransactional,
            isControl: attributes.isControl, hasDeleteHorizon: attributes.hasDeleteHorizon)
        return try fields.batch(payload: try Compression.compress(plain, with: codec, level: level))
    }

    /// The batch without the records that `keep` refuses, as compaction leaves it: offsets, last offset delta and
    /// producer fields stay, so that offsets and sequences have gaps but no shifts. With no record left the batch is
    /// still there, to keep a producer's last sequence.
    ///
    /// - Parameter deleteHorizon: from when on tombstones and markers in the batch may go (KIP-534); nil keeps what is there.
    package func retaining(deleteHorizon: Timestamp? = nil, _ keep: (Record) -> Bool) throws -> RecordBatch {
        let plain = try decompressedPayload()
        let newBase = deleteHorizon ?? baseTimestamp
        var body = ByteBuffer()
        var count: Int32 = 0
        var latest: Timestamp = -1
        try Self.walk(plain, count: recordCount) { layout, bytes in
            let record = try record(layout, bytes, in: plain)
            guard keep(record) else { return }
            count += 1
            latest = max(latest, record.timestamp)
            Self.copy(layout, of: plain, timestampDelta: baseTimestamp &+ layout.timestampDelta &- newBase, to: &body)
        }
        var fields = fields
        fields.recordCount = count
        fields.baseTimestamp = newBase
        if deleteHorizon != nil { fields.attributes.hasDeleteHorizon = true }
        if attributes.timestampType == .createTime { fields.maxTimestamp = latest }
        let codec: CompressionType = count == 0 ? .none : try compression
        fields.attributes.rawValue = fields.attributes.rawValue & ~0x07 | Int16(codec.rawValue)
        return try fields.batch(payload: try Compression.compress(body, with: codec))
    }

    /// Copies a record's bytes with another timestamp delta.
    private static func copy(
        _ layout: RecordLayout, of plain: ByteBuffer, timestampDelta: Int64, to body: inout ByteBuffer
    ) {
        let rest = plain.slice(layout.afterTimestamp..<layout.range.upperBound)
        Varint.write(Int64(1 + Varint.size(timestampDelta) + rest.readableBytes), to: &body)
        body.writeInteger(Int8(0))
        Varint.write(timestampDelta, to: &body)
        body.writeImmutableBuffer(rest)
    }
}
