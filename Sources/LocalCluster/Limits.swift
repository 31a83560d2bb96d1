/// Bounds of what a bundled cluster does.
package enum LocalClusterLimits {
    /// More brokers than this on one machine are a typing error.
    package static let brokers = 1...32
    /// How long brokers may take to become ready before it is called a failure: a recovery after SIGKILL of a large log
    /// takes seconds, not minutes.
    package static let readiness = Duration.seconds(60)
    /// How long a screen waits for brokers that are not up when the others are: it shows them in their rows as well.
    package static let stragglers = Duration.seconds(5)
    /// How long brokers may be without a controller before a start fails of which half of the voters did: an election takes
    /// less than a second, reading the logs before it a few.
    package static let leaderless = Duration.seconds(5)
    /// How long a broker may take to leave by itself before it is killed: controlled shutdown moves every leader first.
    package static let stopping = Duration.seconds(20)
    /// How long to wait for another process that changes the same cluster.
    package static let locking = Duration.seconds(30)
    /// One question to one broker while waiting or for the status.
    package static let probe = Duration.milliseconds(500)
    /// The largest answer to such a question, in bytes: 32 brokers need two thousand.
    package static let answer = 1 << 20
    /// Lines of a broker's log that are shown when it ended at the start.
    package static let logLines = 5
    /// Bytes at the end of the log in which they are looked for.
    package static let logTail = 1 << 14
}
