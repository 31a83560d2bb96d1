import KafkaProtocol

/// All log directories of a broker (`log.dirs`). A partition lives in one of them; a new one goes where the fewest are
/// (KIP-113).
///
/// Confined to one thread like the logs in it.
package final class LogDirectories {
    /// In the order of `log.dirs`, never empty.
    package let managers: [LogManager]
    /// Where partitions shall be made that are not here yet.
    private var preferred: [TopicPartition: LogManager] = [:]
    /// Whose turn it is to compact.
    private var turn = 0

    /// Takes opened directories over. A crash at the end of a move leaves a partition in two of them: the one with more
    /// stays, the other is set aside.
    package init(_ managers: [LogManager]) throws {
        precondition(!managers.isEmpty, "a broker has a log directory")
        self.managers = managers
        var owners: [TopicPartition: LogManager] = [:]
        for manager in managers {
            for (partition, log) in manager.logs {
                guard let other = owners[partition], let known = other.logs[partition] else {
                    owners[partition] = manager
                    continue
                }
                let isBehind = log.logEndOffset <= known.logEndOffset
                try (isBehind ? manager : other).setAside(partition)
                if !isBehind { owners[partition] = manager }
            }
        }
    }

    /// See `LogManager.previousBrokerEpoch`: known where all directories agree.
    package var previousBrokerEpoch: Int64 {
        let epochs = Set(managers.map(\.previousBrokerEpoch))
        return epochs.count == 1 ? epochs.first ?? -1 : -1
    }

    /// See `LogManager.began`.
    package func began(brokerEpoch: Int64) {
        for manager in managers { manager.began(brokerEpoch: brokerEpoch) }
    }

    package var disk: any Disk { managers[0].disk }

    /// The `directory.id` of one of them; zero when it is none of them.
    package func identity(of directory: String) -> UUID {
        managers.first { $0.directory == directory }?.properties.directoryID ?? .zero
    }

    /// Every partition's log.
    package var logs: [TopicPartition: Log] {
        managers.dropFirst().reduce(into: managers[0].logs) { all, manager in
            all.merge(manager.logs) { first, _ in first }
        }
    }

    package func log(_ partition: TopicPartition) -> Log? { owner(of: partition)?.logs[partition] }

    /// The directory that holds a partition.
    package func owner(of partition: TopicPartition) -> LogManager? {
        managers.first { $0.logs[partition] != nil }
    }

    /// The directory of a path; nil for one that is not this broker's.
    package func manager(at path: String) -> LogManager? { managers.first { $0.directory == path } }

    /// Notes where a partition shall be made when this broker gets it.
    package func prefer(_ manager: LogManager, for partition: TopicPartition) {
        if preferred.count >= StorageLimits.preferredDirectories { preferred.removeAll() }
        preferred[partition] = manager
    }

    /// The partition's log, made when it is not there.
    package func create(
        _ partition: TopicPartition, topicID: TopicID, config: LogConfig, now: Timestamp
    ) throws -> Log {
        let fallen = managers.first { $0.failed[partition] != nil }
        let wished = preferred.removeValue(forKey: partition)
        let emptiest = managers.min { $0.logs.count < $1.logs.count } ?? managers[0]
        return try (owner(of: partition) ?? fallen ?? wished ?? emptiest)
            .create(partition, topicID: topicID, config: config, now: now)
    }

    /// See `LogManager.delete`.
    package func delete(_ partition: TopicPartition, now: Timestamp) throws {
        try owner(of: partition)?.delete(partition, now: now)
    }

    /// See `LogManager.setAside`.
    package func setAside(_ partition: TopicPartition) throws { try owner(of: partition)?.setAside(partition) }

    /// Puts a complete copy in the place of a partition's log.
    ///
    /// The copy gets its final name before the original loses its own, so that a crash in between leaves two whole logs.
    package func replace(
        _ partition: TopicPartition, with copy: Log, in manager: LogManager, now: Timestamp
    ) throws -> Log {
        guard let old = owner(of: partition), let current = old.logs[partition] else {
            throw StorageError.directoryRefused("\(partition) is in no log directory")
        }
        let log = try manager.install(copy, as: current, now: now)
        do { try old.delete(partition, now: now) } catch {
            // Both are whole; the next start keeps one.
            old.report(.error, "\(partition): what was moved away stays until the next start: \(error)")
        }
        return log
    }

    // MARK: Housekeeping

    /// Hands out the removal of everything whose delay is over.
    package func dueDeletions(now: Timestamp) -> DeleteJob {
        DeleteJob(paths: managers.flatMap { $0.dueDeletions(now: now).paths })
    }

    /// The next compaction, and in which directory; the directories take turns.
    package func cleanJob(now: Timestamp) -> (manager: LogManager, job: CleanJob)? {
        for _ in managers {
            turn = (turn + 1) % managers.count
            if let job = managers[turn].cleanJob(now: now) { return (managers[turn], job) }
        }
        return nil
    }

    /// Closes the descriptors of logs that were not used since `before`.
    package func closeIdle(since before: Timestamp) {
        for manager in managers { manager.closeIdle(since: before) }
    }

    /// See `LogManager.close`; the first error is thrown when all are closed.
    package func close(brokerEpoch: Int64, now: Timestamp) throws {
        var failure: (any Error)?
        for manager in managers {
            do { try manager.close(brokerEpoch: brokerEpoch, now: now) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }
}
