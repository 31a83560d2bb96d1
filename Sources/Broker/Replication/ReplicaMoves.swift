import ClusterMetadata
import KafkaProtocol
import LogStorage

/// Moves replicas between the log directories of this broker while they are in use (KIP-113): a copy grows beside the
/// original until both end alike, is made durable, and takes its place. Loop only.
///
/// What a restart interrupts begins anew; until a move is over its copy counts for nothing.
package final class ReplicaMoves {
    private final class Move {
        let partition: Partition
        let destination: LogManager
        let copy: Log
        var isFlushed = false
        var isFlushing = false

        init(_ partition: Partition, to destination: LogManager, copy: Log) {
            self.partition = partition
            self.destination = destination
            self.copy = copy
        }
    }

    private let replicas: ReplicaManager
    private let background: any Background
    private var moves: [TopicPartition: Move] = [:]
    private var quota = RateQuota()
    private var isScheduled = false
    /// Bytes copied in one turn of the loop: some hundred microseconds of work.
    private static let turnBytes = 512 << 10
    /// Milliseconds to the next turn, and to the next while the rate is used up.
    private static let pause: Int64 = 1
    private static let throttledPause: Int64 = 100

    package init(replicas: ReplicaManager, background: any Background) {
        self.replicas = replicas
        self.background = background
    }

    /// Goes on with the moves that a restart has interrupted; to be called when the replicas of this broker are known.
    package func resume() {
        for manager in replicas.logs.managers {
            manager.takeInterrupted(now: replicas.clock.wall) { partition in
                if replicas.partition(partition) != nil { _ = move(partition, to: manager.directory) }
            }
        }
    }

    /// Begins to move a replica to the directory of a path, or gives a move up when the replica is there already. One that
    /// this broker does not have will be made there.
    package func move(_ key: TopicPartition, to path: String) -> ErrorCode {
        guard let destination = replicas.logs.manager(at: path) else { return .logDirNotFound }
        if replicas.offline[key] != nil { return .kafkaStorageError }
        guard let partition = replicas.partition(key) else {
            replicas.logs.prefer(destination, for: key)
            return .replicaNotAvailable
        }
        if let running = moves[key], running.partition === partition, running.destination === destination {
            return .none
        }
        giveUp(key)
        guard replicas.logs.owner(of: key) !== destination else { return .none }
        do {
            let copy = try destination.openCopy(of: partition.log, now: replicas.clock.wall)
            moves[key] = Move(partition, to: destination, copy: copy)
            replicas.log.info("\(key): moving to \(path)")
            schedule(after: 0)
            return .none
        } catch {
            replicas.log.error("\(key): cannot be moved to \(path): \(error)")
            return .kafkaStorageError
        }
    }

    /// The copies that grow in a directory, with the records that each lacks.
    package func copies(in manager: LogManager) -> [(copy: Log, lag: Int64)] {
        moves.values.filter { $0.destination === manager }.map { move in
            (move.copy, max(0, move.partition.log.logEndOffset - move.copy.logEndOffset))
        }
    }

    private func giveUp(_ key: TopicPartition) {
        guard let move = moves.removeValue(forKey: key) else { return }
        move.destination.discard(move.copy, now: replicas.clock.wall)
    }

    private func schedule(after delay: Int64) {
        guard !isScheduled else { return }
        isScheduled = true
        replicas.clock.schedule(after: delay) { [weak self] in
            guard let self else { return }
            isScheduled = false
            turn()
        }
    }

    private func turn() {
        quota.limit = max(1, replicas.configs.int("replica.alter.log.dirs.io.max.bytes.per.second", in: replicas.image))
        for (key, move) in moves where replicas.partition(key) !== move.partition { giveUp(key) }
        guard !quota.isExceeded(now: replicas.clock.now) else { return schedule(after: Self.throttledPause) }
        for key in moves.keys.sorted() {
            guard let move = moves[key] else { continue }
            do { try advance(key, move) } catch {
                replicas.log.error("\(key): the move to \(move.destination.directory) is given up: \(error)")
                giveUp(key)
            }
        }
        if !moves.isEmpty { schedule(after: Self.pause) }
    }

    private func advance(_ key: TopicPartition, _ move: Move) throws {
        let now = replicas.clock.wall
        let original = move.partition.log
        let copy = move.copy
        if !original.agrees(with: copy) || copy.logEndOffset < original.logStartOffset {
            let start = try original.copyStart()
            if copy.logEndOffset != start { try copy.restart(at: start, now: now) }
        }
        if copy.logEndOffset < original.logEndOffset {
            let read = try original.copy(from: copy.logEndOffset, maxBytes: Self.turnBytes, now: now)
            guard read.records.readableBytes > 0 else { return }
            try copy.appendAsFollower(read.records, now: now)
            quota.record(read.records.readableBytes, now: replicas.clock.now)
        }
        guard copy.logEndOffset == original.logEndOffset, !move.isFlushing else { return }
        guard move.isFlushed else { return flush(key, move) }
        try finish(key, move)
    }

    /// Makes the copy durable before the original goes. What comes meanwhile is as safe as any new record.
    private func flush(_ key: TopicPartition, _ move: Move) {
        guard let job = move.copy.flushJob() else {
            move.isFlushed = true
            return
        }
        move.isFlushing = true
        let disk = replicas.logs.disk
        background.run({ Self.run(job, disk) }) { [weak self] error in
            guard let self, moves[key] === move else { return }
            move.isFlushing = false
            if let error {
                replicas.log.error("\(key): the move is given up: \(error)")
                return giveUp(key)
            }
            move.copy.flushed(upTo: job.upTo, now: replicas.clock.wall)
            move.isFlushed = true
        }
    }

    private static func run(_ job: FlushJob, _ disk: some Disk) -> DiskError? {
        do throws(DiskError) { try job.run(disk) } catch { return error }
        return nil
    }

    private func finish(_ key: TopicPartition, _ move: Move) throws {
        moves[key] = nil
        move.partition.log = try replicas.logs.replace(
            key, with: move.copy, in: move.destination, now: replicas.clock.wall)
        replicas.log.info("\(key): moved to \(move.destination.directory)")
        replicas.operations.check(key)
    }
}
