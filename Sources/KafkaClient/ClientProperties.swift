import Properties

/// Client settings by Kafka's names, as they stand in a `client.properties` or under a cluster's prefix in Klamm's own
/// settings; what is not said keeps the value of the configuration it is applied to.
///
/// Keys that Klamm's client does not know are warnings, so that one file can serve other tools too.
package struct ClientProperties: Sendable, Equatable {
    /// `bootstrap.servers`; nil when it is not given.
    package private(set) var bootstrap: [BrokerAddress]?
    /// What has no effect, with its line. Values are left out of the texts: some are secrets.
    package private(set) var warnings: [PropertiesError] = []
    private var clientID: String?
    private var durations: [String: Duration] = [:]

    /// Nothing said.
    package init() {}

    /// Every entry of a file.
    ///
    /// - Throws: `PropertiesError` with the line of a value that cannot be used.
    package init(_ file: Properties) throws {
        for entry in file.entries { try take(entry.key, from: entry.key, of: file) }
    }

    /// Takes one setting: `name` as Kafka calls it, read from `key` of a file.
    ///
    /// - Throws: `PropertiesError` with the line of a value that cannot be used.
    package mutating func take(_ name: String, from key: String, of file: Properties) throws {
        switch name {
        case "bootstrap.servers":
            let text = file[key] ?? ""
            guard let addresses = BrokerAddress.list(text) else {
                throw file.error(key, "`\(key)` must be a list of host:port, not `\(text)`")
            }
            bootstrap = addresses
        case "client.id":
            clientID = file[key]
        case "security.protocol":
            guard file[key]?.uppercased() != "PLAINTEXT" else { return }
            warnings.append(file.error(key, "`\(key)`: only PLAINTEXT is supported, and used"))
        case _ where Self.durations[name] != nil:
            durations[name] = try file.int(key, in: 1...86_400_000).map { .milliseconds($0) }
        case _ where name.hasPrefix("ssl.") || name.hasPrefix("sasl."):
            warnings.append(file.error(key, "`\(key)` is not supported: connections are PLAINTEXT"))
        default:
            warnings.append(file.error(key, "`\(key)` is no client setting that Klamm knows; it has no effect"))
        }
    }

    /// Overwrites what was said here.
    package func apply(to configuration: inout ClientConfiguration) {
        if let bootstrap { configuration.bootstrap = bootstrap }
        if let clientID { configuration.clientID = clientID }
        for (name, duration) in durations { Self.durations[name]?(&configuration, duration) }
    }

    /// The settings that are times in milliseconds.
    private static let durations: [String: @Sendable (inout ClientConfiguration, Duration) -> Void] = [
        "request.timeout.ms": { $0.requestTimeout = $1 },
        "default.api.timeout.ms": { $0.callTimeout = $1 },
        "socket.connection.setup.timeout.ms": { $0.connectTimeout = $1 },
        "retry.backoff.ms": { $0.retryBackoff = $1 },
        "retry.backoff.max.ms": { $0.retryBackoffMax = $1 },
        "reconnect.backoff.ms": { $0.reconnectBackoff = $1 },
        "reconnect.backoff.max.ms": { $0.reconnectBackoffMax = $1 },
        "metadata.max.age.ms": { $0.metadataMaxAge = $1 },
    ]
}
