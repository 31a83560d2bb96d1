import KafkaProtocol

/// What is known of a bundled cluster from its directory, `/proc` and the brokers' own answers.
package struct ClusterStatus: Sendable, Equatable {
    /// How a broker is.
    package enum State: String, Sendable {
        /// It answers and the controller counts on it.
        case running
        /// Its process lives but it does not answer yet.
        case starting
        /// It answers, but the controller has not let it in, or has shut it out.
        case fenced
        /// Its process is stopped by a signal.
        case paused
        /// There is no process.
        case stopped
    }

    /// One broker.
    package struct Broker: Sendable, Equatable {
        package var id: BrokerID
        package var host: String
        package var port: Int
        package var isVoter: Bool
        package var state: State
        package var pid: Int32?
        /// Milliseconds since its process was started.
        package var uptime: Int64?
        /// Occupied memory in bytes.
        package var residentBytes: UInt64?
        /// Bytes of records sent to clients since its start, as its process tells.
        package var bytesOut: Int64?
        /// How Klamm ended its process, in words; nil while it runs, and when it ended otherwise.
        package var ending: String?
        package var dataDirectory: String
        package var logFile: String
        package var configFile: String
    }

    package var directory: String
    package var clusterID: String
    /// All brokers as `host:port,…`, whether they run or not.
    package var bootstrapServers: String
    package var brokers: [Broker]
}
