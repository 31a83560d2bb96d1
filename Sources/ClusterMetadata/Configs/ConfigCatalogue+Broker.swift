extension ConfigCatalogue {
    static let brokerDefinitions: [ConfigDefinition] =
        identity + connections + topics + replicas + quorum + quotas + coordinators

    static let identity: [ConfigDefinition] = [
        .init("node.id", .int, nil, .atLeast(0), about: "The number of this broker in the cluster."),
        .init("broker.id", .int, "-1", about: "The older name of node.id."),
        .init("cluster.id", .string, nil, about: "The cluster that this broker belongs to."),
        .init("broker.rack", .string, nil, about: "Where the broker stands; replicas are spread over racks."),
        .init(
            "listeners", .string, "PLAINTEXT://:9092",
            about: "The names, hosts and ports on which the broker listens."),
        .init(
            "advertised.listeners", .string, nil,
            about: "The addresses that clients are told, where they differ from the listeners."),
        .init(
            "listener.security.protocol.map", .string, "PLAINTEXT:PLAINTEXT",
            about: "Which security protocol each listener name speaks."),
        .init("log.dir", .string, "/tmp/kafka-logs", about: "The directory for logs when log.dirs is not given."),
        .init("log.dirs", .list, nil, about: "The directories in which logs are kept."),
        .init("metadata.log.dir", .string, nil, about: "The one of log.dirs that holds the metadata log."),
    ]
}
