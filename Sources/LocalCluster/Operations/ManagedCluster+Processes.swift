import Glibc
import KafkaProtocol
import Properties

/// Starting, watching and ending the processes of a cluster. All of it blocks.
extension ManagedCluster {
    func currentStatus() throws -> ClusterStatus {
        let layout = try layout()
        let processes = try layout.brokers.map { ($0, try process($0.id)) }
        var unfenced: Set<BrokerID> = []
        var answering: Set<BrokerID> = []
        for (broker, process) in processes where process?.info?.isPaused == false {
            guard let view = BrokerProbe(host: layout.host, port: broker.port).ask() else { continue }
            answering.insert(broker.id)
            unfenced.formUnion(view.unfenced)
        }
        let voters = currentVoters(layout, answering)
        let brokers = processes.map { broker, process in
            let info = process?.info
            let state: ClusterStatus.State =
                switch info {
                case nil: .stopped
                case let info? where info.isPaused: .paused
                case _ where !answering.contains(broker.id): .starting
                default: unfenced.contains(broker.id) ? .running : .fenced
                }
            return ClusterStatus.Broker(
                id: broker.id, host: layout.host, port: broker.port,
                isVoter: voters?.contains(broker.id) ?? broker.isVoter, state: state,
                pid: info == nil ? nil : process?.pid, uptime: info?.uptime, residentBytes: info?.residentBytes,
                bytesOut: info == nil ? nil : bytesOut(of: broker.id),
                ending: info == nil
                    ? BrokerEnding.read(directory.endingFile(broker.id), of: directory.pidFile(broker.id)) : nil,
                dataDirectory: directory.dataDirectory(broker.id), logFile: directory.logFile(broker.id),
                configFile: directory.configFile(broker.id))
        }
        return ClusterStatus(
            directory: directory.path, clusterID: layout.clusterID, bootstrapServers: layout.bootstrapServers,
            brokers: brokers)
    }

    /// Who votes, asked of one broker that answers; nil while nobody leads.
    private func currentVoters(_ layout: ClusterLayout, _ answering: Set<BrokerID>) -> Set<BrokerID>? {
        guard let broker = layout.brokers.first(where: { answering.contains($0.id) }) else { return nil }
        return BrokerProbe(host: layout.host, port: broker.port).askForVoters()
    }

    /// What a broker tells in its figures file; nil when there is none (yet).
    private func bytesOut(of id: BrokerID) -> Int64? {
        (try? Properties(reading: directory.figuresFile(id)))?["bytes.out"].flatMap { Int64($0) }
    }

    /// Starts those of the brokers that do not run and waits until each of them is unfenced. When one fails, those
    /// started here are ended again.
    func launch(_ ids: [BrokerID], _ layout: ClusterLayout, _ lifeline: Lifeline?) throws {
        var started: [BrokerID: BrokerProcess] = [:]
        do {
            for id in ids where try process(id) == nil {
                let process = try BrokerProcess.spawn(
                    executable: executable, config: directory.configFile(id), log: directory.logFile(id),
                    lifeline: lifeline)
                started[id] = process
                try process.write(to: directory.pidFile(id))
            }
            try waitUntilReady(ids, layout)
        } catch {
            for process in started.values { _ = try? process.signal(SIGKILL) }
            throw error
        }
    }

    private func waitUntilReady(_ ids: [BrokerID], _ layout: ClusterLayout) throws {
        let began = ContinuousClock.now
        let expected = Set(try ids.filter { try process($0)?.info?.isPaused != true })
        var missing = expected
        var lastReport = began
        while true {
            for id in missing {
                guard try process(id) != nil else { throw endedEarly(id) }
                let broker = try layout.broker(id)
                guard let view = BrokerProbe(host: layout.host, port: broker.port).ask() else { continue }
                if view.clusterID != layout.clusterID { throw foreign(broker, view) }
                if view.unfenced.isSuperset(of: expected) { missing.remove(id) }
            }
            if missing.isEmpty { return }
            let names = missing.sorted().map { "\($0)" }.joined(separator: ", ")
            guard ContinuousClock.now - began < LocalClusterLimits.readiness else {
                throw LocalClusterError(
                    .broker,
                    "not ready after \(LocalClusterLimits.readiness.components.seconds) s: broker \(names); "
                        + "see \(directory.logFile(missing.min() ?? 0))")
            }
            if ContinuousClock.now - lastReport > .seconds(1) {
                lastReport = .now
                progress("waiting for broker \(names)")
            }
            usleep(5000)
        }
    }

    /// Ends brokers in order, all at the same time; answers with those that had to be killed.
    func end(_ ids: [BrokerID]) throws -> [BrokerID] {
        var leaving: [(BrokerID, BrokerProcess)] = []
        for id in ids {
            guard let process = try process(id) else { continue }
            BrokerEnding.stopped.note(of: process, in: directory.endingFile(id))
            try process.signal(SIGTERM)
            // A paused process does not see SIGTERM before it goes on.
            try process.signal(SIGCONT)
            leaving.append((id, process))
        }
        let deadline = ContinuousClock.now + LocalClusterLimits.stopping
        var killed: [BrokerID] = []
        for (id, process) in leaving {
            var left = false
            while !left, ContinuousClock.now < deadline {
                left = process.waitForEnd(until: min(deadline, .now + .seconds(1)))
                if !left { progress("waiting for broker \(id) to leave") }
            }
            if !left {
                killed.append(id)
                BrokerEnding.killedInVain.note(of: process, in: directory.endingFile(id))
                try process.signal(SIGKILL)
                _ = process.waitForEnd(until: .now + LocalClusterLimits.stopping)
            }
        }
        return killed
    }

    private func foreign(_ broker: ClusterLayout.Broker, _ view: BrokerProbe.View) -> LocalClusterError {
        LocalClusterError(
            .conflict, "port \(broker.port) of broker \(broker.id) is answered by cluster \(view.clusterID)")
    }

    private func endedEarly(_ id: BrokerID) -> LocalClusterError {
        let log = directory.logFile(id)
        let lines = Self.tail(log).map { "\n  " + $0 }.joined()
        return LocalClusterError(.broker, "broker \(id) ended at its start; the end of \(log):\(lines)")
    }

    /// The last lines of a log.
    static func tail(_ path: String) -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(0, size - LocalClusterLimits.logTail), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: LocalClusterLimits.logTail)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return [] }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        return lines.suffix(LocalClusterLimits.logLines).map(String.init)
    }
}
