import KafkaProtocol
import LogStorage
import NIOCore

/// Decides for one Fetch request what each partition gives, and whether that is enough to answer.
struct FetchReader {
    let replicas: ReplicaManager
    let fetch: PendingFetch

    /// How one partition stands.
    private enum Standing {
        case error(ErrorCode)
        case diverged(FetchResponse.EpochEndOffset)
        /// Another replica is nearer to the consumer.
        case preferred(BrokerID, Partition)
        case readable(Partition, upTo: Offset)
    }

    /// Notes a follower's positions before anything else: its fetch is its acknowledgement.
    func noteFollower() {
        guard fetch.isFollower else { return }
        for part in fetch.named { note(part) }
        guard fetch.isIncremental else { return }
        // For the others it says that the follower is still there.
        for part in fetch.parts {
            guard part.isQuiet(for: fetch.replica, replicas), let partition = part.resolved(replicas),
                partition.state.isr.contains(fetch.replica)
            else {
                note(part)
                continue
            }
            partition.followerFetched(
                fetch.replica, from: part.ask.fetchOffset, logStart: part.ask.logStartOffset,
                brokerEpoch: fetch.brokerEpoch, now: replicas.clock.now)
        }
    }

    private func note(_ part: FetchPart) {
        guard case .readable(let partition, _) = standing(part) else { return }
        replicas.followerFetched(
            partition, fetch.replica, from: part.ask.fetchOffset, logStart: part.ask.logStartOffset,
            brokerEpoch: fetch.brokerEpoch)
    }

    /// Whether to answer now: enough bytes, or something that the asker must know at once. `changed` is the one partition
    /// that something happened to since the last look; nil looks at all.
    func isDue(_ changed: TopicPartition?) -> Bool {
        guard fetch.body.maxWaitMs > 0, !fetch.parts.isEmpty else { return true }
        let wanted = max(1, Int(fetch.body.minBytes))
        if wanted == 1, let changed {
            guard let part = fetch.part(changed) else { return false }
            return bytesToTell(part, wanted: 1) >= 1
        }
        var bytes = 0
        for part in fetch.parts where !(fetch.isIncremental && part.isQuiet(for: follower, replicas)) {
            bytes += bytesToTell(part, wanted: wanted)
            if bytes >= wanted { return true }
        }
        return false
    }

    private var follower: BrokerID? { fetch.isFollower ? fetch.replica : nil }

    /// About how much there is to read of a partition; as much as is wanted when there is something else to tell.
    private func bytesToTell(_ part: FetchPart, wanted: Int) -> Int {
        guard case .readable(let partition, let upTo) = standing(part) else { return wanted }
        if fetch.isFollower, let progress = partition.followers[fetch.replica],
            partition.log.highWatermark > progress.toldHighWatermark
        {
            return wanted
        }
        guard part.ask.fetchOffset < upTo else { return 0 }
        if fetch.isFollower, replicas.throttle.holdsBack(partition, for: fetch.replica) { return 0 }
        return available(part, partition, upTo, wanted: wanted)
    }

    /// The answer for one partition; nil when a session's client knows it all. `atLeastOne` lets the first batch exceed
    /// every limit, so that consumers get on.
    func news(_ part: FetchPart, room: Int, atLeastOne: Bool) -> FetchResponse.Partition? {
        guard fetch.session != nil else { return read(part, room: room, atLeastOne: atLeastOne) }
        if fetch.isIncremental, part.isQuiet(for: follower, replicas) { return nil }
        let answer = read(part, room: room, atLeastOne: atLeastOne)
        return fetch.isIncremental && !part.isNews(answer) ? nil : answer
    }

    private func available(_ part: FetchPart, _ partition: Partition, _ upTo: Offset, wanted: Int) -> Int {
        if wanted == 1 { return 1 }
        let found = try? partition.log.bytesAvailable(from: part.ask.fetchOffset, upTo: upTo, limit: wanted)
        // What cannot be counted must be read to learn why.
        return min(found ?? wanted, Int(part.ask.partitionMaxBytes))
    }

    private func read(_ part: FetchPart, room: Int, atLeastOne: Bool) -> FetchResponse.Partition {
        var answer = FetchResponse.Partition()
        answer.partitionIndex = part.ask.partition
        answer.records = ByteBuffer()
        switch standing(part) {
        case .error(let code): fail(&answer, code, part)
        case .diverged(let epoch):
            answer.divergingEpoch = epoch
            if let partition = part.resolved(replicas) { bounds(&answer, partition) }
        case .preferred(let replica, let partition):
            answer.preferredReadReplica = replica
            bounds(&answer, partition)
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

    private func fail(_ answer: inout FetchResponse.Partition, _ code: ErrorCode, _ part: FetchPart) {
        answer.errorCode = code
        answer.highWatermark = -1
        guard let partition = part.resolved(replicas) else { return }
        if code == .notLeaderOrFollower || code == .fencedLeaderEpoch {
            answer.currentLeader.leaderID = partition.state.leader
            answer.currentLeader.leaderEpoch = partition.leaderEpoch
        }
        if code == .offsetOutOfRange { answer.logStartOffset = partition.log.logStartOffset }
    }

    private func fill(
        _ answer: inout FetchResponse.Partition, _ part: FetchPart, _ partition: Partition, _ upTo: Offset,
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
            replicas.log.error("\(partition.topicPartition): cannot be read at \(part.ask.fetchOffset): \(error)")
            fail(&answer, .kafkaStorageError, part)
        }
    }

    private func standing(_ part: FetchPart) -> Standing {
        guard let partition = part.resolved(replicas) else {
            return .error(part.key.map(replicas.absent) ?? .unknownTopicId)
        }
        let epoch = part.ask.currentLeaderEpoch
        let allowed = fetch.mayReadFollowers ? partition.check(epoch: epoch) : partition.checkLeader(epoch: epoch)
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
        if let near = replicas.preferredReplica(of: partition, rack: fetch.rack, offset: part.ask.fetchOffset) {
            return .preferred(near, partition)
        }
        let committedOnly = !fetch.isFollower && fetch.body.isolationLevel == 1
        return .readable(partition, upTo: committedOnly ? log.lastStableOffset : end)
    }

    private func divergence(_ part: FetchPart, _ log: Log) -> Standing? {
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
