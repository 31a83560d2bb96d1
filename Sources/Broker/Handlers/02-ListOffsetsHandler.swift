import KafkaProtocol
import LogStorage

/// Finds offsets by timestamp and at the ends of partitions led here (KIP-79, KIP-734, KIP-405).
package struct ListOffsetsHandler {
    let replicas: ReplicaManager

    private typealias Ask = ListOffsetsRequest.Partition
    private typealias Answer = ListOffsetsResponse.Partition

    /// Special timestamps by the version that brings them.
    private static let specials: [Timestamp: Int16] = [
        ListOffsetsRequest.latest: 0, ListOffsetsRequest.earliest: 0, ListOffsetsRequest.maxTimestamp: 7,
        ListOffsetsRequest.earliestLocal: 8, ListOffsetsRequest.latestTiered: 9,
    ]

    func handle(_ request: Request<ListOffsetsRequest>) {
        var seen: [TopicPartition: Int] = [:]
        for topic in request.body.topics {
            for partition in topic.partitions {
                seen[TopicPartition(topic.name, partition.partitionIndex), default: 0] += 1
            }
        }
        var response = ListOffsetsResponse()
        response.topics = request.body.topics.map { topic in
            var entry = ListOffsetsResponse.Topic()
            entry.name = topic.name
            entry.partitions = topic.partitions.map { ask in
                let key = TopicPartition(topic.name, ask.partitionIndex)
                var answer = Answer()
                answer.partitionIndex = ask.partitionIndex
                if seen[key] != 1 {
                    answer.errorCode = .invalidRequest
                } else {
                    fill(&answer, ask, key, request)
                }
                return answer
            }
            return entry
        }
        request.reply(response)
    }

    private func fill(_ answer: inout Answer, _ ask: Ask, _ key: TopicPartition, _ request: Request<ListOffsetsRequest>)
    {
        if ask.timestamp < 0, Self.specials[ask.timestamp].map({ request.version < $0 }) ?? true {
            return answer.errorCode = .unsupportedVersion
        }
        guard let partition = replicas.partition(key) else { return answer.errorCode = replicas.absent(key) }
        let isDebugging = request.body.replicaID == -2
        let allowed =
            isDebugging
            ? partition.check(epoch: ask.currentLeaderEpoch)
            : partition.checkLeader(epoch: ask.currentLeaderEpoch)
        guard allowed == .none else { return answer.errorCode = allowed }
        do { try find(&answer, ask, partition, request) } catch {
            replicas.log.error("\(key): offset for timestamp \(ask.timestamp) not found: \(error)")
            answer.errorCode = (error as? StorageError)?.code ?? .kafkaStorageError
        }
    }

    private func find(
        _ answer: inout Answer, _ ask: Ask, _ partition: Partition, _ request: Request<ListOffsetsRequest>
    ) throws {
        let log = partition.log
        let bound = bound(of: log, request.body)
        // Until the high watermark has passed the begin of this leadership, it may lie below what was committed.
        let isUncertain = request.body.replicaID < 0 && partition.isLeader && log.highWatermark < partition.epochStart
        let uncertain: ErrorCode = request.version >= 5 ? .offsetNotAvailable : .leaderNotAvailable
        switch ask.timestamp {
        case ListOffsetsRequest.earliest, ListOffsetsRequest.earliestLocal: place(&answer, log.logStartOffset, log)
        case ListOffsetsRequest.latest:
            if isUncertain { return answer.errorCode = uncertain }
            place(&answer, bound, log)
        // Nothing is ever moved to remote storage.
        case ListOffsetsRequest.latestTiered: return
        default:
            let now = replicas.clock.wall
            let hit =
                ask.timestamp == ListOffsetsRequest.maxTimestamp
                ? try log.offsetOfMaxTimestamp(now: now) : try log.offset(forTimestamp: ask.timestamp, now: now)
            guard let hit, hit.offset < bound else {
                if isUncertain { answer.errorCode = uncertain }
                return
            }
            answer.offset = hit.offset
            answer.timestamp = hit.timestamp
            answer.leaderEpoch = hit.leaderEpoch ?? -1
        }
    }

    /// What the asker may see ends here (exclusive).
    private func bound(of log: Log, _ request: ListOffsetsRequest) -> Offset {
        if request.replicaID >= 0 { return log.logEndOffset }
        return request.isolationLevel == 1 ? log.lastStableOffset : log.highWatermark
    }

    private func place(_ answer: inout Answer, _ offset: Offset, _ log: Log) {
        answer.offset = offset
        answer.leaderEpoch = log.epochs.epoch(at: offset) ?? log.latestEpoch ?? -1
    }
}
