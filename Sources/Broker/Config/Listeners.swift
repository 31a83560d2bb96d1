import Glibc
import KafkaProtocol
import Properties

/// `listeners` and what belongs to it: where a broker binds, and where it tells others that it is.
///
/// Every listener serves everything, clients, brokers and the metadata quorum, so that one is enough; Kafka's own files
/// have another for controllers, and `controller.quorum.voters` names its port.
struct Listeners: Equatable {
    /// Where this process binds; the first is the one for clients.
    let bound: [Endpoint]
    let advertised: Endpoint

    private struct Entry {
        var name: String
        var endpoint: Endpoint
    }

    /// - Throws: `PropertiesError` with file, line and key.
    init(_ properties: Properties) throws {
        try Self.checkRoles(properties)
        let entries = try Self.entries(properties, "listeners")
        let forControllers = Set((properties["controller.listener.names"] ?? "").configList)
        let between = properties["inter.broker.listener.name"]?.trimmed
        let forClients = entries.filter { !forControllers.contains($0.name) }
        guard let own = forClients.first(where: { $0.name == between }) ?? forClients.first ?? Self.usual(entries)
        else {
            throw properties.error(
                "listeners",
                "listeners has none that controller.listener.names leaves to clients; add one, such as "
                    + "PLAINTEXT://127.0.0.1:9092")
        }
        bound = [own.endpoint] + entries.map(\.endpoint).filter { $0 != own.endpoint }
        advertised = try Self.advertised(own, properties)
    }

    private static func usual(_ entries: [Entry]) -> Entry? {
        entries.isEmpty ? Entry(name: "PLAINTEXT", endpoint: Endpoint(host: "127.0.0.1", port: 9092)) : nil
    }

    private static func advertised(_ own: Entry, _ properties: Properties) throws -> Endpoint {
        let key = "advertised.listeners"
        let told = try entries(properties, key)
        guard let chosen = told.first(where: { $0.name == own.name }) ?? told.first else {
            guard own.endpoint.isAnywhere else { return own.endpoint }
            return Endpoint(host: hostName, port: own.endpoint.port)
        }
        guard !chosen.endpoint.isAnywhere else {
            throw properties.error(
                key,
                "\(key): nobody can connect to \(chosen.endpoint.host); name the address under which others reach "
                    + "this machine")
        }
        return chosen.endpoint
    }

    private static func checkRoles(_ properties: Properties) throws {
        let key = "process.roles"
        guard let roles = properties[key]?.configList, !roles.isEmpty, !roles.contains("broker") else { return }
        throw properties.error(
            key,
            "\(key)=\(roles.joined(separator: ",")): a node is always a broker here; write broker,controller, or "
                + "broker for one without a vote")
    }

    private static func entries(_ properties: Properties, _ key: String) throws -> [Entry] {
        let example = "\(key)=PLAINTEXT://127.0.0.1:9092"
        guard let list = properties[key]?.configList else { return [] }
        guard !list.isEmpty else { throw properties.error(key, "\(key) is empty; write \(example)") }
        return try list.map { text in
            guard let scheme = text.firstRange(of: "://") else {
                throw properties.error(key, "\(key)=\(text) has no protocol; write \(example)")
            }
            let name = String(text[..<scheme.lowerBound])
            guard try isPlain(name, properties) else {
                throw properties.error(key, "\(key)=\(text): only PLAINTEXT is supported")
            }
            guard let endpoint = BrokerConfig.hostAndPort(text[scheme.upperBound...]) else {
                throw properties.error(key, "\(key)=\(text) has no host and port; write \(example)")
            }
            return Entry(name: name, endpoint: endpoint)
        }
    }

    /// Whether `listener.security.protocol.map` has a listener speak plain; a name that it leaves out is a protocol.
    private static func isPlain(_ name: String, _ properties: Properties) throws -> Bool {
        let key = "listener.security.protocol.map"
        for entry in (properties[key] ?? "").configList {
            let sides = entry.split(separator: ":")
            guard sides.count == 2 else {
                throw properties.error(key, "\(key): `\(entry)` is not like CONTROLLER:PLAINTEXT")
            }
            if sides[0] == name { return sides[1] == "PLAINTEXT" }
        }
        return !name.contains("SSL") && !name.contains("SASL")
    }

    /// What this machine calls itself.
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? "localhost" : text
    }
}

extension Endpoint {
    /// Whether it stands for every address of the machine, which is nowhere to connect to.
    fileprivate var isAnywhere: Bool { host == "0.0.0.0" || host == "::" }
}
