import KafkaProtocol
import LogStorage

/// What logs need from time to time: checkpoints, flushes, retention, compaction, removal of old files. Loop only;
/// whatever blocks for long runs in the background.
package final class LogMaintenance {
    /// How often each chore is done, in milliseconds; Kafka's names and defaults.
    package struct Intervals: Sendable {
        /// `replica.high.watermark.checkpoint.interval.ms`
        package var highWatermarks: Int64 = 5_000
        /// `log.flush.offset.checkpoint.interval.ms`
        package var offsets: Int64 = 60_000
        /// `log.flush.scheduler.interval.ms`; what was closed by a roll is flushed here too.
        package var flush: Int64 = 1_000
        /// `log.retention.check.interval.ms`
        package var retention: Int64 = 300_000
        /// Before the first retention pass (`log.initial.task.delay.ms`).
        package var initialDelay: Int64 = 30_000
        /// `log.cleaner.backoff.ms`
        package var cleaning: Int64 = 15_000
        /// `producer.id.expiration.check.interval.ms`
        package var producers: Int64 = 600_000
        /// Descriptors unused for this long are closed.
        package var idleFiles: Int64 = 60_000

        package init() {}

        package init(_ config: BrokerConfig) throws {
            highWatermarks = try config.int(
                "replica.high.watermark.checkpoint.interval.ms", highWatermarks, atLeast: 1)
            offsets = try config.int("log.flush.offset.checkpoint.interval.ms", offsets, atLeast: 1)
            retention = try config.int("log.retention.check.interval.ms", retention, atLeast: 1)
            initialDelay = try config.int("log.initial.task.delay.ms", initialDelay)
            cleaning = try config.int("log.cleaner.backoff.ms", cleaning)
            producers = try config.int("producer.id.expiration.check.interval.ms", producers, atLeast: 1)
        }
    }

    private let logs: LogDirectories
    private let clock: any Clock
    private let background: any Background
    private let log: NodeLog
    private let refusedWrites: RefusedWrites
    private let intervals: Intervals
    /// Partitions with a flush under way.
    private var flushing: Set<TopicPartition> = []
    private var isCleaning = false
    private var isWritingCheckpoints = false
    private var isStopped = false
    private var stopped: (() -> Void)?

    init(
        logs: LogDirectories, clock: any Clock, background: any Background, log: NodeLog,
        refusedWrites: RefusedWrites, intervals: Intervals
    ) {
        self.logs = logs
        self.clock = clock
        self.background = background
        self.log = log
        self.refusedWrites = refusedWrites
        self.intervals = intervals
    }

    /// Begins all chores.
    package func start() {
        repeated(intervals.highWatermarks) { me in
            let due = me.logs.managers.compactMap { manager in
                manager.highWatermarkCheckpoint().map { (manager: manager, job: $0) }
            }
            if !due.isEmpty { me.write(due) }
        }
        repeated(intervals.offsets) { me in
            me.write(me.logs.managers.flatMap { manager in manager.offsetCheckpoints().map { (manager, $0) } })
        }
        repeated(intervals.flush) { $0.flush() }
        repeated(intervals.retention, first: intervals.initialDelay) { $0.applyRetention() }
        repeated(max(1, intervals.cleaning)) { $0.clean() }
        repeated(intervals.producers) { me in
            for log in me.logs.logs.values { log.expireProducers(now: me.clock.wall) }
        }
        repeated(intervals.idleFiles) { me in
            me.logs.closeIdle(since: me.clock.wall - me.intervals.idleFiles)
            me.removeDoomed()
        }
    }

    /// Ends all chores, then calls `done`: after the checkpoints under way, which the closing of the logs writes too. What
    /// else runs in the background runs to its end.
    package func stop(_ done: @escaping () -> Void) {
        isStopped = true
        if isWritingCheckpoints { stopped = done } else { done() }
    }

    private func repeated(_ interval: Int64, first: Int64? = nil, _ chore: @escaping (LogMaintenance) throws -> Void) {
        clock.schedule(after: first ?? interval) { [weak self] in
            guard let self, !isStopped else { return }
            do { try chore(self) } catch { log.error("log maintenance: \(error)") }
            repeated(interval, chore)
        }
    }

    /// Writes checkpoints in the background, one lot at a time: the next interval makes up for what is left out.
    private func write(_ due: [(manager: LogManager, job: CheckpointJob)]) {
        guard !isWritingCheckpoints else { return }
        isWritingCheckpoints = true
        let disk = logs.disk
        let jobs = due.map(\.job)
        background.run({ LogMaintenance.run(jobs, disk) }) { [weak self] error in
            guard let self else { return }
            isWritingCheckpoints = false
            if let error {
                refusedWrites.note("a checkpoint is not written", error)
            } else {
                for (manager, job) in due { manager.checkpointed(job) }
            }
            stopped?()
            stopped = nil
        }
    }

    /// Flushes what rolls have closed, and what `flush.messages` and `flush.ms` ask for.
    private func flush() {
        let now = clock.wall
        for (key, partition) in logs.logs where !flushing.contains(key) {
            let job = partition.needsFlush(now: now) ? partition.flushJob() : partition.flushJob(.closedSegments)
            guard let job else { continue }
            flushing.insert(key)
            let disk = logs.disk
            background.run({ LogMaintenance.run(job, disk) }) { [weak self] error in
                guard let self else { return }
                flushing.remove(key)
                if let error { return refusedWrites.note("\(key): not flushed", error) }
                if let current = logs.log(key), current === partition {
                    current.flushed(upTo: job.upTo, now: clock.wall)
                }
            }
        }
    }

    private func applyRetention() {
        for partition in logs.logs.values {
            do { try partition.applyRetention(now: clock.wall) } catch {
                refusedWrites.note("\(partition.topicPartition): retention", error)
            }
        }
        removeDoomed()
    }

    private func removeDoomed() {
        let job = logs.dueDeletions(now: clock.wall)
        guard !job.isEmpty else { return }
        let disk = logs.disk
        background.run({ LogMaintenance.run(job, disk) }) { [weak self] failures in
            for failure in failures { self?.log.warn("\(failure)") }
        }
    }

    /// Compacts the log that needs it most, and at once the next one while there is any.
    private func clean() {
        guard !isCleaning, !isStopped, let (manager, job) = logs.cleanJob(now: clock.wall) else { return }
        isCleaning = true
        let disk = logs.disk
        background.run({ LogMaintenance.run(job, disk) }) { [weak self] result in
            guard let self else { return }
            isCleaning = false
            switch result {
            case .failure(let error): manager.cleaningFailed(job, error.description)
            case .success(let cleaned):
                do {
                    let checkpoint = try manager.finish(job, cleaned, now: clock.wall)
                    if let checkpoint { write([(manager, checkpoint)]) }
                } catch {
                    manager.cleaningFailed(job, "\(error)")
                }
            }
            clean()
        }
    }

    // Static and generic, so that the existential disk is opened on the way to the other thread.
    private static func run(_ job: FlushJob, _ disk: some Disk) -> DiskError? {
        do throws(DiskError) { try job.run(disk) } catch { return error }
        return nil
    }

    private static func run(_ jobs: [CheckpointJob], _ disk: some Disk) -> DiskError? {
        do throws(DiskError) { for job in jobs { try job.run(disk) } } catch { return error }
        return nil
    }

    private static func run(_ job: DeleteJob, _ disk: some Disk) -> [DiskError] { job.run(disk) }

    private static func run(_ job: CleanJob, _ disk: some Disk) -> Result<CleanResult, CleanError> { job.run(disk) }
}
