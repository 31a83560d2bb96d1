import Properties

/// Who belongs to a bundled cluster and where each broker listens: the contents of `cluster.properties`.
package struct ClusterLayout: Sendable, Equatable {
    /// One broker of the cluster.
    package struct Broker: Sendable, Equatable {
        package var id: Int32
        package var port: Int
        /// Whether it was one of the first voters of the metadata quorum; who votes now, the quorum knows.
        package var isVoter: Bool
    }

    package var clusterID: String
    package var host: String
    /// In ascending order of ids.
    package var brokers: [Broker]
    /// Whether the metadata log alone says who votes. Clusters made by earlier releases have their voters in every
    /// `server.properties` (kraft.version 0); an upgrade takes them into the log.
    package var canChangeVoters: Bool

    package init(clusterID: String, host: String = "127.0.0.1", brokers: [Broker], canChangeVoters: Bool = true) {
        self.clusterID = clusterID
        self.host = host
        self.brokers = brokers
        self.canChangeVoters = canChangeVoters
    }

    /// Reads `cluster.properties`.
    ///
    /// - Throws: `PropertiesError` with file and line of what is wrong.
    package init(_ properties: Properties) throws {
        clusterID = try properties.required("cluster.id")
        host = properties["host"] ?? "127.0.0.1"
        canChangeVoters = properties["kraft.version"] == "1"
        let voters = Set(try Self.ids(properties, "voters"))
        brokers = try Self.ids(properties, "brokers").sorted().map { id in
            let key = "broker.\(id).port"
            guard let port = try properties.int(key, in: 1...65535) else {
                throw properties.error("brokers", "broker \(id) has no `\(key)`")
            }
            return Broker(id: id, port: port, isVoter: voters.contains(id))
        }
        guard !brokers.isEmpty, Set(brokers.map(\.id)).count == brokers.count else {
            throw properties.error("brokers", "`brokers` must name each broker once")
        }
        // Where voters may change, the first ones may all have gone.
        guard voters.isSubset(of: brokers.map(\.id)), canChangeVoters || !voters.isEmpty else {
            throw properties.error("voters", "`voters` must name some of the brokers")
        }
    }

    /// The text of `cluster.properties`.
    package func properties(file: String) -> Properties {
        var properties = Properties(file: file)
        properties.comment(
            "A cluster of brokers on this machine, made by klamm. Each broker has a folder beside this file.")
        properties["cluster.id"] = clusterID
        properties["host"] = host
        properties["kraft.version"] = canChangeVoters ? "1" : "0"
        properties["brokers"] = brokers.map { "\($0.id)" }.joined(separator: ",")
        properties["voters"] = brokers.filter(\.isVoter).map { "\($0.id)" }.joined(separator: ",")
        for broker in brokers { properties["broker.\(broker.id).port"] = "\(broker.port)" }
        return properties
    }

    package var bootstrapServers: String { brokers.map { "\(host):\($0.port)" }.joined(separator: ",") }

    /// The value of `controller.quorum.voters`.
    package var quorumVoters: String {
        brokers.filter(\.isVoter).map { "\($0.id)@\(host):\($0.port)" }.joined(separator: ",")
    }

    /// Forgets a broker. A first voter that goes has lost its vote before, so that the log knows who votes by now, whatever
    /// was configured.
    package mutating func remove(_ broker: Broker) {
        brokers.removeAll { $0.id == broker.id }
        canChangeVoters = canChangeVoters || broker.isVoter
    }

    package func broker(_ id: Int32) throws -> Broker {
        guard let broker = brokers.first(where: { $0.id == id }) else {
            let known = brokers.map { "\($0.id)" }.joined(separator: ", ")
            throw LocalClusterError(.missing, "there is no broker \(id); this cluster has \(known)")
        }
        return broker
    }

    private static func ids(_ properties: Properties, _ key: String) throws -> [Int32] {
        try properties.required(key).split(separator: ",").map { part in
            guard let id = Int32(part.filter { $0 != " " }), id >= 0 else {
                throw properties.error(key, "`\(part)` is not a broker id")
            }
            return id
        }
    }
}
