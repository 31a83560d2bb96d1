import KafkaProtocol

/// A broker's host and port as a client dials them.
package struct BrokerAddress: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, `[v6]:port`, or a host alone (port 9092); nil for anything else.
    package init?(_ text: some StringProtocol) {
        var host = Substring(text)
        var port = 9092
        if let colon = host.lastIndex(of: ":"), host.hasPrefix("[") ? host[..<colon].hasSuffix("]") : true {
            guard let number = Int(host[host.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            port = number
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Reads a `bootstrap.servers` list; nil when an entry is no address or there is none.
    package static func list(_ text: String) -> [BrokerAddress]? {
        let entries = text.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
        let addresses = entries.compactMap { BrokerAddress($0) }
        return addresses.count == entries.count && !addresses.isEmpty ? addresses : nil
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}

/// How a client behaves; the names follow Kafka's client settings.
package struct ClientConfiguration: Sendable, Equatable {
    /// Where to start; any one that answers tells of the rest.
    package var bootstrap: [BrokerAddress]
    package var clientID = "klamm"
    /// How long one request may take before its connection counts as broken (`request.timeout.ms`).
    package var requestTimeout = Duration.seconds(30)
    /// How long a whole call with its retries may take (`default.api.timeout.ms`).
    package var callTimeout = Duration.seconds(60)
    /// How long connecting may take, and the ApiVersions exchange again as long.
    package var connectTimeout = Duration.seconds(10)
    /// The pause before the first retry; it doubles up to `retryBackoffMax` (`retry.backoff.ms`).
    package var retryBackoff = Duration.milliseconds(100)
    package var retryBackoffMax = Duration.seconds(1)
    /// The pause at most before the first retry of what met the end of the transaction before it: the markers of that one
    /// are being written, which takes milliseconds. Each transaction begins so, as EndTxn is answered before they are.
    package static let markersBackoff = Duration.milliseconds(20)
    /// How long after a failed connection attempt others fail without trying (`reconnect.backoff.ms`), doubling.
    package var reconnectBackoff = Duration.milliseconds(50)
    package var reconnectBackoffMax = Duration.seconds(1)
    /// How long what Metadata said is believed (`metadata.max.age.ms`).
    package var metadataMaxAge = Duration.seconds(60)
    /// How long a request whose time is up is still waited for while its answer, or one before it, is coming in: over a slow
    /// line a large one takes longer than a broker would ever be silent, and asked for again it would never be whole.
    package var arrivalTimeout = Duration.zero
    /// Why this client must change nothing; nil when it may. Requests that change something then fail unsent.
    package var readOnlyReason: String?
    /// Versions not to go beyond, for brokers that offer more than they can do.
    package var highestVersions: [APIKey: Int16] = [:]

    package init(bootstrap: [BrokerAddress]) { self.bootstrap = bootstrap }

    /// The pause before the first retry after an error; it doubles with each.
    func firstPause(after error: ClientError) -> Duration {
        if case .broker(.concurrentTransactions, _) = error { return min(retryBackoff, Self.markersBackoff) }
        return retryBackoff
    }
}
