import KafkaProtocol
import KafkaRecords
import NIOCore

/// Batches read from a log.
package struct LogRead: Sendable, Equatable {
    /// Whole batches; the first may begin below the asked offset.
    package var records: ByteBuffer
    /// The offset after the last batch; the asked offset when there is none.
    package var nextOffset: Offset
}

extension Log {
    /// Whole batches from `offset` on, of at most `maxBytes`, none reaching `upper`.
    ///
    /// - Parameters:
    ///   - upper: the exclusive bound: high watermark, last stable offset or log end.
    ///   - atLeastOne: read the first batch even when it alone is larger than `maxBytes`, so that readers make progress.
    /// - Throws: `StorageError.offsetOutOfRange`, `.corruptSegment`, `DiskError`.
    package func read(
        from offset: Offset, maxBytes: Int, upTo upper: Offset, atLeastOne: Bool = true, now: Timestamp
    ) throws -> LogRead {
        guard offset >= logStartOffset, offset <= logEndOffset else {
            throw StorageError.offsetOutOfRange(offset, start: logStartOffset, end: logEndOffset)
        }
        let nothing = LogRead(records: ByteBuffer(), nextOffset: offset)
        guard offset < upper, let first = segmentIndex(for: offset) else { return nothing }
        used(now)
        for index in first..<segments.count {
            guard segments[index].baseOffset < upper else { break }
            guard
                let found = try reported(
                    segments[index],
                    {
                        try segments[index].read(from: offset, upTo: upper, maxBytes: maxBytes, atLeastOne: atLeastOne)
                    })
            else { continue }
            guard found.bytes.readableBytes > 0 else { return nothing }
            return LogRead(records: found.bytes, nextOffset: found.next)
        }
        return nothing
    }

    /// The bytes of batches between two offsets, counted up to about `limit`: what a waiting fetch could get.
    package func bytesAvailable(from offset: Offset, upTo upper: Offset, limit: Int) throws -> Int {
        guard offset < upper, let first = segmentIndex(for: max(offset, logStartOffset)) else { return 0 }
        var total: Int64 = 0
        for index in first..<segments.count where segments[index].baseOffset < upper {
            let segment = segments[index]
            let from = index == first ? try segment.find(offset)?.position ?? segment.size : 0
            let to = upper >= endOffset(ofSegment: index) ? segment.size : try segment.find(upper)?.position
            total += (to ?? segment.size) - from
            if total >= Int64(limit) { break }
        }
        return Int(clamping: total)
    }

    /// The aborted transactions that a read_committed consumer must know for batches of `offset..<upper`, ascending by
    /// first offset; may name more than those.
    package func abortedTransactions(from offset: Offset, upTo upper: Offset) -> [AbortedTransaction] {
        guard offset < upper, let first = segmentIndex(for: offset) else { return [] }
        var found: [AbortedTransaction] = []
        for index in first..<segments.count {
            do {
                let entries = try segments[index].abortedIndex.entries(from: offset)
                found += entries.filter { $0.firstOffset < upper }
                if entries.contains(where: { $0.lastStableOffset >= upper }) { break }
            } catch {
                report(.error, "\(topicPartition): aborted transactions are not known: \(error)")
            }
        }
        return found.sorted { $0.firstOffset < $1.firstOffset }
    }

    // MARK: By timestamp

    /// A record found by its timestamp.
    package struct TimestampHit: Sendable, Equatable {
        package var offset: Offset
        package var timestamp: Timestamp
        package var leaderEpoch: Epoch?
    }

    /// The first record at or after the log start with a timestamp ≥ `timestamp`; nil when there is none.
    package func offset(forTimestamp timestamp: Timestamp, now: Timestamp) throws -> TimestampHit? {
        used(now)
        for index in segments.indices where segments[index].largest.timestamp >= timestamp {
            let segment = segments[index]
            guard endOffset(ofSegment: index) > logStartOffset else { continue }
            let entry = (try? segment.timeIndex.last(before: timestamp)) ?? nil
            // An entry that is wrong could pass records over.
            let below = entry.flatMap { segment.isTrue($0) ? $0.offset : nil } ?? segment.baseOffset
            let start = try segment.find(max(below, logStartOffset))?.position ?? segment.size
            if let hit = try search(segment, from: start, { $0 >= timestamp }) { return hit }
        }
        return nil
    }

    /// The first record that has the largest timestamp of all; nil when none has any.
    package func offsetOfMaxTimestamp(now: Timestamp) throws -> TimestampHit? {
        used(now)
        var best: Segment?
        for segment in segments where segment.largest.timestamp > best?.largest.timestamp ?? -1 { best = segment }
        guard let best else { return nil }
        let largest = best.largest
        let start = try best.find(max(largest.offset, logStartOffset))?.position ?? best.size
        return try search(best, from: start) { $0 >= largest.timestamp }
    }

    private func search(_ segment: Segment, from position: Int64, _ fits: (Timestamp) -> Bool) throws -> TimestampHit? {
        var walker = try segment.walk(from: position)
        while let (header, position) = try reported(segment, { try walker.next() }) {
            guard fits(header.maxTimestamp) else { continue }
            var single = try segment.walk(from: position, chunkSize: header.sizeInBytes)
            guard let (batch, _, _) = try reported(segment, { try single.nextVerified() }) else { return nil }
            for record in try batch.records() where fits(record.timestamp) && record.offset >= logStartOffset {
                return TimestampHit(
                    offset: record.offset, timestamp: record.timestamp, leaderEpoch: header.leaderEpoch)
            }
        }
        return nil
    }

    /// Passes a result on; damage on disk is also told to the broker's log.
    func reported<T>(_ segment: Segment, _ body: () throws -> T) throws -> T {
        defer { if let damage = segment.takeDamage() { report(.error, "\(topicPartition): \(damage)") } }
        do { return try body() } catch let error as StorageError {
            if case .corruptSegment = error { report(.error, "\(topicPartition): \(error)") }
            throw error
        }
    }
}
