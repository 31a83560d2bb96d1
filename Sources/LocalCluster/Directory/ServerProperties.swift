import Properties

/// The `server.properties` of a bundled broker: Kafka's key names, tuned for several brokers on one machine and explained
/// where they differ from Kafka's defaults. Afterwards the file belongs to its user; only addresses are ever changed.
enum ServerProperties {
    static func make(_ broker: ClusterLayout.Broker, of layout: ClusterLayout, in directory: ClusterDirectory)
        -> Properties
    {
        var file = Properties(file: directory.configFile(broker.id))
        file.comment("Broker \(broker.id) of the bundled cluster. Keys and meanings are Kafka's.")
        file["node.id"] = "\(broker.id)"
        // Where voters may change, any broker can become one.
        file["process.roles"] = broker.isVoter || layout.canChangeVoters ? "broker,controller" : "broker"
        file["cluster.id"] = layout.clusterID
        file["broker.rack"] = Self.rack(of: broker.id)
        file.comment("")
        file.comment("One port serves clients, replication and the metadata quorum.")
        address(&file, broker, layout)
        file.comment("")
        file["log.dirs"] = directory.dataDirectory(broker.id)
        file.comment("")
        timing(&file)
        file.comment("")
        topics(&file, brokers: layout.brokers.count)
        return file
    }

    /// Sets the keys that hold ports, which move when another program has taken one.
    static func address(_ file: inout Properties, _ broker: ClusterLayout.Broker, _ layout: ClusterLayout) {
        file["listeners"] = "PLAINTEXT://\(layout.host):\(broker.port)"
        file["advertised.listeners"] = "PLAINTEXT://\(layout.host):\(broker.port)"
        file["controller.quorum.voters"] = layout.canChangeVoters ? nil : layout.quorumVoters
        // Configured voters, too, can go into the log and be replaced there (kraft.version 1).
        file["controller.quorum.bootstrap.servers"] = layout.bootstrapServers
    }

    /// Racks a, b, c, …: one for each broker, as if each stood in another.
    private static func rack(of broker: Int32) -> String {
        guard (1...26).contains(broker), let letter = UnicodeScalar(UInt32(96 + broker)) else {
            return "rack-\(broker)"
        }
        return String(letter)
    }

    private static func timing(_ file: inout Properties) {
        file.comment(
            "On one machine a silent broker is a dead one: notice it within two seconds (Kafka: 9 s, 2 s, 30 s).")
        file["broker.session.timeout.ms"] = "1500"
        file["broker.heartbeat.interval.ms"] = "300"
        file["replica.lag.time.max.ms"] = "3000"
        file.comment("The metadata quorum elects within a tenth of a second (Kafka: 1 s, 2 s, 1 s).")
        file["controller.quorum.election.timeout.ms"] = "150"
        file["controller.quorum.fetch.timeout.ms"] = "1000"
        file["controller.quorum.election.backoff.max.ms"] = "300"
        file["controller.quorum.request.timeout.ms"] = "1000"
    }

    private static func topics(_ file: inout Properties, brokers: Int) {
        let factor = "\(min(3, brokers))"
        file.comment("New topics are replicated and need no preparation; one partition as in Kafka.")
        file["auto.create.topics.enable"] = "true"
        file["num.partitions"] = "1"
        file["default.replication.factor"] = factor
        file.comment(
            "1 as in Kafka, so that topics with a single replica take acks=all; set it per topic for durability.")
        file["min.insync.replicas"] = "1"
        file["log.retention.hours"] = "168"
        file.comment("")
        file.comment(
            "Groups start at once instead of waiting 3 s for more members; the first one, and the first transaction,")
        file.comment("need few partitions.")
        file["group.initial.rebalance.delay.ms"] = "0"
        file["offsets.topic.replication.factor"] = factor
        file["offsets.topic.num.partitions"] = "12"
        file["transaction.state.log.replication.factor"] = factor
        file["transaction.state.log.num.partitions"] = "12"
    }
}
