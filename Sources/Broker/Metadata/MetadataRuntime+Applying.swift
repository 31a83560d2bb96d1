import ClusterMetadata
import KafkaProtocol
import KafkaRecords
import MetadataQuorum
import NIOCore

/// A snapshot that no start would read is not written: the log before it would be cut for it.
private struct SnapshotTooLarge: Error, CustomStringConvertible {
    var bytes: Int
    var most: Int

    var description: String { "it has \(bytes) bytes, of at most \(most); the log stays whole" }
}

/// From batches to the image and back.
extension MetadataRuntime {
    /// Applies what lies between the last applied record and `offset`, tells observers, answers who waited for it.
    func commit(to offset: Offset) throws {
        store.log.setHighWatermark(offset)
        try apply(upTo: offset)
        completePending(offset)
        activateIfCurrent()
        takeSnapshotIfDue()
    }

    private func apply(upTo end: Offset) throws {
        // One delta for all of it: observers must not act on states between.
        var delta = MetadataDelta()
        while appliedEnd < end {
            let bytes = try store.read(from: appliedEnd, upTo: end, maxBytes: Limits.quorumFetchBytes)
            guard bytes.readableBytes > 0 else { break }
            var reader = RecordBatchReader(bytes)
            while let batch = try reader.next() {
                guard batch.nextOffset > appliedEnd else { continue }
                try Self.replay(batch, into: &image, &delta)
                appliedEnd = batch.nextOffset
            }
        }
        if !delta.isEmpty { for observer in observers { observer(image, delta) } }
    }

    private func completePending(_ offset: Offset) {
        while let first = pending.first, first.endOffset <= offset {
            pending.removeFirst()
            first.done(.none)
        }
    }

    static func replay(_ batch: RecordBatch, into image: inout MetadataImage, _ delta: inout MetadataDelta) throws {
        if batch.attributes.isControl {
            image.offset = batch.lastOffset
            return
        }
        for record in try batch.records() {
            let decoded = try MetadataRecord(decoding: record.value ?? ByteBuffer())
            try image.replay(decoded, offset: record.offset, delta: &delta)
        }
    }

    static func encode(_ records: [MetadataRecord], _ batch: QuorumBatch, timestamp: Timestamp) throws -> ByteBuffer {
        var builder = RecordBatchBuilder(baseOffset: batch.baseOffset)
        builder.partitionLeaderEpoch = batch.epoch
        for record in records { builder.append(timestamp: timestamp, value: try record.encoded()) }
        return try builder.build().bytes
    }

    func leaderChange(_ batch: QuorumBatch, voters: [BrokerID], granting: [BrokerID]) throws -> ByteBuffer {
        var message = LeaderChangeMessage()
        message.leaderID = nodeID
        message.voters = voters.map { .init($0) }
        message.grantingVoters = granting.map { .init($0) }
        let encoded = try QuorumControlRecord.leaderChange(message)
            .batch(baseOffset: batch.baseOffset, epoch: batch.epoch, timestamp: clock.wall)
        return encoded?.bytes ?? ByteBuffer()
    }

    func votersBatch(_ batch: QuorumBatch, _ voters: VoterSet, withVersion: Bool) throws -> ByteBuffer {
        try QuorumControlRecord.batch(
            of: QuorumVoters.records(voters, withVersion: withVersion), baseOffset: batch.baseOffset,
            epoch: batch.epoch, timestamp: clock.wall
        ).bytes
    }

    // MARK: Snapshots

    /// The newest snapshot of a store that can be read; those that cannot are set aside, so that nobody is given them.
    ///
    /// - Returns: nil when everything is in the log.
    static func loadSnapshot(_ store: QuorumStore, _ log: NodeLog) throws -> (id: SnapshotID, image: MetadataImage)? {
        var damaged: [SnapshotID] = []
        var newest: (id: SnapshotID, image: MetadataImage)?
        for id in store.snapshots.reversed() where newest == nil {
            if let bytes = try store.snapshotBytes(id), let image = decodeSnapshot(bytes, id) {
                newest = (id, image)
            } else {
                log.warn("snapshot \(id.endOffset)-\(id.epoch) of the metadata log is damaged")
                damaged.append(id)
            }
        }
        if let id = damaged.first, store.log.logStartOffset > newest?.id.endOffset ?? 0 {
            throw ConfigError(
                "snapshot \(store.path(id)) is damaged and the log before it is gone; put the file back, or, where "
                    + "other voters have it, remove the .log and .checkpoint files beside it, and nothing else, to "
                    + "fetch it from them")
        }
        for id in damaged { try store.setAside(id) }
        return newest
    }

    /// Writes the image down off the loop, and beside the thread that syncs the log: with thousands of partitions that takes
    /// longer than an election, and all nodes do it at the same offset.
    private func takeSnapshotIfDue() {
        guard !isTakingSnapshot, appliedEnd - snapshotEnd >= Limits.recordsBetweenSnapshots else { return }
        isTakingSnapshot = true
        // Set now, so that a disk that refuses it is asked again after as many records.
        snapshotEnd = appliedEnd
        let epoch = store.log.epochs.epoch(at: appliedEnd - 1) ?? 0
        let id = SnapshotID(endOffset: appliedEnd, epoch: epoch)
        let voters = machine.history.voters(before: id.endOffset)
        let (image, disk, path, timestamp) = (image, store.disk, store.path(id), clock.wall)
        let most = store.mostSnapshotBytes
        snapshotBackground.run {
            Result {
                let bytes = try Self.encodeSnapshot(image, voters, id, timestamp: timestamp)
                let size = bytes.readableBytes
                guard size <= most else { throw SnapshotTooLarge(bytes: size, most: most) }
                try disk.replace(path, with: bytes, durable: true)
            }
        } then: { [weak self] result in
            self?.snapshotWritten(id, result)
        }
    }

    private func snapshotWritten(_ id: SnapshotID, _ result: Result<Void, any Error>) {
        isTakingSnapshot = false
        do {
            try result.get()
            guard try store.add(id) else { return }
            machine.snapshotTaken(id)
            if let start = try store.trim() { machine.logTrimmed(to: start) }
            log.info("metadata snapshot up to offset \(id.endOffset)")
        } catch {
            log.error("metadata snapshot up to offset \(id.endOffset) failed: \(error)")
        }
    }

    func installSnapshot(_ id: SnapshotID) {
        do {
            guard let bytes = try store.stored(id), let loaded = Self.decodeSnapshot(bytes, id) else {
                return perform(machine.snapshotRejected(id, now: clock.now))
            }
            try store.install(id, bytes)
            image = loaded
            appliedEnd = id.endOffset
            snapshotEnd = id.endOffset
            let voters = try QuorumVoters.named(inSnapshot: bytes)
            perform(machine.snapshotInstalled(id, voters: voters, now: clock.now))
            onSnapshotLoaded?(image)
        } catch {
            halt("snapshot \(id.endOffset)-\(id.epoch) cannot be installed: \(error)")
        }
    }

    static func encodeSnapshot(
        _ image: MetadataImage, _ voters: VoterSet, _ id: SnapshotID, timestamp: Timestamp
    ) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        var offset: Offset = 0
        func add(_ controls: [QuorumControlRecord]) throws {
            guard !controls.isEmpty else { return }
            let batch = try QuorumControlRecord.batch(
                of: controls, baseOffset: offset, epoch: id.epoch, timestamp: timestamp)
            bytes.writeImmutableBuffer(batch.bytes)
            offset = batch.nextOffset
        }
        try add([.snapshotHeader(SnapshotHeaderRecord())])
        try add(QuorumVoters.records(voters))
        let records = image.records()
        for start in stride(from: 0, to: records.count, by: 1000) {
            let slice = Array(records[start..<min(start + 1000, records.count)])
            let batch = QuorumBatch(baseOffset: offset, count: Int32(slice.count), epoch: id.epoch)
            bytes.writeImmutableBuffer(try encode(slice, batch, timestamp: timestamp))
            offset = batch.endOffset
        }
        try add([.snapshotFooter(SnapshotFooterRecord())])
        return bytes
    }

    /// The image in a snapshot; nil when it is not whole.
    static func decodeSnapshot(_ bytes: ByteBuffer, _ id: SnapshotID) -> MetadataImage? {
        var image = MetadataImage()
        var delta = MetadataDelta()
        var reader = RecordBatchReader(bytes)
        var isWhole = false
        do {
            while let batch = try reader.next() {
                guard batch.isCRCValid else { return nil }
                if batch.attributes.isControl, case .snapshotFooter = try QuorumControlRecord(batch) { isWhole = true }
                try replay(batch, into: &image, &delta)
            }
        } catch {
            return nil
        }
        image.offset = id.endOffset - 1
        return isWhole ? image : nil
    }
}
