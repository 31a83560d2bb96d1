import KafkaProtocol
import NIOCore

/// What a broker checks and changes before it appends records from a producer.
package enum ProduceValidation {
    /// The topic's settings that decide.
    package struct Rules: Sendable, Equatable {
        /// `max.message.bytes`: the largest batch, as stored.
        package var maxMessageBytes: Int = 1_048_588
        /// `message.timestamp.type`.
        package var timestampType = TimestampType.createTime
        /// `message.timestamp.before.max.ms`: how old a record may be.
        package var timestampBeforeMaxMs = Int64.max
        /// `message.timestamp.after.max.ms`: how far ahead a record may be.
        package var timestampAfterMaxMs: Int64 = 3_600_000
        /// `compression.type`; nil is `producer`.
        package var compression: CompressionType?
        /// `compression.gzip.level` or `compression.zstd.level`, whichever is the codec's (KIP-390).
        package var compressionLevel: Int32?
        /// Whether `cleanup.policy` contains `compact`, which needs keys.
        package var isCompacted = false

        package init() {}
    }

    /// A record that is to blame, by its index in the batch.
    package struct RecordError: Sendable, Equatable {
        package var index: Int32
        package var message: String
    }

    /// Why the records of a partition are refused.
    package struct Rejection: Error, Equatable {
        package var code: ErrorCode
        package var message: String
        package var records: [RecordError] = []
    }

    /// Checks what a producer sent for one partition, and brings it into the form in which it is stored: LogAppendTime
    /// and the topic's codec applied. Base offset and leader epoch are left to the log. An uncompressed batch that needs
    /// no change is neither copied nor taken apart.
    ///
    /// - Parameter version: of the Produce request; zstd needs 7 (KIP-110).
    /// - Throws: `Rejection`.
    package static func validate(
        _ records: ByteBuffer?, version: Int16, rules: Rules, now: Timestamp
    ) throws(Rejection) -> RecordBatch {
        do {
            var batch = try onlyBatch(records)
            try checkHeader(batch, version: version, rules: rules)
            guard batch.isCRCValid else { throw RecordsError.crcMismatch }
            let latest = try checkRecords(batch, rules: rules, now: now)
            if let codec = rules.compression, batch.attributes.compression != codec {
                batch = try batch.recompressed(codec, level: rules.compressionLevel)
                try checkSize(batch, rules)
            }
            if rules.timestampType == .logAppendTime {
                batch.setLogAppendTime(now)
            } else if latest != batch.maxTimestamp {
                batch.setMaxTimestamp(latest, type: .createTime)
            }
            return batch
        } catch let rejection as Rejection {
            throw rejection
        } catch let error as RecordsError {
            throw Rejection(code: error.code, message: "\(error)")
        } catch {
            throw Rejection(code: .unknownServerError, message: "\(error)")
        }
    }

    /// From version 3 on a Produce request has exactly one batch of magic 2 for a partition.
    private static func onlyBatch(_ records: ByteBuffer?) throws -> RecordBatch {
        guard var rest = records, rest.readableBytes > 0 else { throw invalid("no record batch") }
        let batch: RecordBatch?
        do {
            batch = try RecordBatch.read(from: &rest)
        } catch RecordsError.unsupportedMagic(let magic) {
            throw invalid("record batch of magic \(magic) instead of 2")
        }
        guard let batch else { throw RecordsError.truncated }
        guard rest.readableBytes == 0 else { throw invalid("more than one record batch") }
        return batch
    }

    private static func checkHeader(_ batch: RecordBatch, version: Int16, rules: Rules) throws {
        try checkSize(batch, rules)
        let attributes = batch.attributes
        guard batch.baseOffset == 0 else { throw invalid("base offset \(batch.baseOffset) instead of 0") }
        guard batch.recordCount > 0, Int64(batch.recordCount) == Int64(batch.lastOffsetDelta) + 1 else {
            throw invalid("\(batch.recordCount) records with last offset delta \(batch.lastOffsetDelta)")
        }
        guard !attributes.isControl else { throw invalid("control batch from a client") }
        guard !batch.hasProducerID || batch.producerEpoch >= 0 && batch.baseSequence >= 0 else {
            throw invalid("producer id without epoch or sequence")
        }
        guard batch.hasProducerID || !attributes.isTransactional else {
            throw invalid("transactional batch without a producer id")
        }
        guard attributes.timestampType == .createTime else {
            throw Rejection(code: .invalidTimestamp, message: "LogAppendTime is the broker's to set")
        }
        guard try batch.compression != .zstd || version >= 7 else {
            throw Rejection(code: .unsupportedCompressionType, message: "zstd needs Produce version 7")
        }
    }

    private static func checkSize(_ batch: RecordBatch, _ rules: Rules) throws {
        guard batch.sizeInBytes <= rules.maxMessageBytes else {
            throw Rejection(
                code: .messageTooLarge,
                message: "batch of \(batch.sizeInBytes) bytes exceeds max.message.bytes \(rules.maxMessageBytes)")
        }
    }

    /// Walks the records without making any, and returns the latest timestamp.
    private static func checkRecords(_ batch: RecordBatch, rules: Rules, now: Timestamp) throws -> Timestamp {
        let plain = try batch.decompressedPayload()
        var index: Int32 = 0
        var latest: Timestamp = -1
        var late: [RecordError] = []
        var keyless: [RecordError] = []
        try RecordBatch.walk(plain, count: batch.recordCount) { layout, _ in
            guard layout.offsetDelta == index else {
                throw invalid("offset delta \(layout.offsetDelta) of record \(index)")
            }
            let timestamp = batch.timestamp(of: layout)
            latest = max(latest, timestamp)
            if rules.isCompacted, layout.key == nil, keyless.count < RecordLimits.recordErrors {
                keyless.append(RecordError(index: index, message: "a compacted topic needs keys"))
            }
            if !isInTime(timestamp, rules, now), late.count < RecordLimits.recordErrors {
                late.append(RecordError(index: index, message: "timestamp \(timestamp) is out of range"))
            }
            index += 1
        }
        if !late.isEmpty {
            throw Rejection(code: .invalidTimestamp, message: late[0].message, records: late)
        }
        if !keyless.isEmpty {
            throw Rejection(code: .invalidRecord, message: keyless[0].message, records: keyless)
        }
        return latest
    }

    private static func isInTime(_ timestamp: Timestamp, _ rules: Rules, _ now: Timestamp) -> Bool {
        // −1 is no timestamp; the broker's own time needs no limits.
        guard rules.timestampType == .createTime, timestamp != -1 else { return true }
        let (age, overflow) = now.subtractingReportingOverflow(timestamp)
        guard !overflow else { return false }
        return age >= 0
            ? age <= rules.timestampBeforeMaxMs : age.magnitude <= UInt64(clamping: rules.timestampAfterMaxMs)
    }

    private static func invalid(_ message: String) -> Rejection { Rejection(code: .invalidRecord, message: message) }
}
