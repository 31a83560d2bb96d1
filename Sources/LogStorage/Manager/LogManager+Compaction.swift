import KafkaProtocol

extension LogManager {
    /// The most urgent compaction; nil when none is due. One at a time.
    package func cleanJob(now: Timestamp) -> CleanJob? {
        var best: (log: Log, cleanable: Cleanable)?
        for log in logs.values {
            guard let cleanable = log.cleanable(checkpoint: cleanerOffsets[log.topicPartition], now: now),
                !uncleanable.contains(log.topicPartition),
                cleanable.dirtyRatio > best?.cleanable.dirtyRatio ?? -1
            else { continue }
            best = (log, cleanable)
        }
        guard let best else { return nil }
        do { return try best.log.cleanJob(best.cleanable, now: now) } catch {
            setUncleanable(best.log.topicPartition, "\(error)")
            return nil
        }
    }

    /// Takes a round's output over. Returns the checkpoint that is to be written then.
    package func finish(_ job: CleanJob, _ result: CleanResult, now: Timestamp) throws -> CheckpointJob? {
        guard let log = logs[job.topicPartition], try log.replace(with: result, of: job, now: now) else { return nil }
        return setCleanerOffset(result.endOffset, of: job.topicPartition)
    }

    /// Leaves a log alone whose compaction failed, until the next start: its damage would only be met again.
    package func cleaningFailed(_ job: CleanJob, _ reason: String) { setUncleanable(job.topicPartition, reason) }
}
