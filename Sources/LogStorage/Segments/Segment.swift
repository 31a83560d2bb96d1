import KafkaProtocol
import KafkaRecords
import NIOCore

/// One stretch of a partition's log: a `.log` file of batches and its indexes.
///
/// Positions and offsets are those of whole batches. Not thread-safe.
final class Segment {
    let baseOffset: Offset
    let directory: String
    /// What follows the names of all files: nothing, or `.cleaned` for compaction output under way.
    private let mark: String
    private let disk: any Disk
    /// Bytes of batches in the `.log` file.
    private(set) var size: Int64
    let offsetIndex: OffsetIndex
    let timeIndex: TimeIndex
    let abortedIndex: AbortedIndex
    /// The largest timestamp and the last offset of the first batch that has it; timestamp −1 when there is none.
    private(set) var largest: (timestamp: Timestamp, offset: Offset)
    /// The largest timestamp of the first append, from which the age is counted (`segment.ms`).
    private(set) var firstTimestamp: Timestamp?
    /// When the segment was made or opened, for those without timestamps.
    let created: Timestamp
    private var bytesSinceEntry = 0
    private var damage: StorageError?
    private var file: (any DiskFile)?
    /// Where recent appends and reads ended: the next reader usually starts right there.
    private var hints = PositionHints()

    /// - Parameter sizes: bytes of the files that exist, by suffix.
    /// - Throws: `StorageError.corruptFile` when an index cannot be right.
    init(_ disk: any Disk, _ directory: String, base: Offset, sizes: [String: Int64], now: Timestamp, mark: String = "")
        throws
    {
        self.mark = mark
        self.disk = disk
        self.directory = directory
        baseOffset = base
        created = now
        size = sizes[LogFileName.log] ?? 0
        func path(_ suffix: String) -> String { directory + "/" + LogFileName.name(base, suffix + mark) }
        offsetIndex = try OffsetIndex(
            disk, path(LogFileName.offsetIndex), base: base, fileSize: sizes[LogFileName.offsetIndex] ?? 0)
        timeIndex = try TimeIndex(
            disk, path(LogFileName.timeIndex), base: base, fileSize: sizes[LogFileName.timeIndex] ?? 0)
        abortedIndex = AbortedIndex(
            disk, path(LogFileName.abortedIndex), fileSize: sizes[LogFileName.abortedIndex] ?? 0)
        largest = timeIndex.last.map { ($0.timestamp, $0.offset) } ?? (-1, base)
    }

    func path(_ suffix: String) -> String { directory + "/" + LogFileName.name(baseOffset, suffix + mark) }

    /// Makes the `.log` file when it is missing; with `preallocate` there is room for all that will come into it.
    func create(_ config: LogConfig? = nil) throws {
        let file = try opened()
        if let config, config.preallocates { file.reserve(Int64(config.segmentBytes)) }
    }

    /// Gives the room back that was kept and is not needed. A failure only leaves it kept for as long as the file is there.
    func giveBackRoom() { try? opened().truncate(to: size) }

    func opened() throws -> any DiskFile {
        if let file { return file }
        let opened = try disk.open(path(LogFileName.log), .create)
        file = opened
        return opened
    }

    // MARK: Appending

    /// Appends whole batches with offsets assigned. On failure the file is cut back to what it was.
    func append(_ batches: ByteBuffer, _ summary: AppendSummary, indexInterval: Int) throws {
        let file = try opened()
        do {
            try file.write(batches, at: size)
        } catch {
            try file.truncate(to: size)
            throw error
        }
        let position = size
        size += Int64(batches.readableBytes)
        hints.add(summary.firstOffset, position)
        record(summary, position: position, indexInterval: indexInterval)
        bytesSinceEntry += batches.readableBytes
    }

    /// Notes the timestamps of an append and adds index entries when due. An index that cannot be written only makes
    /// lookups slower, so that is no failure of the append.
    func record(_ summary: AppendSummary, position: Int64, indexInterval: Int) {
        if firstTimestamp == nil, summary.maxTimestamp >= 0 { firstTimestamp = summary.maxTimestamp }
        if summary.maxTimestamp > largest.timestamp { largest = (summary.maxTimestamp, summary.maxTimestampOffset) }
        guard bytesSinceEntry > indexInterval else { return }
        try? offsetIndex.append(offset: summary.lastOffset, position: position)
        try? addTimeEntry()
        bytesSinceEntry = 0
    }

    /// Notes one batch found in the file while indexes are made anew.
    func index(_ header: BatchHeader, at position: Int64, interval: Int) {
        let summary = AppendSummary(
            firstOffset: header.baseOffset, lastOffset: header.lastOffset, maxTimestamp: header.maxTimestamp,
            maxTimestampOffset: header.lastOffset)
        record(summary, position: position, indexInterval: interval)
        bytesSinceEntry += header.sizeInBytes
    }

    /// Empties the indexes, to be made anew.
    func resetIndexes() throws {
        hints = PositionHints()
        try offsetIndex.truncate(to: baseOffset)
        try timeIndex.truncate(to: baseOffset)
        try abortedIndex.truncate(to: baseOffset)
        bytesSinceEntry = 0
        largest = (-1, baseOffset)
        firstTimestamp = nil
    }

    /// The last time-index entry, at roll and close: it keeps the largest timestamp over a restart.
    func addTimeEntry() throws {
        guard largest.timestamp >= 0 else { return }
        try timeIndex.append(timestamp: largest.timestamp, offset: largest.offset)
    }

    // MARK: Walking and reading

    func walk(from position: Int64 = 0, chunkSize: Int = 4096) throws -> SegmentWalker {
        SegmentWalker(
            try opened(), path(LogFileName.log), base: baseOffset, from: position, to: size, chunkSize: chunkSize)
    }

    /// The first batch whose last offset is ≥ `offset`; nil when the segment ends before.
    ///
    /// An index that is wrong costs a longer walk, not the read, and no batch is passed over for it.
    func find(_ offset: Offset) throws -> (header: BatchHeader, position: Int64)? {
        let hint = hints.floor(offset) ?? 0
        let entry = try? offsetIndex.floor(offset)
        if let entry, entry.position <= hint || isTrue(entry) {
            return try search(offset, from: max(entry.position, hint))
        }
        // It may be a batch that is damaged, and not the index: then this fails too.
        let found = try search(offset, from: hint)
        forgetIndex()
        return found
    }

    private func search(_ offset: Offset, from position: Int64) throws -> (header: BatchHeader, position: Int64)? {
        var walker = try walk(from: position)
        while let next = try walker.next() {
            if next.header.lastOffset >= offset { return next }
        }
        return nil
    }

    /// Whether a batch begins where an index entry says, and not behind its offset.
    private func isTrue(_ entry: OffsetIndex.Entry) -> Bool {
        guard entry.position > 0 else { return true }
        guard entry.position < size, var walker = try? walk(from: entry.position, chunkSize: BatchHeader.size),
            let (header, _) = (try? walker.next()) ?? nil
        else { return false }
        return header.baseOffset >= baseOffset && header.baseOffset <= entry.offset
    }

    /// Whether the newest entries of the indexes agree with the batches, so that ends and ages can be taken from them.
    func hasTrueIndexes() -> Bool {
        guard isTrue(offsetIndex.last) else { return false }
        guard let last = timeIndex.last else { return true }
        return isTrue(last)
    }

    /// Whether the batch that an entry of the time index names has its timestamp.
    func isTrue(_ entry: TimeIndex.Entry) -> Bool {
        guard let found = (try? find(entry.offset)) ?? nil else { return false }
        return found.header.maxTimestamp == entry.timestamp && found.header.lastOffset == entry.offset
    }

    /// Whether each aborted transaction has its marker where the index says.
    func hasTrueAborted() throws -> Bool {
        let read = try? abortedIndex.entries(from: 0)
        guard let entries = read, entries.count == abortedIndex.count else { return false }
        for entry in entries {
            guard let found = try find(entry.lastOffset), found.header.lastOffset == entry.lastOffset,
                found.header.attributes.isControl, found.header.producerID == entry.producerID,
                entry.lastStableOffset <= entry.lastOffset + 1
            else { return false }
        }
        return true
    }

    /// Empties an index that proved wrong; the next start makes it anew.
    private func forgetIndex() {
        damage = .corruptFile(path(LogFileName.offsetIndex), "it does not fit the batches and is used no more")
        try? offsetIndex.clear()
    }

    /// What was found wrong with the indexes since the last call.
    func takeDamage() -> StorageError? {
        defer { damage = nil }
        return damage
    }

    /// Whole batches from the one that holds `offset` (or the next one) on, of at most `maxBytes` unless the first alone
    /// is larger and `atLeastOne` holds; none that reaches `upper` or beyond.
    ///
    /// - Returns: nil when the segment has nothing at or after `offset`.
    func read(from offset: Offset, upTo upper: Offset, maxBytes: Int, atLeastOne: Bool) throws -> SegmentRead? {
        guard let first = try find(offset) else { return nil }
        guard first.header.lastOffset < upper else { return SegmentRead(first: first.header.baseOffset) }
        var wanted = max(0, maxBytes)
        if first.header.sizeInBytes > wanted {
            guard atLeastOne else { return SegmentRead(first: first.header.baseOffset) }
            wanted = first.header.sizeInBytes
        }
        let available = Int(min(Int64(wanted), size - first.position))
        var bytes = try opened().read(at: first.position, count: available)
        let whole = try wholeBatches(in: bytes, upTo: upper, position: first.position)
        bytes.moveWriterIndex(to: bytes.readerIndex + whole.bytes)
        hints.add(whole.nextOffset, first.position + Int64(whole.bytes))
        return SegmentRead(first: first.header.baseOffset, next: whole.nextOffset, bytes: bytes)
    }

    private func wholeBatches(
        in buffer: ByteBuffer, upTo upper: Offset, position: Int64
    ) throws -> (bytes: Int, nextOffset: Offset) {
        var index = buffer.readerIndex
        var next = baseOffset
        do {
            while let header = try BatchHeader(in: buffer, at: index) {
                guard index + header.sizeInBytes <= buffer.writerIndex, header.lastOffset < upper else { break }
                guard header.baseOffset >= next else {
                    throw StorageError.invalidBatch("offset \(header.baseOffset) is out of order")
                }
                index += header.sizeInBytes
                next = header.nextOffset
            }
        } catch StorageError.invalidBatch(let reason) {
            // What precedes the damage is good; the read that starts at it fails.
            guard index > buffer.readerIndex else {
                throw StorageError.corruptSegment(path(LogFileName.log), position: position, reason)
            }
        }
        return (index - buffer.readerIndex, next)
    }

    // MARK: Shortening and closing

    /// Drops every batch that holds an offset ≥ `offset`; index entries follow.
    func truncate(to offset: Offset) throws {
        let end = try find(offset)?.position ?? size
        try truncate(toOffset: offset, position: end)
    }

    /// Cuts the file at `position`, where the batch of `offset` begins.
    func truncate(toOffset offset: Offset, position: Int64) throws {
        hints = PositionHints()
        try offsetIndex.truncate(to: offset)
        try timeIndex.truncate(to: offset)
        try opened().truncate(to: position)
        size = position
        // Only now: transactions whose markers are still there must stay known.
        try abortedIndex.truncate(to: offset)
        bytesSinceEntry = 0
        if size == 0 { firstTimestamp = nil }
        largest = timeIndex.last.map { ($0.timestamp, $0.offset) } ?? (-1, baseOffset)
        try noteTimestamps(after: offsetIndex.last.position)
    }

    /// Takes the timestamps of the batches from `position` on into account, which no time-index entry may cover yet.
    func noteTimestamps(after position: Int64) throws {
        var walker = try walk(from: position)
        while let (header, _) = try walker.next() {
            if header.maxTimestamp > largest.timestamp { largest = (header.maxTimestamp, header.lastOffset) }
        }
    }

    /// The age's starting point of a segment that was opened and not written: its first batch's timestamp.
    func loadFirstTimestamp() throws {
        guard firstTimestamp == nil, size > 0 else { return }
        var walker = try walk(chunkSize: BatchHeader.size)
        if let (header, _) = try walker.next(), header.maxTimestamp >= 0 { firstTimestamp = header.maxTimestamp }
    }

    /// Whether an index has no room for another entry within `limit` bytes.
    func isIndexFull(limit: Int) -> Bool {
        offsetIndex.sizeInBytes + Int64(OffsetIndex.entrySize) > Int64(limit)
            || timeIndex.sizeInBytes + Int64(TimeIndex.entrySize) > Int64(limit)
    }

    /// Closes the descriptors; the next use opens the files again.
    func close() {
        file?.close()
        file = nil
        offsetIndex.close()
        timeIndex.close()
        abortedIndex.close()
    }
}

/// What an append is about to write.
struct AppendSummary: Equatable {
    var firstOffset: Offset
    var lastOffset: Offset
    /// −1 when no batch has one.
    var maxTimestamp: Timestamp
    /// The last offset of the first batch that has `maxTimestamp`.
    var maxTimestampOffset: Offset
}

/// What a segment had to read.
struct SegmentRead {
    /// The base offset of the first batch at or after the asked one.
    var first: Offset
    /// The offset after the last batch read.
    var next: Offset
    var bytes: ByteBuffer

    init(first: Offset) {
        self.first = first
        next = first
        bytes = ByteBuffer()
    }

    init(first: Offset, next: Offset, bytes: ByteBuffer) {
        self.first = first
        self.next = next
        self.bytes = bytes
    }
}

/// A few known batch positions: where appends began and where reads ended.
struct PositionHints {
    private var entries: [(offset: Offset, position: Int64)] = []
    private var next = 0

    mutating func add(_ offset: Offset, _ position: Int64) {
        if entries.count < StorageLimits.positionHints { return entries.append((offset, position)) }
        entries[next] = (offset, position)
        next = (next + 1) % StorageLimits.positionHints
    }

    /// The position of the nearest known batch that begins at or before `offset`.
    func floor(_ offset: Offset) -> Int64? {
        var best: (offset: Offset, position: Int64)?
        for entry in entries where entry.offset <= offset && entry.offset > best?.offset ?? -1 { best = entry }
        return best?.position
    }
}
