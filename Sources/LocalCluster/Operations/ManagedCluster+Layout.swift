import Glibc
import KafkaProtocol
import Properties

/// Making, widening and removing the files of a cluster.
extension ManagedCluster {
    /// The layout to start with: made anew, or as it is with ports that are still free.
    func preparedLayout(brokers: Int?, firstPort: Int?) throws -> ClusterLayout {
        guard directory.exists else { return try makeCluster(brokers ?? 3, from: firstPort ?? 9092) }
        var layout = try layout()
        if let brokers, brokers != layout.brokers.count {
            throw LocalClusterError(
                .conflict,
                "the cluster in \(directory) has \(layout.brokers.count) brokers, not \(brokers); "
                    + "`klamm cluster add-broker` adds one, `klamm cluster reset` removes all")
        }
        try movePorts(&layout, from: firstPort ?? 9092)
        return layout
    }

    private func makeCluster(_ count: Int, from firstPort: Int) throws -> ClusterLayout {
        guard LocalClusterLimits.brokers.contains(count) else {
            throw LocalClusterError(.conflict, "a cluster has 1 to \(LocalClusterLimits.brokers.upperBound) brokers")
        }
        var generator = SystemRandomNumberGenerator()
        var layout = ClusterLayout(clusterID: UUID.random(using: &generator).description, brokers: [])
        // More than three voters would make every change wait for more disks without surviving anything new here.
        layout.brokers = try Ports.free(count, from: firstPort, host: layout.host).enumerated().map { index, port in
            ClusterLayout.Broker(id: Int32(index + 1), port: port, isVoter: index < 3)
        }
        for broker in layout.brokers { try writeConfig(broker, layout) }
        try FirstVoters.prepare(layout, in: directory)
        // Last, because its presence says that the cluster is there.
        try layout.properties(file: directory.layoutFile).write(to: directory.layoutFile)
        return layout
    }

    private func writeConfig(_ broker: ClusterLayout.Broker, _ layout: ClusterLayout) throws {
        try ClusterDirectory.make(directory.dataDirectory(broker.id))
        try ServerProperties.make(broker, of: layout, in: directory).write(to: directory.configFile(broker.id))
    }

    /// Gives brokers other ports where another program has taken theirs; while some brokers run, ports cannot move, and
    /// those whose port is taken do not start.
    private func movePorts(_ layout: inout ClusterLayout, from firstPort: Int) throws {
        let running = try layout.brokers.filter { try process($0.id) != nil }
        guard running.isEmpty else { return }
        let lost = try layout.brokers.filter { try !Ports.isFree($0.port, host: layout.host) }
        guard !lost.isEmpty else { return }
        let kept = Set(layout.brokers.map(\.port))
        let ports = try Ports.free(lost.count, from: firstPort, host: layout.host, except: kept)
        for (broker, port) in zip(lost, ports) {
            guard let index = layout.brokers.firstIndex(of: broker) else { continue }
            layout.brokers[index].port = port
        }
        try writeAddresses(layout)
        try layout.properties(file: directory.layoutFile).write(to: directory.layoutFile)
    }

    private func writeAddresses(_ layout: ClusterLayout) throws {
        for broker in layout.brokers {
            var file = try Properties(reading: directory.configFile(broker.id))
            ServerProperties.address(&file, broker, layout)
            try file.write(to: directory.configFile(broker.id))
        }
    }

    /// Adds one broker to the layout, and starts it when others run.
    func add(_ lifeline: Lifeline?) throws -> BrokerID {
        var layout = try layout()
        guard layout.brokers.count < LocalClusterLimits.brokers.upperBound else {
            throw LocalClusterError(.conflict, "a cluster has at most \(LocalClusterLimits.brokers.upperBound) brokers")
        }
        let id = (layout.brokers.map(\.id).max() ?? 0) + 1
        let ports = layout.brokers.map(\.port)
        let port = try Ports.free(1, from: (ports.max() ?? 9091) + 1, host: layout.host, except: Set(ports))
        let broker = ClusterLayout.Broker(id: id, port: port[0], isVoter: false)
        guard access(directory.brokerDirectory(id), F_OK) != 0 else {
            throw LocalClusterError(
                .conflict, "\(directory.brokerDirectory(id)) is left of a broker of before; remove it to add a new one")
        }
        let clusterRuns = try layout.brokers.contains { try process($0.id) != nil }
        layout.brokers.append(broker)
        try writeConfig(broker, layout)
        // The others find it at their next start, when the first ones may be gone.
        try writeAddresses(layout)
        try layout.properties(file: directory.layoutFile).write(to: directory.layoutFile)
        if clusterRuns, let failure = try launch([id], layout, lifeline, { _, _ in }).first { throw failure }
        return id
    }

    /// Takes a broker that does not run out of the layout, and removes its files.
    func remove(_ id: BrokerID) throws {
        var layout = try layout()
        let broker = try layout.broker(id)
        guard try process(id) == nil else { throw LocalClusterError(.conflict, "broker \(id) runs") }
        guard layout.brokers.count > 1 else {
            throw LocalClusterError(
                .conflict, "broker \(id) is the last one; `klamm cluster reset` removes the cluster")
        }
        layout.remove(broker)
        try layout.properties(file: directory.layoutFile).write(to: directory.layoutFile)
        try writeAddresses(layout)
        try ClusterDirectory.remove(directory.brokerDirectory(id))
    }

    /// Removes what this program made, and nothing else that may lie in the directory.
    func removeEverything() throws {
        guard directory.exists else { return }
        // A damaged layout must not stand in the way of removing it.
        let ids = (try? layout().brokers.map(\.id)) ?? Array(1...Int32(LocalClusterLimits.brokers.upperBound))
        for id in ids {
            guard let process = try? process(id) else { continue }
            try process.signal(SIGKILL)
            guard process.waitForEnd(until: .now + LocalClusterLimits.stopping) else {
                throw LocalClusterError(.system, "process \(process.pid) of broker \(id) does not die")
            }
        }
        for id in ids { try ClusterDirectory.remove(directory.brokerDirectory(id)) }
        try ClusterDirectory.remove(directory.layoutFile)
    }
}
