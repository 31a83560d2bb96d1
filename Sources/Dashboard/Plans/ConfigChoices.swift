/// The values of configurations that take only a few, by Kafka's documentation: brokers do not tell them.
enum ConfigChoices {
    private static let byName: [String: [String]] = {
        let codecs = ["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"]
        let policies = ["delete", "compact", "compact,delete"]
        let times = ["CreateTime", "LogAppendTime"]
        return [
            "compression.type": codecs, "cleanup.policy": policies, "log.cleanup.policy": policies,
            "message.timestamp.type": times, "log.message.timestamp.type": times,
            "ssl.client.auth": ["none", "requested", "required"],
        ]
    }()

    /// The type of a logger's level.
    static let level = "level"
    /// The levels of log4j that brokers take (KIP-412), from the one that tells least.
    private static let levels = ["FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"]

    /// The values to choose from; nil where any text may be one.
    ///
    /// - Parameter value: what it is now, which stays one of them though nobody here knows it.
    static func values(_ name: String, type: String?, now value: String?) -> [String]? {
        let byType = type == "boolean" ? ["false", "true"] : type == level ? levels : nil
        guard let known = byType ?? byName[name] else { return nil }
        guard let value, !value.isEmpty, !known.contains(value) else { return known }
        return known + [value]
    }
}
