import LocalCluster

/// The bundled cluster's brokers in both forms of output.
enum StatusReport {
    static func print(_ status: ClusterStatus, _ format: OutputFormat) {
        format.print(table(status), json: json(status))
        if format == .table { Console.note("bootstrap servers: \(status.bootstrapServers)") }
    }

    private static func table(_ status: ClusterStatus) -> Table {
        Table(
            [.number("broker"), .text("address"), .text("state"), .number("pid"), .number("memory"), .text("data")],
            rows: status.brokers.map { broker in
                [
                    "\(broker.id)", "\(broker.host):\(broker.port)", broker.state.rawValue,
                    broker.pid.map { "\($0)" } ?? "-",
                    broker.residentBytes.map { "\($0 >> 20) MiB" } ?? "-", broker.dataDirectory,
                ]
            })
    }

    private static func json(_ status: ClusterStatus) -> JSON {
        [
            "directory": .string(status.directory),
            "clusterId": .string(status.clusterID),
            "bootstrapServers": .string(status.bootstrapServers),
            "brokers": .array(
                status.brokers.map { broker in
                    [
                        "id": .number(broker.id), "host": .string(broker.host), "port": .number(broker.port),
                        "pid": .number(broker.pid), "state": .string(broker.state.rawValue),
                        "uptimeMs": .number(broker.uptime),
                        "rss": .number(broker.residentBytes), "bytesOut": .number(broker.bytesOut),
                        "dataDirectory": .string(broker.dataDirectory),
                        "logFile": .string(broker.logFile), "configFile": .string(broker.configFile),
                        "isVoter": .bool(broker.isVoter),
                    ]
                }),
        ]
    }
}
