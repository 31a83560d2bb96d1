import ClusterInsight
import KafkaClient
import KafkaProtocol

/// Sizes of logs, and the directories they lie in.
extension LiveSource {
    /// Sizes of logs and directories: of all replicas when a survey is due, else of those that somebody looks at; brokers
    /// that are silent keep their last ones.
    func askLogDirs() async throws {
        let present = Set(memory.snapshots.filter(\.isWorthAsking).map(\.id))
        let isSurvey = beginSurvey(.logDirs)
        let wanted = isSurvey ? nil : attendedTopics.union(movingTopics).sorted().compactMap(wantedLogs)
        guard !present.isEmpty else { return try nobodyIsLeft(for: "DescribeLogDirs") }
        guard wanted?.isEmpty != true else { return }
        let timeout = isSurvey ? SourceTimes.survey : SourceTimes.call
        let answers = try await client.logDirs(of: wanted, timeout: timeout).filter { present.contains($0.key) }
        let now = WallClock.now()
        var failed: [BrokerID: ClientError] = [:]
        var items = 0
        for (broker, outcome) in answers {
            switch outcome {
            case .success(let dirs):
                memory.noteAnswer(of: broker)
                if isSurvey { note(dirs, of: broker, now: now) }
                items += take(dirs, of: broker, all: isSurvey, now: now)
            case .failure(let error):
                failed[broker] = error
                // A broker may take its time over its sizes.
                if case .unreachable = error { memory.noteSilence(of: broker, now: now) }
            }
        }
        noteReach(failed, asked: answers.count)
        if isSurvey { endSurvey(.logDirs, items: items) }
        if !failed.isEmpty { throw NoAnswer(of: "DescribeLogDirs", failed, asked: answers.count) }
    }

    private func wantedLogs(_ topic: String) -> (name: String, partitions: [Int32])? {
        topicPositions[topic].map { (topic, snapshot.topics[$0].partitions.map(\.id)) }
    }

    private var movingTopics: Set<String> { Set(lastMoves.keys.map(\.topic)) }

    /// What all logs of a broker add up to.
    private func note(_ dirs: [DescribeLogDirsResponse.Result], of broker: BrokerID, now: Timestamp) {
        let shown = dirs.map { dir in
            let logs = dir.topics.reduce(0) { $0 + $1.partitions.count }
            let bytes = dir.topics.reduce(Int64(0)) { $0 + $1.partitions.reduce(0) { $0 + $1.partitionSize } }
            return LogDirSnapshot(
                path: dir.logDir, bytes: bytes, logs: logs, error: dir.errorCode == .none ? nil : "\(dir.errorCode)",
                free: dir.usableBytes < 0 ? nil : dir.usableBytes, total: dir.totalBytes < 0 ? nil : dir.totalBytes)
        }
        memory.take(logDirs: shown, of: broker, now: now)
    }

    /// Takes the sizes of a broker's logs; of all its logs, what it does not tell of any more is gone.
    ///
    /// - Returns: how many were told.
    private func take(
        _ dirs: [DescribeLogDirsResponse.Result], of broker: BrokerID, all: Bool, now: Timestamp
    ) -> Int {
        var count = 0
        let known = memory.logDirs(of: broker)
        for dir in dirs {
            let place = known.firstIndex { $0.path == dir.logDir }
            for topic in dir.topics {
                guard let index = topicPositions[topic.name] else { continue }
                for partition in topic.partitions where !partition.isFutureKey {
                    guard let position = snapshot.topics[index].position(of: partition.partitionIndex) else { continue }
                    count += 1
                    snapshot.topics[index].partitions[position].take(
                        ReplicaLog(
                            broker: broker, bytes: partition.partitionSize, behind: max(0, partition.offsetLag),
                            dir: place, at: now))
                }
            }
        }
        guard all else { return count }
        for index in snapshot.topics.indices {
            for position in snapshot.topics[index].partitions.indices {
                let isGone = snapshot.topics[index].partitions[position].logs.contains {
                    $0.broker == broker && $0.at < now
                }
                guard isGone else { continue }
                snapshot.topics[index].partitions[position].logs.removeAll { $0.broker == broker && $0.at < now }
            }
        }
        return count
    }
}

extension PartitionSnapshot {
    /// Takes what a broker told of its log.
    fileprivate mutating func take(_ log: ReplicaLog) {
        if let index = logs.firstIndex(where: { $0.broker >= log.broker }) {
            guard logs[index].broker == log.broker else { return logs.insert(log, at: index) }
            let before = logs[index]
            logs[index] = log
            logs[index].grow(since: before)
        } else {
            if logs.isEmpty { logs.reserveCapacity(replicas.count) }
            logs.append(log)
        }
    }
}
