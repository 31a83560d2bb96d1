extension ConfigCatalogue {
    static let brokerDefinitions: [ConfigDefinition] =
        identity + network + topics + replicas + quorum + coordinators + security

    static let identity: [ConfigDefinition] = [
        .init("node.id", .int, nil, .atLeast(0), about: "The number of this broker in the cluster."),
        .init("broker.id", .int, "-1", about: "The older name of node.id."),
        .init("process.roles", .list, "", about: "Whether the process is a broker, a controller, or both."),
        .init("cluster.id", .string, nil, about: "The cluster that this broker belongs to."),
        .init("broker.rack", .string, nil, about: "Where the broker stands; replicas are spread over racks."),
        .init(
            "listeners", .string, "PLAINTEXT://:9092", update: .perBroker,
            about: "The names, hosts and ports on which the broker listens."),
        .init(
            "advertised.listeners", .string, nil, update: .perBroker,
            about: "The addresses that clients are told, where they differ from the listeners."),
        .init(
            "listener.security.protocol.map", .string, "PLAINTEXT:PLAINTEXT", update: .perBroker,
            about: "Which security protocol each listener name speaks."),
        .init("inter.broker.listener.name", .string, nil, about: "The listener that brokers use among themselves."),
        .init("controller.listener.names", .string, nil, about: "The listeners that controllers use."),
        .init("log.dir", .string, "/tmp/kafka-logs", about: "The directory for logs when log.dirs is not given."),
        .init("log.dirs", .list, nil, about: "The directories in which logs are kept."),
        .init(
            "metadata.log.dir", .string, nil,
            about: "The directory of the metadata log, where it is not the first of log.dirs."),
        .init("authorizer.class.name", .string, "", about: "The authorizer; none allows everything."),
        .init("super.users", .string, "", about: "Principals to whom everything is allowed."),
        .init(
            "allow.everyone.if.no.acl.found", .boolean, "false",
            about: "Whether a resource without any ACL is open to all."),
    ]

    static let security: [ConfigDefinition] = [
        .init(
            "sasl.enabled.mechanisms", .list, "GSSAPI", update: .perBroker,
            about: "The SASL mechanisms that are offered."),
        .init(
            "sasl.mechanism.inter.broker.protocol", .string, "GSSAPI", update: .perBroker,
            about: "The SASL mechanism that brokers use among themselves."),
        .init("sasl.server.max.receive.size", .int, "524288", about: "The largest SASL packet that is read."),
        .init(
            "sasl.jaas.config", .password, nil, update: .perBroker,
            about: "Who may log in, and as whom the broker does."),
        .init("connections.max.reauth.ms", .long, "0", about: "After how long a login must be renewed; 0 is never."),
        .init(
            "ssl.keystore.location", .string, nil, update: .perBroker,
            about: "The file with the broker's key and certificate."),
        .init("ssl.keystore.password", .password, nil, update: .perBroker, about: "The password of that file."),
        .init("ssl.key.password", .password, nil, update: .perBroker, about: "The password of the key in it."),
        .init(
            "ssl.truststore.location", .string, nil, update: .perBroker,
            about: "The file with the certificates that are trusted."),
        .init("ssl.truststore.password", .password, nil, update: .perBroker, about: "The password of that file."),
        .init(
            "ssl.client.auth", .string, "none", update: .perBroker, about: "Whether clients must show a certificate."),
    ]
}
