import KafkaProtocol
import Properties

/// A note of how a broker's process was ended on purpose, or why it never came up: whoever watches the cluster cannot know
/// it otherwise.
struct BrokerEnding {
    /// For people.
    let words: String

    static let killed = BrokerEnding(words: "killed by Klamm (SIGKILL)")
    static let stopped = BrokerEnding(words: "stopped in order by Klamm")
    static let killedInVain = BrokerEnding(words: "killed by Klamm after waiting in vain for it to stop")
    static func atStart(_ reason: String) -> BrokerEnding { BrokerEnding(words: "did not start: \(reason)") }

    /// Notes it for a process, nil for one that could not even be started; what cannot be noted is only not known.
    func note(of process: BrokerProcess?, in path: String) {
        var file = Properties()
        if let process {
            file["pid"] = "\(process.pid)"
            file["start.time"] = "\(process.startTime)"
        }
        file["ending"] = words
        try? file.write(to: path)
    }

    /// How the last process of a broker ended, which its pid file names; nil when nothing was noted of it.
    static func read(_ path: String, of pidFile: String) -> String? {
        let last = try? Properties(reading: pidFile)
        guard let file = try? Properties(reading: path), file["pid"] == last?["pid"],
            file["start.time"] == last?["start.time"]
        else { return nil }
        return file["ending"]
    }
}
