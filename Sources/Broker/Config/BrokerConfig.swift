import ClusterMetadata
import KafkaProtocol
import Properties

/// `server.properties` with Kafka's key names, checked once at start. Keys not read here stay in `values`, where the
/// config catalogue finds its static defaults.
package struct BrokerConfig: Sendable {
    /// A member of the metadata quorum.
    package struct Voter: Sendable, Equatable {
        package var id: BrokerID
        package var endpoint: Endpoint
    }

    /// Every value of the file, for the static layer of the config catalogue.
    package let values: [String: String]
    private let properties: Properties
    package let nodeID: BrokerID
    /// Where this process binds, first for clients; port 0 takes a free one.
    package let listeners: [Endpoint]
    /// What clients are told.
    package let advertised: Endpoint
    /// The voters of a quorum that never changes; empty when they stand in the metadata log.
    package let voters: [Voter]
    /// Where the leader of the quorum is asked for.
    package let bootstrapServers: [Endpoint]
    /// Where partitions live.
    package let logDirectories: [String]
    /// The one of them in which the metadata log is: `metadata.log.dir`, else the first.
    package let logDirectory: String
    package let rack: String?
    package let clusterID: String?

    /// Values without a file, for brokers inside a test.
    package init(_ values: [String: String]) throws {
        var properties = Properties(file: "server.properties")
        for (key, value) in values { properties[key] = value }
        try self.init(properties)
    }

    /// - Throws: `PropertiesError` with file, line and key of the first value that cannot be used.
    package init(_ properties: Properties) throws {
        self.properties = properties
        values = properties.dictionary
        guard let node = properties.entry("node.id") ?? properties.entry("broker.id") else {
            throw properties.error(
                "node.id", "node.id is missing: give each broker a number of its own, such as node.id=1")
        }
        guard let id = Int32(node.value), id >= 0 else {
            throw properties.error(node.key, "\(node.key)=\(node.value) is not a number from 0 on")
        }
        nodeID = id
        let found = try Listeners(properties)
        listeners = found.bound
        advertised = found.advertised
        bootstrapServers = try Self.bootstrapServers(properties)
        voters = try Self.voters(
            properties, id: id, listener: found.bound[0], isAlone: bootstrapServers.isEmpty)
        logDirectories = try Self.directories(properties)
        logDirectory = properties["metadata.log.dir"] ?? logDirectories[0]
        guard logDirectories.contains(logDirectory) else {
            throw properties.error(
                "metadata.log.dir", "metadata.log.dir=\(logDirectory) is none of log.dirs; name one of them")
        }
        rack = properties["broker.rack"].flatMap { $0.isEmpty ? nil : $0 }
        clusterID = properties["cluster.id"]
        let between = "security.inter.broker.protocol"
        if let value = properties[between], value.contains("SSL") || value.contains("SASL") {
            throw properties.error(between, "\(between)=\(value): only PLAINTEXT is supported")
        }
        try Self.checkValues(properties)
    }

    /// Keys that no part of the broker reads, with their lines: a typing mistake, or something that only Kafka can do.
    package var warnings: [PropertiesError] {
        properties.entries.filter { ConfigCatalogue.broker[$0.key] == nil && !Self.readBesides.contains($0.key) }
            .map { properties.error($0.key, "\($0.key) is not known here and has no effect") }
    }

    /// Keys of Kafka's that say what is always so here, or are checked above; the catalogue holds what can be shown.
    private static let readBesides: Set<String> = [
        "process.roles", "controller.listener.names", "inter.broker.listener.name", "security.inter.broker.protocol",
    ]

    /// Holds every value against the config catalogue, so that none gives way to its default unseen.
    private static func checkValues(_ properties: Properties) throws {
        for entry in properties.entries {
            guard let problem = ConfigCatalogue.broker[entry.key]?.problem(with: entry.value) else { continue }
            throw properties.error(entry.key, "\(entry.key)=\(entry.value): \(problem.lowercasedFirst)")
        }
    }

    /// An integer setting, or `fallback` when it is not given.
    package func int(_ key: String, _ fallback: Int64, atLeast minimum: Int64 = 0) throws -> Int64 {
        guard let text = values[key] else { return fallback }
        guard let value = Int64(text), value >= minimum else {
            throw properties.error(key, "\(key)=\(text) is not a number from \(minimum) on")
        }
        return value
    }

    /// A boolean setting, or `fallback` when it is not given.
    package func bool(_ key: String, _ fallback: Bool) throws -> Bool {
        guard let text = values[key] else { return fallback }
        guard let value = Bool(text.lowercased()) else {
            throw properties.error(key, "\(key)=\(text) is neither true nor false")
        }
        return value
    }

    private static func directories(_ properties: Properties) throws -> [String] {
        let text = properties["log.dirs"] ?? properties["log.dir"] ?? ""
        let directories = text.configList
        guard !directories.isEmpty else {
            throw properties.error("log.dirs", "log.dirs is missing: name the directory for this broker's data")
        }
        guard Set(directories).count == directories.count else {
            throw properties.error("log.dirs", "log.dirs=\(text) names a directory twice")
        }
        return directories
    }

    private static func bootstrapServers(_ properties: Properties) throws -> [Endpoint] {
        let key = "controller.quorum.bootstrap.servers"
        return try (properties[key] ?? "").configList.map { server in
            guard let endpoint = hostAndPort(Substring(server)) else {
                throw properties.error(key, "\(key): `\(server)` is not like 127.0.0.1:9092")
            }
            return endpoint
        }
    }

    private static func voters(
        _ properties: Properties, id: BrokerID, listener: Endpoint, isAlone: Bool
    ) throws -> [Voter] {
        let key = "controller.quorum.voters"
        guard let text = properties[key], !text.isEmpty else {
            return isAlone ? [Voter(id: id, endpoint: listener)] : []
        }
        return try text.split(separator: ",").map { part in
            let sides = part.split(separator: "@", maxSplits: 1)
            guard sides.count == 2, let id = Int32(sides[0]), let endpoint = hostAndPort(sides[1]) else {
                throw properties.error(key, "\(key)=\(text): `\(part)` is not like 1@127.0.0.1:9092")
            }
            return Voter(id: id, endpoint: endpoint)
        }
    }

    static func hostAndPort(_ text: Substring) -> Endpoint? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon]
        return Endpoint(host: host.isEmpty ? "0.0.0.0" : String(host.trimmingBrackets), port: Int(port))
    }
}

extension Substring {
    /// An IPv6 address is written in brackets where a port follows.
    fileprivate var trimmingBrackets: Substring { hasPrefix("[") && hasSuffix("]") ? dropFirst().dropLast() : self }
}

extension String {
    /// The text in the middle of a sentence.
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
