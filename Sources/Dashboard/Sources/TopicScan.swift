import KafkaClient
import KafkaProtocol

/// Reads partitions on from where they were left: up to the ends they had in the beginning, or without an end. No group,
/// nothing committed; what cannot be read is passed over and told of.
struct TopicScan {
    /// How far each partition was read.
    private(set) var progress: [TopicPartition: ReadUpdate.Progress]
    private let follows: Bool
    private let consumer: Consumer
    /// Messages that count for the rate.
    private var scanned: Int64 = 0
    private var window: [(at: ContinuousClock.Instant, scanned: Int64)]
    private var movedAt = ContinuousClock.now
    /// What partitions that do not answer say, since something was read last.
    private var errors: [TopicPartition: ClientError] = [:]

    /// A scan that goes on at the positions of `progress`.
    ///
    /// - Parameter follows: whether it goes on behind the ends.
    init(
        _ client: KafkaClient, from progress: [TopicPartition: ReadUpdate.Progress], follows: Bool,
        isolation: IsolationLevel = .readUncommitted
    ) async {
        consumer = Consumer(client, Self.configuration(isolation))
        self.progress = progress
        self.follows = follows
        window = [(.now, 0)]
        await consumer.assign(progress.mapValues { .offset($0.position) })
        await leaveOutEnded(progress.keys)
    }

    /// What is asked for at a time, so that memory stays bounded.
    static func configuration(_ isolation: IsolationLevel) -> ConsumerConfiguration {
        var configuration = ConsumerConfiguration()
        configuration.isolation = isolation
        configuration.passesDamage = true
        configuration.maxBytes = DashboardLimits.scanBytes
        configuration.partitionMaxBytes = DashboardLimits.scanPartitionBytes
        configuration.unpackedMaxBytes = DashboardLimits.unpackedBytes
        configuration.batchMaxBytes = DashboardLimits.unpackedBatchBytes
        return configuration
    }

    /// Whether everything up to the ends was read.
    var isAtEnd: Bool { progress.values.allSatisfy { $0.position >= $0.end } }

    /// Why it is of no use to go on, in words: of what is still to be read nothing has come for `patience`; nil while
    /// something comes, or at the ends.
    func standstill(after patience: Duration) -> String? {
        guard !isAtEnd, movedAt.duration(to: .now) >= patience else { return nil }
        let waiting = progress.filter { $0.value.position < $0.value.end }.keys.sorted()
        let names = waiting.prefix(3).map { id in errors[id].map { "\(id): \($0)" } ?? "\(id) does not answer" }
        let more = waiting.count > 3 ? " and \(waiting.count - 3) more" : ""
        return "nothing came for \(patience.components.seconds) s: \(names.joined(separator: ", "))\(more)"
    }

    /// Messages read per second within the last ten seconds; nil in the beginning. Who follows wants to know how many come:
    /// those that were there before are read at once, and would count as a burst.
    var rate: Double? {
        guard let first = window.first, let last = window.last, last.at > first.at else { return nil }
        let seconds = first.at.duration(to: last.at) / .seconds(1)
        return seconds < 0.3 ? nil : Double(last.scanned - first.scanned) / seconds
    }

    /// What comes within half a second; nil when the task is cancelled or the client closed. What came after the scan began
    /// is no part of it, unless it follows.
    mutating func next() async -> PollResult? {
        guard !Task.isCancelled, var result = try? await consumer.poll(timeout: .milliseconds(500)), !Task.isCancelled
        else { return nil }
        if !follows {
            result.records.removeAll { isBeyond($0.record.offset, $0.partition) }
            result.damaged.removeAll { isBeyond($0.firstOffset, $0.partition) }
        }
        for record in result.records { progress[record.partition]?.scanned += 1 }
        for batch in result.damaged { progress[batch.partition]?.scanned += 1 }
        let counted = result.records.count { !follows || isBeyond($0.record.offset, $0.partition) }
        let damaged = result.damaged.count { !follows || isBeyond($0.firstOffset, $0.partition) }
        scanned += Int64(counted + damaged)
        let positions = await consumer.positions
        let before = progress
        for (partition, position) in positions { progress[partition]?.position = position }
        if before.contains(where: { $0.value.position != progress[$0.key]?.position }) {
            movedAt = .now
            errors = [:]
        }
        errors.merge(result.errors) { $1 }
        await leaveOutEnded(positions.keys)
        let now = ContinuousClock.now
        window.append((now, scanned))
        while window.count > 2, window[0].at < now - .seconds(10) { window.removeFirst() }
        return result
    }

    /// Closes its connections.
    func close() async { await consumer.close() }

    private func isBeyond(_ offset: Offset, _ partition: TopicPartition) -> Bool {
        progress[partition].map { offset >= $0.end } ?? true
    }

    /// What is read is not fetched on and on while others are still being read.
    private func leaveOutEnded(_ partitions: some Sequence<TopicPartition>) async {
        guard !follows else { return }
        for partition in partitions where progress[partition].map({ $0.position >= $0.end }) == true {
            await consumer.setPaused(partition, true)
        }
    }
}
