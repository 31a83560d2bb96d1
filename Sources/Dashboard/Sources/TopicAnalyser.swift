import KafkaClient
import KafkaProtocol

/// Analyses topics for the screen, one at a time and beside everything else: the newest request wins, and the one before it
/// can go on later.
actor TopicAnalyser {
    private let client: KafkaClient
    private let send: @Sendable (Message) -> Void
    private var unfinished = UnfinishedAnalyses()
    private var task: Task<Void, Never>?

    /// An analyser that reads nothing yet.
    init(client: KafkaClient, send: @escaping @Sendable (Message) -> Void) {
        self.client = client
        self.send = send
    }

    /// Reads a topic, and no other one any more: on from where it was stopped, or `anew`.
    func analyse(_ topic: String, reading: Int, anew: Bool) {
        let before = task
        before?.cancel()
        task = Task {
            await before?.value
            await run(topic, reading: reading, anew: anew)
        }
    }

    /// Reads no more; what was read stays.
    func stop() { task?.cancel() }

    private func run(_ topic: String, reading: Int, anew: Bool) async {
        guard !Task.isCancelled else { return }
        let kept = unfinished.take(topic)
        do throws(Failure) {
            var run = if !anew, let kept { kept } else { try await TopicAnalysisRun.begin(topic, client) }
            run.reading = reading
            let send = send
            await run.read(client) { send(.analysis($0)) }
            if !run.isDone { unfinished.keep(run) }
            send(.analysis(run.update(run.isDone ? .done : .stopped)))
        } catch {
            let now = WallClock.now()
            let failed = AnalysisUpdate(
                topic: topic, reading: reading, state: .stopped, problem: error.text, at: now)
            send(.analysis(failed))
        }
    }
}

/// Analyses that were stopped, by topic: the newest `DashboardLimits.unfinishedAnalyses`; older ones begin anew.
struct UnfinishedAnalyses {
    private var runs: [TopicAnalysisRun] = []

    /// Keeps one, as the newest.
    mutating func keep(_ run: TopicAnalysisRun) {
        runs.removeAll { $0.topic == run.topic }
        runs.append(run)
        if runs.count > DashboardLimits.unfinishedAnalyses { runs.removeFirst() }
    }

    /// Gives one back, which is kept no more.
    mutating func take(_ topic: String) -> TopicAnalysisRun? {
        guard let index = runs.firstIndex(where: { $0.topic == topic }) else { return nil }
        return runs.remove(at: index)
    }
}
