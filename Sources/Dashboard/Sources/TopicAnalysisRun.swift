import ClusterInsight
import KafkaClient
import KafkaProtocol

/// The analysis of a topic from its beginning to the ends it has now. What was read stays when it stops, so that it can go
/// on from there.
package struct TopicAnalysisRun: Sendable {
    /// How often it tells how far it is.
    private static let pause = Duration.milliseconds(500)

    package let topic: String
    /// What `AnalysisUpdate.reading` shall be.
    package var reading = 0
    private var analysis: TopicAnalysis
    private var progress: [TopicPartition: ReadUpdate.Progress]
    private let silent: [Int32]
    private var seconds = 0.0
    private var rate: Double?
    private var problem: String?
    /// Why it was given up.
    private var standstill: String?

    /// A run that has read nothing yet.
    ///
    /// - Parameter silent: partitions that cannot be read.
    init(topic: String, progress: [TopicPartition: ReadUpdate.Progress], silent: [Int32], now: Timestamp) {
        self.topic = topic
        self.progress = progress
        self.silent = silent
        analysis = TopicAnalysis(now: now)
    }

    /// Finds out where the partitions of a topic begin and end.
    ///
    /// - Throws: why it cannot be read at all.
    package static func begin(_ topic: String, _ client: KafkaClient) async throws(Failure) -> TopicAnalysisRun {
        let described = await client.describeTopics([topic], timeout: .seconds(5))
        switch described[topic] {
        case .success(let description)?:
            let alive = description.partitions.filter { $0.leader >= 0 }.map { TopicPartition(topic, $0.partition) }
            let places = await MessageReader.places(alive, ReadSpan(.beginning), client)
            let silent = description.partitions.map(\.partition).filter { places[TopicPartition(topic, $0)] == nil }
            guard !places.isEmpty else { throw Failure("no partition of \(topic) answers") }
            return TopicAnalysisRun(
                topic: topic, progress: places.mapValues { ReadUpdate.Progress($0) }, silent: silent.sorted(),
                now: WallClock.now())
        case .failure(let error)?: throw Failure("\(topic): \(error)")
        case nil: throw Failure("\(topic): no answer")
        }
    }

    /// Whether all was read.
    package var isDone: Bool { progress.values.allSatisfy { $0.position >= $0.end } }

    /// Reads on until all is read, the task is cancelled, `isStopped` says so, or nothing has come for `patience`.
    ///
    /// - Parameter tell: takes how far it is twice a second.
    package mutating func read(
        _ client: KafkaClient, patience: Duration = DashboardLimits.readingPatience,
        isStopped: @Sendable () -> Bool = { false }, tell: @Sendable (AnalysisUpdate) -> Void
    ) async {
        problem = nil
        standstill = nil
        var scan = await TopicScan(client, from: progress, follows: false)
        var told = ContinuousClock.now
        var before = told
        while !isDone, !isStopped(), standstill == nil, let result = await scan.next() {
            for consumed in result.records { analysis.take(consumed) }
            for batch in result.damaged { analysis.takeDamage(partition: batch.partition.partition) }
            progress = scan.progress
            rate = scan.rate
            problem = result.errors.min { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            standstill = scan.standstill(after: patience)
            let now = ContinuousClock.now
            seconds += before.duration(to: now) / .seconds(1)
            before = now
            guard told + Self.pause <= now else { continue }
            told = now
            tell(update(.reading))
        }
        await scan.close()
    }

    /// What was found so far.
    package func update(_ state: AnalysisUpdate.State) -> AnalysisUpdate {
        let left = progress.values.reduce(Int64(0)) { $0 + max(0, $1.end - $1.position) }
        return AnalysisUpdate(
            topic: topic, reading: reading, state: state, figures: analysis.figures, share: progress.share, left: left,
            rate: state == .stopped ? nil : rate, seconds: seconds, silent: silent,
            problem: state == .reading ? problem : standstill, at: WallClock.now())
    }
}

extension TopicAnalysis {
    /// Takes a record as the consumer brought it.
    fileprivate mutating func take(_ consumed: ConsumedRecord) {
        let record = consumed.record
        take(
            partition: consumed.partition.partition, offset: record.offset, timestamp: record.timestamp,
            key: record.key.map { $0.withUnsafeReadableBytes { PayloadMark($0) } },
            value: record.value.map { $0.withUnsafeReadableBytes { PayloadMark($0) } })
    }
}
