import Glibc
import KafkaProtocol
import Properties

/// Starting brokers side by side. All of it blocks.
extension ManagedCluster {
    /// Told of each broker that was to be started as soon as it is known: nil when it is up, else why it is not.
    package typealias Told = @Sendable (BrokerID, StartFailure?) -> Void

    /// Starts those of the brokers that do not run and waits until each of them is unfenced or has failed; the others go
    /// on without one that fails. When none comes up, those started here are ended again.
    ///
    /// - Parameter stragglers: how long after the others those are waited for that are not up; nil is as long as any may take.
    /// - Returns: those that are not up, by id.
    func launch(
        _ ids: [BrokerID], _ layout: ClusterLayout, _ lifeline: Lifeline?, stragglers: Duration? = nil,
        _ told: @escaping Told
    ) throws -> [StartFailure] {
        var course = StartCourse(told)
        do {
            for id in ids where try process(id) == nil {
                do {
                    course.started[id] = try spawn(layout.broker(id), layout, lifeline)
                } catch {
                    course.fails(StartFailure(id, "\(error)"))
                }
            }
            try waitUntilReady(ids, layout, stragglers, &course)
        } catch {
            endAll(course)
            throw error
        }
        if course.up.isEmpty, course.failures.values.contains(where: { !$0.isUnderWay }) { endAll(course) }
        noteEndings(course)
        return course.failures.values.sorted { $0.broker < $1.broker }
    }

    private func endAll(_ course: StartCourse) {
        let processes = course.started.values.map(\.process)
        for process in processes { _ = try? process.signal(SIGKILL) }
        for process in processes { _ = process.waitForEnd(until: .now + LocalClusterLimits.stopping) }
    }

    /// Notes why brokers have no process, for whoever looks at their rows.
    private func noteEndings(_ course: StartCourse) {
        for (id, failure) in course.failures {
            guard case .success(nil) = Result(catching: { try process(id) }) else { continue }
            let start = course.started[id]
            // The file of an earlier process says nothing of one that could not even be started.
            if start == nil { unlink(directory.pidFile(id)) }
            BrokerEnding.atStart(failure.reason).note(of: start?.process, in: directory.endingFile(id))
        }
    }

    private func spawn(
        _ broker: ClusterLayout.Broker, _ layout: ClusterLayout, _ lifeline: Lifeline?
    ) throws -> StartCourse.Start {
        guard try Ports.isFree(broker.port, host: layout.host) else {
            throw LocalClusterError(
                .conflict,
                "port \(broker.port) is taken by another program; free it, or stop the cluster and start it again to "
                    + "have it moved")
        }
        let log = directory.logFile(broker.id)
        let start = Self.size(log)
        let process = try BrokerProcess.spawn(
            executable: executable, config: directory.configFile(broker.id), log: log, lifeline: lifeline)
        try process.write(to: directory.pidFile(broker.id))
        return StartCourse.Start(process: process, logStart: start)
    }

    private func waitUntilReady(
        _ ids: [BrokerID], _ layout: ClusterLayout, _ stragglers: Duration?, _ course: inout StartCourse
    ) throws {
        let began = ContinuousClock.now
        var expected = Set(try ids.filter { try process($0)?.info?.isPaused != true })
        var missing = expected
        var lastReport = began
        while true {
            expected.subtract(course.failures.keys)
            missing.formIntersection(expected)
            for id in missing.sorted() {
                guard try process(id) != nil else {
                    course.fails(endedEarly(id, course.started[id]))
                    continue
                }
                let broker = try layout.broker(id)
                guard let view = BrokerProbe(host: layout.host, port: broker.port).ask() else { continue }
                guard view.clusterID == layout.clusterID else {
                    course.fails(StartFailure(id, "port \(broker.port) is answered by cluster \(view.clusterID)"))
                    continue
                }
                if view.unfenced.contains(id) { course.isUp(id) }
                if view.unfenced.isSuperset(of: expected) { missing.remove(id) }
            }
            if let stragglers, let upAt = course.lastUpAt, ContinuousClock.now - upAt >= stragglers {
                for id in expected.subtracting(course.up).subtracting(course.failures.keys).sorted() {
                    course.fails(try straggling(id))
                }
            }
            for id in try waitingForVoters(layout, missing, &course) {
                course.fails(StartFailure(id, try wanted(layout), isUnderWay: true))
            }
            missing.subtract(course.failures.keys)
            if missing.isEmpty { return }
            let waited = ContinuousClock.now - began
            guard waited < LocalClusterLimits.readiness, try !isHopeless(layout, missing, &course) else {
                let isLate = waited >= LocalClusterLimits.readiness
                let reason =
                    isLate
                    ? "not ready after \(LocalClusterLimits.readiness.components.seconds) s"
                    : "too few voters are left to elect a controller"
                for id in missing.subtracting(course.up).sorted() {
                    course.fails(StartFailure(id, "\(reason); see \(directory.logFile(id))"))
                }
                return
            }
            if ContinuousClock.now - lastReport > .seconds(1) {
                lastReport = .now
                progress("waiting for broker \(missing.sorted().map { "\($0)" }.joined(separator: ", "))")
            }
            usleep(5000)
        }
    }

    /// Those that run and find no controller, as too few voters have been started so far: they are not ended for it, or
    /// starting one after the other would never make a majority. Nobody who failed is among them: see `isHopeless`.
    private func waitingForVoters(
        _ layout: ClusterLayout, _ missing: Set<BrokerID>, _ course: inout StartCourse
    ) throws -> [BrokerID] {
        guard course.failures.isEmpty, try isLeaderless(layout, missing, &course) else { return [] }
        return missing.subtracting(course.up).sorted()
    }

    /// Which voters are to be started as well.
    private func wanted(_ layout: ClusterLayout) throws -> String {
        let voters = layout.brokers.filter(\.isVoter).map(\.id)
        let absent = try voters.filter { try process($0) == nil }
        let needed = voters.count / 2 + 1 - (voters.count - absent.count)
        let names = absent.map(String.init).joined(separator: ", ")
        return "it runs, and is ready once \(needed) more of the voters \(names) "
            + "\(needed == 1 ? "is" : "are") started"
    }

    /// Whether those that are left will not find a controller: half of the voters or more have failed, and nobody has led
    /// for a while since. Who votes now only a leader knows; those of the layout were the first.
    private func isHopeless(
        _ layout: ClusterLayout, _ missing: Set<BrokerID>, _ course: inout StartCourse
    ) throws -> Bool {
        try !course.failures.isEmpty && isLeaderless(layout, missing, &course)
    }

    /// Whether half of the voters or more have no process, and nobody has led for a while.
    private func isLeaderless(
        _ layout: ClusterLayout, _ missing: Set<BrokerID>, _ course: inout StartCourse
    ) throws -> Bool {
        let voters = layout.brokers.filter(\.isVoter).map(\.id)
        guard try voters.count(where: { try process($0) != nil }) * 2 <= voters.count,
            currentVoters(layout, missing) == nil
        else {
            course.leaderlessSince = nil
            return false
        }
        let since = course.leaderlessSince ?? .now
        course.leaderlessSince = since
        return .now - since > LocalClusterLimits.leaderless
    }

    /// Why a broker is not waited for any longer that has a process, while others are up.
    private func straggling(_ id: BrokerID) throws -> StartFailure {
        let isPaused = try process(id)?.info?.isPaused == true
        return StartFailure(
            id, isPaused ? "its process is paused, Z resumes it" : "it is still starting, see \(directory.logFile(id))",
            isUnderWay: true)
    }

    /// What its log says since it was started: the last line is the reason.
    private func endedEarly(_ id: BrokerID, _ start: StartCourse.Start?) -> StartFailure {
        let log = directory.logFile(id)
        let lines = Self.tail(log, from: start?.logStart ?? 0)
        guard let last = lines.last else { return StartFailure(id, "its process ended without a word in \(log)") }
        let own = "klamm broker: "
        let reason = (last.hasPrefix(own) ? String(last.dropFirst(own.count)) : last)
            // A row has little room, and the directory is the same for all of it.
            .replacing(directory.path + "/", with: "")
        let said = lines.count == 1 ? ["its log is \(log)"] : ["the end of \(log):"] + lines.map { "  \($0)" }
        return StartFailure(id, reason, details: said)
    }

    private static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The last lines of a log.
    ///
    /// - Parameter start: bytes before are of an earlier process.
    static func tail(_ path: String, from start: Int = 0) -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(start, size - LocalClusterLimits.logTail), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: LocalClusterLimits.logTail)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return [] }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        return lines.suffix(LocalClusterLimits.logLines).map(String.init)
    }
}

/// What is known of brokers that are being started.
private struct StartCourse {
    /// A process that was started here.
    struct Start {
        let process: BrokerProcess
        /// Where in its log what it writes begins.
        let logStart: Int
    }

    var started: [BrokerID: Start] = [:]
    private(set) var up: Set<BrokerID> = []
    private(set) var failures: [BrokerID: StartFailure] = [:]
    /// When the last of those that are up was.
    private(set) var lastUpAt: ContinuousClock.Instant?
    /// Since when too few voters are there and nobody leads.
    var leaderlessSince: ContinuousClock.Instant?
    private let told: ManagedCluster.Told

    init(_ told: @escaping ManagedCluster.Told) { self.told = told }

    mutating func isUp(_ id: BrokerID) {
        guard up.insert(id).inserted else { return }
        lastUpAt = .now
        told(id, nil)
    }

    mutating func fails(_ failure: StartFailure) {
        guard failures.updateValue(failure, forKey: failure.broker) == nil else { return }
        up.remove(failure.broker)
        told(failure.broker, failure)
    }
}
