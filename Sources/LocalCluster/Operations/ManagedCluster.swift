import Dispatch
import Glibc
import KafkaProtocol
import Properties

/// A bundled cluster and the operations on it. It holds no state of its own: what it knows is in the directory, so that
/// any number of processes may use the same cluster at the same time.
///
/// Every operation waits for processes and therefore runs on a thread of its own, not on the caller's executor.
package struct ManagedCluster: Sendable {
    package let directory: ClusterDirectory
    /// The program whose `broker` subcommand is a broker.
    let executable: String
    /// Told what is being waited for; called from any thread.
    let progress: @Sendable (String) -> Void

    package init(
        _ directory: ClusterDirectory, executable: String = "/proc/self/exe",
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.directory = directory
        self.executable = executable
        self.progress = progress
    }

    /// How every broker is now.
    ///
    /// - Throws: `LocalClusterError` of kind `.missing` when there is no cluster, `PropertiesError` for a damaged file.
    package func status() async throws -> ClusterStatus {
        try await onThread { try currentStatus() }
    }

    /// The newest metadata snapshot that a broker has on disk: the offset below which it holds all records, and when it was
    /// written, milliseconds since 1970. Nil where there is none but the one a new cluster begins with.
    package func newestMetadataSnapshot(of id: BrokerID) async -> (end: Offset, at: Timestamp)? {
        try? await onThread {
            let found = MetadataSnapshots.newest(in: directory.dataDirectory(id) + "/__cluster_metadata-0")
            guard let found, found.end > 0 else { throw LocalClusterError(.missing, "no snapshot") }
            return found
        }
    }

    /// Makes the cluster if there is none, starts the brokers that do not run, and returns once all are unfenced, or those
    /// that did not fail.
    ///
    /// - Parameters:
    ///   - brokers: how many a new cluster gets; an existing one must have as many. Nil: three, or as many as there are.
    ///   - firstPort: where looking for ports begins; 0: anywhere.
    ///   - lifeline: when given, the brokers leave as soon as it is gone.
    ///   - stragglers: how long after the others those are waited for that are not up yet; nil is as long as any may take.
    ///   - told: of each broker as soon as it is up or has failed.
    /// - Throws: when nothing could be tried; what failed of single brokers stands in the answer.
    package func start(
        brokers: Int? = nil, firstPort: Int? = nil, lifeline: Lifeline? = nil, stragglers: Duration? = nil,
        told: @escaping Told = { _, _ in }
    ) async throws -> StartedCluster {
        try await onThread {
            let lock = try DirectoryLock(directory)
            defer { withExtendedLifetime(lock) {} }
            let layout = try preparedLayout(brokers: brokers, firstPort: firstPort)
            let failures = try launch(layout.brokers.map(\.id), layout, lifeline, stragglers: stragglers, told)
            return StartedCluster(status: try currentStatus(), failures: failures)
        }
    }

    /// Ends all brokers in order; those that do not leave in time are killed, and named in the answer.
    package func stop() async throws -> [BrokerID] {
        try await onThread {
            let lock = try DirectoryLock(directory)
            defer { withExtendedLifetime(lock) {} }
            return try end(try layout().brokers.map(\.id))
        }
    }

    /// Ends one broker in order; one that does not leave in time is killed. Returns whether it left by itself.
    @discardableResult
    package func stop(_ id: BrokerID) async throws -> Bool {
        try await onThread {
            let lock = try DirectoryLock(directory)
            defer { withExtendedLifetime(lock) {} }
            _ = try layout().broker(id)
            return try end([id]).isEmpty
        }
    }

    /// Ends one broker at once, as a crash would.
    package func kill(_ id: BrokerID) async throws {
        try await onRunning(id) { process in
            BrokerEnding.killed.note(of: process, in: directory.endingFile(id))
            try process.signal(SIGKILL)
            guard process.waitForEnd(until: .now + LocalClusterLimits.stopping) else {
                throw LocalClusterError(.system, "process \(process.pid) of broker \(id) does not die")
            }
        }
    }

    /// Ends brokers in order if they run, starts them, and returns once they are unfenced.
    ///
    /// Those that do not run are started together and first: no quorum may be there before several of them are. The
    /// others follow one after the other, so that partitions keep their leaders; after one that does not come back the
    /// rest is left as it is.
    ///
    /// - Parameter told: of each broker as soon as it is up or has failed.
    /// - Returns: those that are not up again, or were left, by id.
    package func restart(
        _ ids: [BrokerID], lifeline: Lifeline? = nil, told: @escaping Told = { _, _ in }
    ) async throws -> [StartFailure] {
        try await onThread {
            let lock = try DirectoryLock(directory)
            defer { withExtendedLifetime(lock) {} }
            let layout = try layout()
            for id in ids { _ = try layout.broker(id) }
            let dead = try ids.filter { try process($0) == nil }
            var failures = dead.isEmpty ? [] : try launch(dead, layout, lifeline, told)
            for id in ids where !dead.contains(id) {
                if let first = failures.first {
                    let left = StartFailure(id, "left as it is: broker \(first.broker) did not start before it")
                    failures.append(left)
                    told(id, left)
                    continue
                }
                _ = try end([id])
                failures += try launch([id], layout, lifeline, told)
            }
            return failures.sorted { $0.broker < $1.broker }
        }
    }

    /// Freezes one broker: its connections stay open and nothing answers.
    package func pause(_ id: BrokerID) async throws {
        try await onRunning(id) { process in
            try process.signal(SIGSTOP)
            let deadline = ContinuousClock.now + LocalClusterLimits.stopping
            while process.info?.isPaused == false, ContinuousClock.now < deadline { usleep(1000) }
        }
    }

    /// Lets a paused broker go on.
    package func resume(_ id: BrokerID) async throws {
        try await onRunning(id) { process in try process.signal(SIGCONT) }
    }

    /// Adds a broker, which observes the metadata quorum, and starts it if the cluster runs. Returns its id.
    package func addBroker(lifeline: Lifeline? = nil) async throws -> BrokerID {
        try await onThread {
            let lock = try DirectoryLock(directory)
            defer { withExtendedLifetime(lock) {} }
            return try add(lifeline)
        }
    }

    /// Forgets a broker that does not run, with all that it has stored. Replicas and votes must have gone elsewhere before.
    package func removeBroker(_ id: BrokerID) async throws {
        try await onThread {
            let lock = try DirectoryLock(directory)
            defer { withExtendedLifetime(lock) {} }
            try remove(id)
        }
    }

    /// Kills all brokers and removes everything they have stored.
    package func reset() async throws {
        try await onThread {
            let lock = try DirectoryLock(directory)
            defer { withExtendedLifetime(lock) {} }
            try removeEverything()
        }
    }

    /// The layout as it stands in the directory.
    func layout() throws -> ClusterLayout {
        guard directory.exists else {
            throw LocalClusterError(
                .missing, "there is no cluster in \(directory); `klamm cluster start` makes one")
        }
        return try ClusterLayout(Properties(reading: directory.layoutFile))
    }

    func process(_ id: BrokerID) throws -> BrokerProcess? { try BrokerProcess(pidFile: directory.pidFile(id)) }

    /// Runs something with the process of a broker that must be running.
    private func onRunning(_ id: BrokerID, _ body: @escaping @Sendable (BrokerProcess) throws -> Void) async throws {
        try await onThread {
            let lock = try DirectoryLock(directory)
            defer { withExtendedLifetime(lock) {} }
            _ = try layout().broker(id)
            guard let process = try process(id) else {
                throw LocalClusterError(.conflict, "broker \(id) does not run")
            }
            try body(process)
        }
    }

    private func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
        }
    }
}
