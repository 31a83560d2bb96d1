import KafkaProtocol
import KafkaRecords

extension Segment {
    /// The offset after the last batch, found from the newest index entry on.
    func endOffset() throws -> Offset { try lastBatch()?.nextOffset ?? baseOffset }

    /// The last batch, found from the newest index entry on; nil when there is none.
    func lastBatch() throws -> BatchHeader? {
        guard size > 0 else { return nil }
        var last: BatchHeader?
        var walker = try walk(from: min(offsetIndex.last.position, size))
        while let (header, _) = try walker.next() { last = header }
        return last
    }

    /// Verifies every batch, makes the indexes anew, and cuts the file at the first batch that is damaged, incomplete, or
    /// not in order.
    ///
    /// - Parameters:
    ///   - limit: the base of the next segment; no offset here may reach it.
    ///   - mayCut: says whether what begins at an offset may go; throws otherwise.
    /// - Returns: what was wrong; nil when nothing was.
    func recover(
        below limit: Offset, indexInterval: Int, mayCut: (Offset, StorageError) throws -> Void,
        _ visit: (BatchHeader) -> Void
    ) throws -> StorageError? {
        try resetIndexes()
        var walker = try walk(chunkSize: 256 << 10)
        var next = baseOffset
        var damage: StorageError?
        do {
            while let (_, header, position) = try walker.nextVerified() {
                guard header.baseOffset >= next, header.lastOffset < limit,
                    header.lastOffset - baseOffset <= Int64(Int32.max)
                else {
                    damage = .corruptSegment(
                        path(LogFileName.log), position: position, "offset \(header.baseOffset) is out of order")
                    break
                }
                index(header, at: position, interval: indexInterval)
                next = header.nextOffset
                visit(header)
            }
        } catch let error as StorageError {
            damage = error
        }
        if let damage, case .corruptSegment(_, let position, _) = damage {
            try mayCut(next, damage)
            try truncate(toOffset: next, position: position)
        }
        try addTimeEntry()
        return damage
    }

    /// Makes the offset and time index anew from the batches' headers.
    func rebuildIndexes(indexInterval: Int) throws {
        var walker = try walk(chunkSize: 64 << 10)
        while let (header, position) = try walker.next() { index(header, at: position, interval: indexInterval) }
        try addTimeEntry()
    }

    /// Completes what is known of the timestamps of a segment that was opened.
    func loadTimestamps() throws {
        // A closed segment's time index is complete, unless it was lost.
        if timeIndex.count == 0, size > 0 { try? noteTimestamps(after: min(offsetIndex.last.position, size)) }
        try? loadFirstTimestamp()
    }
}
