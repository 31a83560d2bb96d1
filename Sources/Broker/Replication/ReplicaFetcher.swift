import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore

/// Copies partitions from one leader's broker: one fetch at a time for all of them, as Kafka's followers do.
///
/// Where the logs differ the leader answers with a diverging epoch, and the follower truncates until they agree (KIP-595).
final class ReplicaFetcher {
    /// A partition being copied. The position is the log's end, so nothing of it is kept here.
    private struct Copy {
        let partition: Partition
        let epoch: Epoch
        /// Not asked for before this time (monotonic milliseconds).
        var pausedUntil: Int64 = 0
        /// The leader said that this epoch is over: metadata must bring a newer one.
        var isFenced = false
    }

    /// What is set for all fetchers of a broker.
    struct Settings {
        var nodeID: BrokerID
        /// `replica.fetch.wait.max.ms`.
        var maxWait: Int32 = 500
        /// `replica.fetch.max.bytes`, per partition.
        var partitionBytes: Int32 = 1 << 20
        /// `replica.fetch.response.max.bytes`.
        var totalBytes: Int32 = 10 << 20
        /// `replica.fetch.backoff.ms`.
        var backoff: Int64 = 1_000
    }

    /// How long a partition over its quota is left alone: the rate falls by the second.
    private static let throttledPause: Int64 = 250

    private let source: BrokerID
    private let settings: Settings
    private let peers: any Peers
    private let clock: any Clock
    private let log: NodeLog
    private let refusedWrites: RefusedWrites
    private let endpoint: () -> Endpoint?
    private let brokerEpoch: () -> Int64
    private let throttle: ReplicationThrottle
    /// The follower's log or high watermark moved.
    private let advanced: (Partition) -> Void
    private var copies: [TopicPartition: Copy] = [:]
    private var session = FollowerSession()
    private var inFlight = false
    private var timer: Scheduled?

    init(
        source: BrokerID, settings: Settings, peers: any Peers, clock: any Clock, log: NodeLog,
        refusedWrites: RefusedWrites, throttle: ReplicationThrottle, endpoint: @escaping () -> Endpoint?,
        brokerEpoch: @escaping () -> Int64, advanced: @escaping (Partition) -> Void
    ) {
        self.source = source
        self.settings = settings
        self.peers = peers
        self.clock = clock
        self.log = log
        self.refusedWrites = refusedWrites
        self.throttle = throttle
        self.endpoint = endpoint
        self.brokerEpoch = brokerEpoch
        self.advanced = advanced
    }

    var isIdle: Bool { copies.isEmpty }

    /// Copies `partition` from now on, in its present leader epoch.
    func add(_ partition: Partition) {
        // Without epochs nothing can be compared with the leader: only what was committed is kept (KIP-101).
        if partition.log.latestEpoch == nil, partition.log.logEndOffset > partition.log.highWatermark {
            truncate(partition, to: partition.log.highWatermark)
        }
        copies[partition.topicPartition] = Copy(partition: partition, epoch: partition.leaderEpoch)
        fetchSoon(after: 0)
    }

    /// Stops copying it; an answer under way is ignored for it.
    func remove(_ key: TopicPartition) { copies[key] = nil }

    private func fetchSoon(after delay: Int64) {
        guard !inFlight else { return }
        timer?.cancel()
        timer = clock.schedule(after: delay) { [weak self] in self?.fetch() }
    }

    private func fetch() {
        timer = nil
        guard !inFlight, !copies.isEmpty else { return }
        guard let endpoint = endpoint() else { return fetchSoon(after: 50) }
        let now = clock.now
        for (key, copy) in copies where throttle.holdsBack(copy.partition) {
            copies[key]?.pausedUntil = max(copy.pausedUntil, now + Self.throttledPause)
        }
        let due = copies.values.filter { !$0.isFenced && $0.pausedUntil <= now }
        guard !due.isEmpty else {
            let next = copies.values.filter { !$0.isFenced }.map(\.pausedUntil).min()
            if let next { fetchSoon(after: max(1, next - now)) }
            return
        }
        inFlight = true
        let timeout = Int64(settings.maxWait) + 3_000
        peers.send(request(for: due), version: 17, to: endpoint, lane: .replication(source), timeout: timeout) {
            [weak self] result in
            self?.answered(result)
        }
    }

    private func request(for due: [Copy]) -> FetchRequest {
        var request = FetchRequest()
        request.replicaState.replicaID = settings.nodeID
        request.replicaState.replicaEpoch = brokerEpoch()
        request.maxWaitMs = settings.maxWait
        request.minBytes = 1
        request.maxBytes = settings.totalBytes
        session.ask(due.map { FollowerSession.Position($0.partition, epoch: $0.epoch) }, in: &request) {
            var one = FetchRequest.Topic.Partition()
            one.partition = $0.partition.topicPartition.partition
            one.currentLeaderEpoch = $0.epoch
            one.fetchOffset = $0.offset
            one.lastFetchedEpoch = $0.lastEpoch
            one.logStartOffset = $0.logStart
            one.partitionMaxBytes = settings.partitionBytes
            return one
        }
        return request
    }

    private func answered(_ result: Result<FetchResponse, PeerError>) {
        inFlight = false
        guard case .success(let response) = result, response.errorCode == .none else {
            session = FollowerSession()
            // A short wait first: a broker that is gone is soon replaced by metadata.
            return fetchSoon(after: min(settings.backoff, 100))
        }
        session.answered(response.sessionID)
        for topic in response.responses {
            for answer in topic.partitions {
                // An answer, an error above all, says nothing of another offset or epoch than it was asked for.
                guard let asked = session.position(topic.topicID, answer.partitionIndex),
                    let copy = copies[asked.partition.topicPartition], copy.partition === asked.partition,
                    copy.partition.log.logEndOffset == asked.offset, copy.epoch == asked.epoch,
                    copy.epoch == copy.partition.leaderEpoch
                else { continue }
                take(answer, for: copy)
            }
        }
        fetchSoon(after: 0)
    }

    private func take(_ answer: FetchResponse.Partition, for copy: Copy) {
        let partition = copy.partition
        switch answer.errorCode {
        case .none where answer.divergingEpoch.epoch >= 0:
            diverged(partition, leader: answer.divergingEpoch)
        case .none: append(answer, to: partition)
        case .offsetOutOfRange: restart(partition, leaderStart: answer.logStartOffset)
        case .fencedLeaderEpoch: copies[partition.topicPartition]?.isFenced = true
        default: pause(partition)
        }
    }

    private func pause(_ partition: Partition) {
        copies[partition.topicPartition]?.pausedUntil = clock.now + settings.backoff
    }

    private func append(_ answer: FetchResponse.Partition, to partition: Partition) {
        do {
            if let records = answer.records, records.readableBytes > 0 {
                throttle.received(records.readableBytes, of: partition)
                let whole = try wholeBatches(records)
                if whole.readableBytes > 0 { _ = try partition.log.appendAsFollower(whole, now: clock.wall) }
            }
            partition.log.setHighWatermark(max(partition.log.highWatermark, answer.highWatermark))
            if answer.logStartOffset > partition.log.logStartOffset,
                answer.logStartOffset <= partition.log.highWatermark
            {
                try partition.log.raiseLogStart(to: answer.logStartOffset)
            }
            advanced(partition)
        } catch {
            refusedWrites.note("\(partition.topicPartition): replicated batches are not taken", error)
            pause(partition)
        }
    }

    /// The batches that arrived whole, each with a sound checksum; a cut tail comes again with the next fetch.
    private func wholeBatches(_ records: ByteBuffer) throws -> ByteBuffer {
        var rest = records
        while let batch = try RecordBatch.read(from: &rest) {
            guard batch.isCRCValid else { throw RecordsError.crcMismatch }
        }
        var whole = records
        return whole.readSlice(length: records.readableBytes - rest.readableBytes) ?? ByteBuffer()
    }

    private func diverged(_ partition: Partition, leader: FetchResponse.EpochEndOffset) {
        let end = partition.log.logEndOffset
        guard let own = partition.log.endOffset(for: leader.epoch) else {
            return truncate(partition, to: min(leader.endOffset, end))
        }
        // An epoch that the leader does not know here: agree on the one before it first.
        let target = own.epoch == leader.epoch ? min(own.endOffset, leader.endOffset, end) : min(own.endOffset, end)
        truncate(partition, to: target)
    }

    private func truncate(_ partition: Partition, to offset: Offset) {
        do {
            log.warn(
                "\(partition.topicPartition): truncating from \(partition.log.logEndOffset) to \(offset) "
                    + "(high watermark \(partition.log.highWatermark))")
            try partition.log.truncate(to: offset, now: clock.wall)
            partition.log.setHighWatermark(min(partition.log.highWatermark, partition.log.logEndOffset))
            advanced(partition)
        } catch {
            refusedWrites.note("\(partition.topicPartition): cannot be truncated to \(offset)", error)
            pause(partition)
        }
    }

    /// The position is not within the leader's log: behind its start, or ahead of its end after it lost records.
    private func restart(_ partition: Partition, leaderStart: Offset) {
        guard leaderStart > partition.log.logEndOffset else { return pause(partition) }
        do {
            log.warn("\(partition.topicPartition): restarting at the leader's log start \(leaderStart)")
            try partition.log.restart(at: leaderStart, now: clock.wall)
            advanced(partition)
        } catch {
            refusedWrites.note("\(partition.topicPartition): cannot restart at \(leaderStart)", error)
            pause(partition)
        }
    }
}

extension Log {
    /// The epoch of the batch before the log's end; −1 for an empty log. An epoch that began here without a batch does
    /// not count, as the leader would not know it at that offset.
    var lastBatchEpoch: Epoch {
        guard logEndOffset > logStartOffset else { return -1 }
        return epochs.epoch(at: logEndOffset - 1) ?? -1
    }
}
