import KafkaProtocol
import LogStorage
import NIOCore

/// Decides for one Fetch request what each partition gives, and whether that is enough to answer.
struct FetchReader {
    let replicas: ReplicaManager
    let fetch: PendingFetch
    let limit: Int

    /// How one partition stands.
    private enum Standing {
        case error(ErrorCode)
        case diverged(FetchResponse.EpochEndOffset)
        case readable(Partition, upTo: Offset)
    }

    /// Notes a follower's position before anything else: its fetch is its acknowledgement.
    func noteFollower() {
        guard fetch.isFollower else { return }
        for part in fetch.parts.joined() {
            guard case .readable(let partition, _) = standing(part) else { continue }
            replicas.followerFetched(
                partition, fetch.replica, from: part.ask.fetchOffset, logStart: part.ask.logStartOffset,
                brokerEpoch: fetch.brokerEpoch)
        }
    }

    /// Whether to answer now: enough bytes, or something that the asker must know at once.
    func isDue() -> Bool {
        guard fetch.body.maxWaitMs > 0, !fetch.parts.isEmpty else { return true }
        var bytes = 0
        let wanted = max(1, Int(fetch.body.minBytes))
        for part in fetch.parts.joined() {
            guard case .readable(let partition, let upTo) = standing(part) else { return true }
            if fetch.isFollower, let progress = partition.followers[fetch.replica],
                partition.log.highWatermark > progress.toldHighWatermark
            {
                return true
            }
            guard part.ask.fetchOffset < upTo else { continue }
            if fetch.isFollower, replicas.throttle.holdsBack(partition, for: fetch.replica) { continue }
            bytes += available(part, partition, upTo, wanted: wanted)
            if bytes >= wanted { return true }
        }
        return false
    }

    private func available(_ part: PendingFetch.Part, _ partition: Partition, _ upTo: Offset, wanted: Int) -> Int {
        if wanted == 1 { return 1 }
        let found = try? partition.log.bytesAvailable(from: part.ask.fetchOffset, upTo: upTo, limit: wanted)
        // What cannot be counted must be read to learn why.
        return min(found ?? wanted, Int(part.ask.partitionMaxBytes))
    }

    /// The answer for one partition. `atLeastOne` lets the first batch exceed every limit, so that consumers get on.
    func read(_ part: PendingFetch.Part, room: Int, atLeastOne: Bool) -> FetchResponse.Partition {
        var answer = FetchResponse.Partition()
        answer.partitionIndex = part.key.partition
        answer.records = ByteBuffer()
        switch standing(part) {
        case .error(let code): fail(&answer, code, part)
        case .diverged(let epoch):
            answer.divergingEpoch = epoch
            if let partition = replicas.partition(part.key) { bounds(&answer, partition) }
        case .readable(let partition, let upTo):
            bounds(&answer, partition)
            fill(&answer, part, partition, upTo, room: room, atLeastOne: atLeastOne)
        }
        return answer
    }

    private func bounds(_ answer: inout FetchResponse.Partition, _ partition: Partition) {
        answer.highWatermark = partition.log.highWatermark
        answer.lastStableOffset = partition.log.lastStableOffset
        answer.logStartOffset = partition.log.logStartOffset
        if fetch.isFollower {
            partition.followers[fetch.replica]?.toldHighWatermark = partition.log.highWatermark
        }
    }

    private func fail(_ answer: inout FetchResponse.Partition, _ code: ErrorCode, _ part: PendingFetch.Part) {
        answer.errorCode = code
        answer.highWatermark = -1
        guard let partition = replicas.partition(part.key) else { return }
        if code == .notLeaderOrFollower || code == .fencedLeaderEpoch {
            answer.currentLeader.leaderID = partition.state.leader
            answer.currentLeader.leaderEpoch = partition.leaderEpoch
        }
        if code == .offsetOutOfRange { answer.logStartOffset = partition.log.logStartOffset }
    }

    private func fill(
        _ answer: inout FetchResponse.Partition, _ part: PendingFetch.Part, _ partition: Partition, _ upTo: Offset,
        room: Int, atLeastOne: Bool
    ) {
        if fetch.body.isolationLevel == 1, !fetch.isFollower { answer.abortedTransactions = [] }
        if fetch.isFollower, replicas.throttle.holdsBack(partition, for: fetch.replica) { return }
        let bytes = min(room, Int(part.ask.partitionMaxBytes))
        guard bytes > 0 || atLeastOne else { return }
        do {
            let read = try partition.log.read(
                from: part.ask.fetchOffset, maxBytes: max(0, bytes), upTo: upTo, atLeastOne: atLeastOne,
                now: replicas.clock.wall)
            answer.records = read.records
            guard answer.abortedTransactions != nil else { return }
            answer.abortedTransactions = partition.log
                .abortedTransactions(from: part.ask.fetchOffset, upTo: read.nextOffset)
                .map { aborted in
                    var entry = FetchResponse.AbortedTransaction()
                    entry.producerID = aborted.producerID
                    entry.firstOffset = aborted.firstOffset
                    return entry
                }
        } catch let error as StorageError {
            fail(&answer, error.code, part)
        } catch {
            replicas.log.error("\(part.key): cannot be read at \(part.ask.fetchOffset): \(error)")
            fail(&answer, .kafkaStorageError, part)
        }
    }

    private func standing(_ part: PendingFetch.Part) -> Standing {
        guard part.isKnown else { return .error(.unknownTopicId) }
        guard let partition = replicas.partition(part.key) else { return .error(replicas.absent(part.key)) }
        let allowed = partition.checkLeader(epoch: part.ask.currentLeaderEpoch)
        guard allowed == .none else { return .error(allowed) }
        let log = partition.log
        if fetch.isFollower {
            guard partition.followers[fetch.replica] != nil else {
                return .error(part.ask.currentLeaderEpoch < 0 ? .notLeaderOrFollower : .unknownLeaderEpoch)
            }
            let registered = replicas.image.brokers[fetch.replica]?.epoch ?? -1
            if fetch.brokerEpoch >= 0, registered > fetch.brokerEpoch { return .error(.notLeaderOrFollower) }
        }
        if let diverged = divergence(part, log) { return diverged }
        let end = fetch.isFollower ? log.logEndOffset : log.highWatermark
        guard part.ask.fetchOffset >= log.logStartOffset, part.ask.fetchOffset <= log.logEndOffset else {
            return .error(.offsetOutOfRange)
        }
        let committedOnly = !fetch.isFollower && fetch.body.isolationLevel == 1
        return .readable(partition, upTo: committedOnly ? log.lastStableOffset : end)
    }

    private func divergence(_ part: PendingFetch.Part, _ log: Log) -> Standing? {
        let epoch = part.ask.lastFetchedEpoch
        guard epoch >= 0 else { return nil }
        guard let own = log.endOffset(for: epoch) else { return .error(.offsetOutOfRange) }
        guard own.epoch < epoch || own.endOffset < part.ask.fetchOffset else { return nil }
        guard part.ask.fetchOffset >= log.logStartOffset else { return .error(.offsetOutOfRange) }
        var diverging = FetchResponse.EpochEndOffset()
        diverging.epoch = own.epoch
        diverging.endOffset = own.endOffset
        return .diverged(diverging)
    }
}
