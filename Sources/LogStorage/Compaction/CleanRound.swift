import KafkaProtocol
import KafkaRecords
import NIOCore

/// One round of compaction: learns the last offset of every key in the new part, then copies what is still worth keeping.
struct CleanRound {
    private let job: CleanJob
    private let disk: any Disk
    private var map: OffsetMap
    /// Producers with a data batch kept since their last marker.
    private var producersWithData: Set<Int64> = []
    /// Where the output under way must end, so that the next segment follows without a hole.
    private var groupEnd: Offset = 0

    init(job: CleanJob, disk: any Disk) {
        self.job = job
        self.disk = disk
        map = OffsetMap(from: job.dirtyStart, mostBytes: job.config.offsetMapBytes)
    }

    mutating func run() throws -> CleanResult {
        try learn()
        var result = CleanResult(replacements: [], endOffset: map.endOffset, bytesBefore: 0, bytesAfter: 0)
        for group in groups() {
            let before = group.reduce(0) { $0 + ($1.sizes[LogFileName.log] ?? 0) }
            let replacement = try copy(group)
            result.replacements.append(replacement)
            result.bytesBefore += before
            result.bytesAfter += replacement.sizes[LogFileName.log] ?? 0
        }
        try disk.syncDirectory(job.directory)
        return result
    }

    private func open(_ source: CleanJob.Source) throws -> Segment {
        try Segment(disk, job.directory, base: source.base, sizes: source.sizes, now: job.now)
    }

    private func isAborted(_ header: BatchHeader) -> Bool {
        guard header.attributes.isTransactional, !header.attributes.isControl else { return false }
        return job.aborted.contains {
            $0.producerID == header.producerID && $0.firstOffset <= header.baseOffset
                && header.baseOffset <= $0.lastOffset
        }
    }

    // MARK: Learning

    private mutating func learn() throws {
        for source in job.sources where source.end > job.dirtyStart {
            let segment = try open(source)
            defer { segment.close() }
            let start = source.base >= job.dirtyStart ? 0 : try segment.find(job.dirtyStart)?.position ?? segment.size
            var walker = try segment.walk(from: start, chunkSize: 256 << 10)
            while let (batch, header, _) = try walker.nextVerified() {
                guard header.lastOffset < job.upperBound else { return }
                if !header.attributes.isControl, !isAborted(header) {
                    try batch.forEachRecord { record in
                        if let key = record.key { map.put(key, record.offset) }
                    }
                }
                map.endOffset = header.nextOffset
                if map.isFull { return }
            }
            map.endOffset = max(map.endOffset, min(source.end, job.upperBound))
        }
    }

    // MARK: Copying

    /// Neighbouring segments that fit into one together.
    private func groups() -> [[CleanJob.Source]] {
        var groups: [[CleanJob.Source]] = []
        var size: Int64 = 0
        var index: Int64 = 0
        for source in job.sources where source.base < map.endOffset {
            let bytes = source.sizes[LogFileName.log] ?? 0
            let entries = max(source.sizes[LogFileName.offsetIndex] ?? 0, source.sizes[LogFileName.timeIndex] ?? 0)
            if let first = groups.last?.first, size + bytes <= Int64(job.config.segmentBytes),
                index + entries <= Int64(job.config.segmentIndexBytes), source.end - first.base <= Int64(Int32.max)
            {
                groups[groups.count - 1].append(source)
                size += bytes
                index += entries
            } else {
                groups.append([source])
                size = bytes
                index = entries
            }
        }
        return groups
    }

    private mutating func copy(_ group: [CleanJob.Source]) throws -> CleanResult.Replacement {
        let base = group.first?.base ?? 0
        groupEnd = group.last?.end ?? 0
        for suffix in LogFileName.segmentSuffixes {
            try disk.remove(job.directory + "/" + LogFileName.name(base, suffix + LogFileName.cleaned))
        }
        let output = try Segment(
            disk, job.directory, base: base, sizes: [:], now: job.now, mark: LogFileName.cleaned)
        try output.create()
        defer { output.close() }
        for source in group {
            let segment = try open(source)
            defer { segment.close() }
            var walker = try segment.walk(chunkSize: 256 << 10)
            while let (batch, header, _) = try walker.nextVerified() {
                guard let kept = try keep(batch, header) else { continue }
                try append(kept, to: output)
                if header.attributes.isControl {
                    for aborted in job.aborted where aborted.lastOffset == header.lastOffset {
                        try output.abortedIndex.append(aborted)
                    }
                }
            }
        }
        try output.addTimeEntry()
        let sizes = try seal(output, modified: group.map(\.modified).max() ?? job.now)
        return CleanResult.Replacement(base: base, covers: group.map(\.base), sizes: sizes)
    }

    private func append(_ batch: RecordBatch, to output: Segment) throws {
        let summary = AppendSummary(
            firstOffset: batch.baseOffset, lastOffset: batch.lastOffset, maxTimestamp: batch.maxTimestamp,
            maxTimestampOffset: batch.lastOffset)
        try output.append(batch.bytes, summary, indexInterval: job.config.indexIntervalBytes)
    }

    /// Makes the output durable; returns the sizes of its files.
    private func seal(_ output: Segment, modified: Timestamp) throws -> [String: Int64] {
        var sizes: [String: Int64] = [:]
        for suffix in LogFileName.segmentSuffixes {
            let path = output.path(suffix)
            guard let size = try disk.status(path)?.size else { continue }
            sizes[suffix] = size
            let file = try disk.open(path, .readOnly)
            defer { file.close() }
            try file.sync()
        }
        // Retention by time falls back to it for records without timestamps.
        try disk.setModificationTime(output.path(LogFileName.log), modified)
        return sizes
    }

    // MARK: Keeping

    /// The batch as it goes on; nil when it goes away.
    private mutating func keep(_ batch: RecordBatch, _ header: BatchHeader) throws -> RecordBatch? {
        // Not looked at yet: stays as it is.
        guard header.lastOffset < map.endOffset else {
            if header.hasProducerID, !header.attributes.isControl { producersWithData.insert(header.producerID) }
            return batch
        }
        let kept = header.attributes.isControl ? try marker(batch, header) : try data(batch, header)
        if let kept, header.hasProducerID, !header.attributes.isControl, kept.recordCount > 0 {
            producersWithData.insert(header.producerID)
        }
        return kept
    }

    private func data(_ batch: RecordBatch, _ header: BatchHeader) throws -> RecordBatch? {
        if isAborted(header) { return try emptied(batch, header) }
        let horizon: Timestamp? = header.attributes.hasDeleteHorizon ? header.baseTimestamp : nil
        var kept = 0
        var keptTombstone = false
        try batch.forEachRecord { record in
            guard isWorthKeeping(record, horizon) else { return }
            kept += 1
            if record.value == nil { keptTombstone = true }
        }
        if kept == 0 { return try emptied(batch, header) }
        // From its first compaction on a tombstone stays for `delete.retention.ms`, for consumers on their way.
        let newHorizon = keptTombstone && horizon == nil ? job.now + job.config.deleteRetentionMs : nil
        if kept == Int(header.recordCount), newHorizon == nil { return batch }
        return try batch.retaining(deleteHorizon: newHorizon) { isWorthKeeping($0, horizon) }
    }

    private func isWorthKeeping(_ record: Record, _ horizon: Timestamp?) -> Bool {
        guard let key = record.key else { return false }
        if let newest = map.newest(key), record.offset < newest { return false }
        guard record.value == nil, let horizon else { return true }
        return job.now < horizon
    }

    /// A batch without records is kept where its last offset or sequence is still needed: at the end of a segment too, as a
    /// recovery takes a hole between segments for a loss.
    private func emptied(_ batch: RecordBatch, _ header: BatchHeader) throws -> RecordBatch? {
        let isNeeded =
            header.hasProducerID && job.producerEnds.contains(header.lastOffset)
            || header.nextOffset == job.upperBound || header.nextOffset == groupEnd
        guard isNeeded else { return nil }
        return header.recordCount == 0 ? batch : try batch.retaining { _ in false }
    }

    /// A marker stays while data of its transaction does, and `delete.retention.ms` longer.
    private mutating func marker(_ batch: RecordBatch, _ header: BatchHeader) throws -> RecordBatch? {
        let hadData = producersWithData.remove(header.producerID) != nil
        if hadData { return batch }
        guard header.attributes.hasDeleteHorizon else {
            return try batch.retaining(deleteHorizon: job.now + job.config.deleteRetentionMs) { _ in true }
        }
        return job.now < header.baseTimestamp ? batch : try emptied(batch, header)
    }
}
