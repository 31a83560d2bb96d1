import KafkaProtocol
import NIOCore

extension RecordBatch {
    /// The records as bytes, decompressed.
    ///
    /// - Throws: `RecordsError`; `.tooLarge` beyond `limit` bytes.
    package func decompressedPayload(limit: Int = RecordLimits.decompressed) throws -> ByteBuffer {
        let payload = payload
        // Compaction may leave a batch without records; nothing of no length was ever compressed.
        if recordCount == 0 && payload.readableBytes == 0 { return payload }
        return try Compression.decompress(payload, with: compression, limit: limit)
    }

    /// All records of the batch, whose checksum the caller has checked or does not care about. Control batches give their
    /// control record.
    ///
    /// - Throws: `RecordsError` when the codec or a record is malformed, or records are missing or left over.
    package func records(limit: Int = RecordLimits.decompressed) throws -> [Record] {
        var records: [Record] = []
        try forEachRecord(limit: limit) { records.append($0) }
        return records
    }

    /// Calls `body` for each record in order. Those before an error have been handed over already.
    package func forEachRecord(
        limit: Int = RecordLimits.decompressed, _ body: (Record) throws -> Void
    ) throws {
        let plain = try decompressedPayload(limit: limit)
        try Self.walk(plain, count: recordCount) { layout, bytes in
            try body(record(layout, bytes, in: plain))
        }
    }

    /// Visits the layout of each of `count` records of `plain`, which must hold exactly those.
    static func walk(
        _ plain: ByteBuffer, count: Int32, _ body: (RecordLayout, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard Int(count) <= plain.readableBytes / RecordLimits.smallestRecord else {
            throw RecordsError.malformedRecord("fewer records than the header says")
        }
        try plain.withUnsafeReadableBytes { bytes in
            var position = 0
            for _ in 0..<count { try body(try RecordLayout.read(bytes, &position), bytes) }
            guard position == bytes.count else { throw RecordsError.malformedRecord("bytes after the last record") }
        }
    }

    /// The record that `layout` found in `plain`.
    func record(
        _ layout: RecordLayout, _ bytes: UnsafeRawBufferPointer, in plain: ByteBuffer
    ) throws -> Record {
        Record(
            offset: baseOffset &+ Int64(layout.offsetDelta),
            timestamp: timestamp(of: layout),
            key: layout.key.map { plain.slice($0) },
            value: layout.value.map { plain.slice($0) },
            headers: layout.headerCount == 0 ? [] : try Self.headers(layout, bytes, in: plain))
    }

    /// The record's own timestamp, or the batch's when the broker sets them.
    func timestamp(of layout: RecordLayout) -> Timestamp {
        attributes.timestampType == .logAppendTime ? maxTimestamp : baseTimestamp &+ layout.timestampDelta
    }

    private static func headers(
        _ layout: RecordLayout, _ bytes: UnsafeRawBufferPointer, in plain: ByteBuffer
    ) throws -> [RecordHeader] {
        var headers: [RecordHeader] = []
        var at = layout.headers
        for _ in 0..<layout.headerCount {
            let key = try RecordLayout.nullable(bytes, &at, "header key") ?? at..<at
            let value = try RecordLayout.nullable(bytes, &at, "header value")
            headers.append(RecordHeader(String(decoding: bytes[key], as: UTF8.self), value.map { plain.slice($0) }))
        }
        return headers
    }
}

extension ByteBuffer {
    /// The readable bytes at `range`, counted from the first readable one, sharing storage.
    func slice(_ range: Range<Int>) -> ByteBuffer {
        getSlice(at: readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}
