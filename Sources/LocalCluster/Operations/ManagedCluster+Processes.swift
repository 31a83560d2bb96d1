import Glibc
import KafkaProtocol
import Properties

/// Watching and ending the processes of a cluster. All of it blocks.
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
    func currentVoters(_ layout: ClusterLayout, _ answering: Set<BrokerID>) -> Set<BrokerID>? {
        guard let broker = layout.brokers.first(where: { answering.contains($0.id) }) else { return nil }
        return BrokerProbe(host: layout.host, port: broker.port).askForVoters()
    }

    /// What a broker tells in its figures file; nil when there is none (yet).
    private func bytesOut(of id: BrokerID) -> Int64? {
        (try? Properties(reading: directory.figuresFile(id)))?["bytes.out"].flatMap { Int64($0) }
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
}
