import ClusterInsight
import Dashboard
import KafkaProtocol
import LocalCluster

/// Follows the start of a bundled cluster: each broker's step, as its log tells, with the time it has been in it.
struct BundledStart {
    let since: Timestamp
    let isDemo: Bool
    private var brokers: [BrokerID: Course] = [:]

    /// What was seen of one broker.
    private struct Course {
        var tail: FileTail
        var lines: [String] = []
        var pid: Int32?
        var step = BrokerLog.Step.begins
        var stepAt: Timestamp
        var readyAfter: Int64?

        /// Its log may be long; of one start only these lines are kept.
        static let kept = 200
    }

    init(since: Timestamp, isDemo: Bool) {
        self.since = since
        self.isDemo = isDemo
    }

    /// - Parameter failures: why brokers are not up, as far as that is known.
    mutating func progress(_ status: ClusterStatus, failures: [BrokerID: String], now: Timestamp) -> StartProgress {
        let shown = status.brokers.map { broker($0, failures[$0.id], now: now) }
        let steps = status.brokers.compactMap { brokers[$0.id]?.step }
        var progress = StartProgress(since: since, brokers: shown)
        progress.quorum = quorum(status)
        progress.done = done(status)
        progress.now = Self.now(steps)
        progress.next = isDemo ? "topics and traffic of the demo" : "the dashboard opens"
        return progress
    }

    private mutating func broker(
        _ broker: ClusterStatus.Broker, _ failure: String?, now: Timestamp
    ) -> StartProgress.Broker {
        var course = brokers[broker.id] ?? Course(tail: FileTail(path: broker.logFile), stepAt: now)
        let fresh = course.tail.newLines()
        if let pid = broker.pid, course.pid != pid {
            // What an earlier process wrote tells nothing of this one.
            course.pid = pid
            course.lines = []
        }
        course.lines = Array((course.lines + thisStart(fresh)).suffix(Course.kept))
        let step = broker.state == .running ? .ready : BrokerLog.step(course.lines)
        if step != course.step {
            course.step = step
            course.stepAt = now
        }
        let age = broker.uptime ?? now - since
        if step == .ready { course.readyAfter = course.readyAfter ?? age }
        brokers[broker.id] = course
        let hasEnded = broker.state == .stopped && (course.pid != nil || failure != nil)
        let text = hasEnded ? "did not start" : broker.state == .stopped ? "no process yet" : step.text
        return StartProgress.Broker(
            id: broker.id, address: "\(broker.host):\(broker.port)", pid: broker.pid,
            state: hasEnded ? "ended" : broker.state == .running ? "up" : broker.state.rawValue, step: text,
            milliseconds: course.readyAfter ?? age, failed: hasEnded || failure != nil,
            inStep: step == .ready ? 0 : now - course.stepAt, lastLine: failure ?? course.lines.last ?? "")
    }

    /// Lines from the last time on that a process began to listen: the end of a log may hold the start before.
    private func thisStart(_ lines: [String]) -> [String] {
        guard let start = lines.lastIndex(where: { $0.contains("] listening on ") }) else { return lines }
        return Array(lines[start...])
    }

    // MARK: the cluster

    private func quorum(_ status: ClusterStatus) -> String {
        let voters = status.brokers.filter(\.isVoter)
        let there = voters.count { $0.state != .stopped && $0.state != .paused }
        guard let (leader, epoch) = leader else { return "no leader yet, \(there) of \(voters.count) voters are there" }
        return "leader \(leader), epoch \(epoch), \(there) of \(voters.count) voters"
    }

    /// Who leads the quorum as the newest of the brokers knows it.
    private var leader: (BrokerID, Epoch)? {
        let known = brokers.values.compactMap { BrokerLog.leader(in: $0.lines) }
        return known.max { $0.epoch < $1.epoch }.map { ($0.leader, $0.epoch) }
    }

    private func done(_ status: ClusterStatus) -> [String] {
        let ports = status.brokers.map { "\($0.port)" }.joined(separator: " ")
        var done = ["cluster directory \(status.directory)", "ports \(ports)"]
        if let (leader, epoch) = leader, let lines = brokers[leader]?.lines,
            let took = BrokerLog.election(in: lines.joined(separator: "\n"), epoch: epoch)
        {
            done.append("quorum leader elected in \(took) ms")
        }
        return done
    }

    private static func now(_ steps: [BrokerLog.Step]) -> String {
        if steps.contains(.begins) { return "brokers read their logs" }
        if steps.contains(.listens) { return "the quorum elects a leader" }
        if steps.contains(where: { if case .followsQuorum = $0 { true } else { false } }) { return "brokers register" }
        return "the controller unfences brokers"
    }
}
