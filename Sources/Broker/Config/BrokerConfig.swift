import KafkaProtocol

/// A value of `server.properties` that cannot be used, with the way out.
package struct ConfigError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// `server.properties` with Kafka's key names, checked once at start. Keys not read here stay in `values`, where the
/// config catalogue finds its static defaults.
package struct BrokerConfig: Sendable {
    /// A member of the metadata quorum.
    package struct Voter: Sendable, Equatable {
        package var id: BrokerID
        package var endpoint: Endpoint
    }

    package let values: [String: String]
    package let nodeID: BrokerID
    /// Where this process binds; port 0 takes a free one.
    package let listener: Endpoint
    /// What clients are told.
    package let advertised: Endpoint
    package let voters: [Voter]
    package let logDirectory: String
    package let rack: String?
    package let clusterID: String?

    package init(_ values: [String: String]) throws {
        self.values = values
        guard let node = values["node.id"] ?? values["broker.id"] else {
            throw ConfigError("node.id is missing: give each broker a number of its own, such as node.id=1")
        }
        guard let id = Int32(node), id >= 0 else {
            throw ConfigError("node.id=\(node) is not a number from 0 on")
        }
        nodeID = id
        listener = try Self.endpoint(values["listeners"] ?? "PLAINTEXT://127.0.0.1:9092", key: "listeners")
        advertised =
            try values["advertised.listeners"].map { try Self.endpoint($0, key: "advertised.listeners") }
            ?? listener
        voters = try Self.voters(values["controller.quorum.voters"], id: id, listener: listener)
        guard let directory = values["log.dirs"] ?? values["log.dir"], !directory.isEmpty else {
            throw ConfigError("log.dirs is missing: name the directory for this broker's data")
        }
        guard !directory.contains(",") else {
            throw ConfigError("log.dirs=\(directory) names several directories; one is supported")
        }
        logDirectory = directory
        rack = values["broker.rack"].flatMap { $0.isEmpty ? nil : $0 }
        clusterID = values["cluster.id"]
        for key in ["security.inter.broker.protocol", "listener.security.protocol.map"] {
            guard let value = values[key], value.contains("SSL") || value.contains("SASL") else { continue }
            throw ConfigError("\(key)=\(value): only PLAINTEXT is supported")
        }
    }

    /// An integer setting, or `fallback` when it is not given.
    package func int(_ key: String, _ fallback: Int64, atLeast minimum: Int64 = 0) throws -> Int64 {
        guard let text = values[key] else { return fallback }
        guard let value = Int64(text), value >= minimum else {
            throw ConfigError("\(key)=\(text) is not a number from \(minimum) on")
        }
        return value
    }

    /// A boolean setting, or `fallback` when it is not given.
    package func bool(_ key: String, _ fallback: Bool) throws -> Bool {
        guard let text = values[key] else { return fallback }
        guard let value = Bool(text.lowercased()) else { throw ConfigError("\(key)=\(text) is neither true nor false") }
        return value
    }

    private static func endpoint(_ text: String, key: String) throws -> Endpoint {
        let first = text.split(separator: ",").first ?? ""
        let example = "\(key)=PLAINTEXT://127.0.0.1:9092"
        guard let scheme = first.firstRange(of: "://") else {
            throw ConfigError("\(key)=\(text) has no protocol; write \(example)")
        }
        let name = first[..<scheme.lowerBound]
        guard !name.contains("SSL"), !name.contains("SASL") else {
            throw ConfigError("\(key)=\(text): only PLAINTEXT is supported")
        }
        guard let endpoint = hostAndPort(first[scheme.upperBound...]) else {
            throw ConfigError("\(key)=\(text) has no host and port; write \(example)")
        }
        return endpoint
    }

    private static func voters(_ text: String?, id: BrokerID, listener: Endpoint) throws -> [Voter] {
        guard let text, !text.isEmpty else { return [Voter(id: id, endpoint: listener)] }
        return try text.split(separator: ",").map { part in
            let sides = part.split(separator: "@", maxSplits: 1)
            guard sides.count == 2, let id = Int32(sides[0]), let endpoint = hostAndPort(sides[1]) else {
                throw ConfigError(
                    "controller.quorum.voters=\(text): `\(part)` is not like 1@127.0.0.1:9092")
            }
            return Voter(id: id, endpoint: endpoint)
        }
    }

    private static func hostAndPort(_ text: Substring) -> Endpoint? {
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
