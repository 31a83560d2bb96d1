import KafkaProtocol
import KafkaRecords
import NIOCore

/// The log of one partition on this broker: segments of batches, the producers and leader epochs found in them, and the
/// offsets that bound what may be read.
///
/// Confined to one thread; calls block for as long as the page cache takes. Slow work (syncing, deleting, compacting)
/// is handed out as Sendable jobs to be run elsewhere.
package final class Log {
    package let topicPartition: TopicPartition
    /// Where the files are; changes when the partition is deleted.
    package internal(set) var directory: String
    /// The topic's id as far as `partition.metadata` tells.
    package internal(set) var topicID: TopicID?
    package var config: LogConfig

    /// The first offset that may be read.
    package internal(set) var logStartOffset: Offset
    /// The offset that the next record gets.
    package internal(set) var logEndOffset: Offset
    /// Everything below is on all in-sync replicas, as far as the owner has told.
    package internal(set) var highWatermark: Offset
    /// Everything below is synced to disk.
    package internal(set) var recoveryPoint: Offset
    package internal(set) var epochs: LeaderEpochs
    package internal(set) var producers = ProducerStates()
    /// When the log was last synced or last had nothing to sync (`flush.ms`).
    package internal(set) var lastFlush: Timestamp

    let disk: any Disk
    let report: StorageReport
    /// Ascending by base offset, never empty; the last one is appended to.
    var segments: [Segment]
    /// Base offsets of snapshot files in the directory, ascending.
    var snapshots: [Offset] = []
    /// Grows whenever closed segments change other than by rolling, which makes jobs under way worthless.
    var generation = 0
    /// Files renamed away, with the time from which they may be removed.
    var doomed: [(path: String, due: Timestamp)] = []
    /// Where the log was to end when a truncation failed half-way.
    var unfinishedTruncation: Offset?
    /// Whether opening it found less than was written.
    var hasLost = false
    /// Whether the epoch checkpoint file is behind `epochs`.
    var epochsChanged = false
    /// How many aborted transactions each segment knows, as the checkpoint file says; nil when it must be written anew.
    var abortedCounts: [Offset: Int]? = [:]
    /// Drawn per segment from 0..<`segment.jitter.ms`.
    var rollJitter: Int64 = 0
    /// When the log was last read or written, for closing idle descriptors.
    var lastUse: Timestamp
    private var releasedFiles = true

    init(
        _ topicPartition: TopicPartition, directory: String, disk: any Disk, config: LogConfig, segments: [Segment],
        epochs: LeaderEpochs, now: Timestamp, report: @escaping StorageReport
    ) {
        precondition(!segments.isEmpty, "a log has at least one segment")
        self.topicPartition = topicPartition
        self.directory = directory
        self.disk = disk
        self.config = config
        self.segments = segments
        self.epochs = epochs
        self.report = report
        let start = segments[0].baseOffset
        logStartOffset = start
        logEndOffset = start
        highWatermark = start
        recoveryPoint = start
        lastFlush = now
        lastUse = now
    }

    var active: Segment { segments[segments.count - 1] }

    /// The epoch of the last batch or of the leadership that began last; nil for none.
    package var latestEpoch: Epoch? { epochs.latest }

    /// Bytes of batches in all segments.
    package var sizeInBytes: Int64 { segments.reduce(0) { $0 + $1.size } }

    package var segmentCount: Int { segments.count }

    /// Everything below is decided: what a read_committed consumer may see.
    package var lastStableOffset: Offset {
        guard let unstable = producers.firstUnstableOffset else { return highWatermark }
        return min(max(unstable, logStartOffset), highWatermark)
    }

    // MARK: Bounds

    /// Moves the high watermark, kept within the log. It may move back only where a follower truncates.
    ///
    /// - Returns: whether it changed.
    @discardableResult
    package func setHighWatermark(_ offset: Offset) -> Bool {
        let bounded = min(max(offset, logStartOffset), logEndOffset)
        guard bounded != highWatermark else { return false }
        highWatermark = bounded
        producers.highWatermarkAdvanced(to: bounded)
        return true
    }

    /// Raises the log start (DeleteRecords, or what a leader says); segments below go with the next retention pass.
    ///
    /// - Returns: whether it changed.
    /// - Throws: `StorageError.offsetOutOfRange` beyond the high watermark.
    @discardableResult
    package func raiseLogStart(to offset: Offset) throws -> Bool {
        guard offset <= highWatermark else {
            throw StorageError.offsetOutOfRange(offset, start: logStartOffset, end: highWatermark)
        }
        guard offset > logStartOffset else { return false }
        logStartOffset = offset
        epochsChanged = epochs.truncate(fromStart: offset) || epochsChanged
        return true
    }

    // MARK: Leader epochs

    /// Notes that this broker leads from here on, so that the epoch has a start even before its first batch.
    package func startEpoch(_ epoch: Epoch) {
        epochsChanged = epochs.assign(epoch, start: logEndOffset) || epochsChanged
    }

    /// The largest epoch ≤ `epoch` in the log and where it ends; nil when unknown.
    package func endOffset(for epoch: Epoch) -> (epoch: Epoch, endOffset: Offset)? {
        epochs.end(of: epoch, logEnd: logEndOffset)
    }

    // MARK: Identity

    /// Whether the log can be taken for one of this topic. Where `partition.metadata` is gone, only if anything was ever
    /// synced, which syncs that file too: then the file is damaged. Otherwise the power took it, and a topic may have borne
    /// the name before that was deleted and made again meanwhile. (Kafka takes every log without the file for a stray.)
    package func mayBelong(to topic: TopicID) -> Bool {
        topicID.map { $0 == topic } ?? (recoveryPoint > segments[0].baseOffset)
    }

    /// Writes the topic's id into the directory.
    package func setTopicID(_ id: TopicID) throws {
        guard topicID != id else { return }
        try PartitionMetadataFile.write(id, disk, directory + "/" + LogFileName.metadata)
        topicID = id
    }

    // MARK: Descriptors

    /// Closes all descriptors when the log was not used since `before`; the next use opens them again.
    package func closeIfIdle(since before: Timestamp) {
        guard !releasedFiles, lastUse < before else { return }
        for segment in segments { segment.close() }
        releasedFiles = true
    }

    func used(_ now: Timestamp) {
        lastUse = max(lastUse, now)
        releasedFiles = false
    }

    /// The index of the segment that holds `offset`; nil below the first.
    func segmentIndex(for offset: Offset) -> Int? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].baseOffset <= offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// The offset after the last of segment `index`.
    func endOffset(ofSegment index: Int) -> Offset {
        index + 1 < segments.count ? segments[index + 1].baseOffset : logEndOffset
    }
}

extension Log {
    /// Begins the verification of a producer's transaction (KIP-890); nil when the transaction is open here already.
    package func startVerification(
        producerID: Int64, epoch: Int16, sequence: Int32, bumpsEpoch: Bool, now: Timestamp
    ) -> VerificationGuard? {
        producers.startVerification(
            producerID: producerID, epoch: epoch, sequence: sequence, bumpsEpoch: bumpsEpoch, now: now)
    }

    /// Whether a proof still holds: no marker of the producer has come since.
    package func isVerified(producerID: Int64, _ proof: VerificationGuard) -> Bool {
        producers.verification(producerID)?.proof == proof || producers.entry(producerID)?.transactionStart != nil
    }

    /// Forgets producers that were silent for too long.
    package func expireProducers(now: Timestamp) {
        producers.expire(now: now, limit: config.producerIDExpirationMs)
    }
}
