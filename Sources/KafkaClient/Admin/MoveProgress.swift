import KafkaProtocol

/// How far moves are.
package struct MoveProgress: Sendable, Equatable {
    /// Partitions that still move.
    package var moving: Set<TopicPartition> = []
    /// Partitions in all.
    package var partitions: Int
    /// Bytes on the new replicas.
    package var copied: Int64 = 0
    /// Bytes there will be, as large as the leaders' logs are now.
    package var total: Int64 = 0
    /// When it was measured.
    package var at: ContinuousClock.Instant

    package var isDone: Bool { moving.isEmpty }
}

/// The speed of moves over the last seconds.
package struct MoveSpeed: Sendable {
    /// How far back is looked, so that the bursts of a throttle even out.
    private static let window = Duration.seconds(10)
    private var seen: [(at: ContinuousClock.Instant, copied: Int64)] = []

    package init() {}

    /// Takes a measurement and answers the bytes a second; nil after the first one.
    package mutating func take(_ progress: MoveProgress) -> Double? {
        seen.removeAll { $0.at < progress.at - Self.window }
        seen.append((progress.at, progress.copied))
        guard let first = seen.first, first.at < progress.at else { return nil }
        return Double(max(0, progress.copied - first.copied)) / ((progress.at - first.at) / .seconds(1))
    }
}

extension KafkaClient {
    /// How far the moves of a plan are.
    ///
    /// - Parameters:
    ///   - targets: the replicas that partitions shall have.
    ///   - before: those they had.
    package func progress(
        to targets: [TopicPartition: [BrokerID]], from before: [TopicPartition: [BrokerID]], timeout: Duration? = nil
    ) async throws -> MoveProgress {
        let moves = try await listReassignments(timeout: timeout)
        // A broker that is down has no bytes to tell; its moves wait for it.
        let directories = try await describeLogDirs(timeout: timeout).compactMapValues { try? $0.get().sizes }
        var progress = MoveProgress(partitions: targets.count, at: .now)
        progress.moving = Set(targets.keys.filter { moves[$0] != nil })
        for (partition, target) in targets {
            let added = target.filter { !(before[partition] ?? target).contains($0) }
            let sizes = added.map { directories[$0]?[partition] ?? 0 }
            let largest = directories.values.compactMap { $0[partition] }.max() ?? 0
            progress.copied += sizes.reduce(0, +)
            progress.total += largest * Int64(added.count)
        }
        return progress
    }

    /// Waits until no partition of a plan moves; other moves are nobody's business here. Errors that pass are waited out.
    ///
    /// - Parameters:
    ///   - patience: how long the cluster may fail to answer.
    ///   - limit: how long the moves may take; nil is as long as they need.
    ///   - report: called after every look.
    /// - Throws: `timedOut` at the limit, the last error when patience is over, `closed` when the task is cancelled.
    package func waitForMoves(
        to targets: [TopicPartition: [BrokerID]], from before: [TopicPartition: [BrokerID]],
        every interval: Duration = .seconds(1), patience: Duration = .seconds(300), limit: Duration? = nil,
        report: @Sendable (MoveProgress) -> Void = { _ in }
    ) async throws {
        let began = ContinuousClock.now
        var answered = began
        while true {
            do {
                let progress = try await progress(to: targets, from: before)
                answered = .now
                report(progress)
                if progress.isDone { return }
            } catch {
                let error = ClientError(error)
                guard error.isRetriable, !Task.isCancelled, .now < answered + patience else { throw error }
            }
            if let limit, .now >= began + limit { throw ClientError.timedOut("the end of the moves") }
            do {
                try await Task.sleep(for: interval)
            } catch {
                throw ClientError.closed
            }
        }
    }
}

extension [LogDirDescription] {
    /// Bytes by partition.
    fileprivate var sizes: [TopicPartition: Int64] {
        reduce(into: [:]) { sizes, directory in
            for (partition, replica) in directory.replicas where !replica.isFuture { sizes[partition] = replica.bytes }
        }
    }
}
