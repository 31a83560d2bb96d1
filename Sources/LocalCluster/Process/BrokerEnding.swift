import KafkaProtocol
import Properties

/// A note of how a broker's process was ended on purpose: whoever watches the cluster cannot know it otherwise.
enum BrokerEnding: String {
    case killed = "killed by Klamm (SIGKILL)"
    case stopped = "stopped in order by Klamm"
    case killedInVain = "killed by Klamm after waiting in vain for it to stop"

    /// Notes it for a process; what cannot be noted is only not known.
    func note(of process: BrokerProcess, in path: String) {
        var file = Properties()
        file["pid"] = "\(process.pid)"
        file["start.time"] = "\(process.startTime)"
        file["ending"] = rawValue
        try? file.write(to: path)
    }

    /// How the last process of a broker ended, which its pid file names; nil when nothing was noted of it.
    static func read(_ path: String, of pidFile: String) -> String? {
        guard let last = try? Properties(reading: pidFile), let file = try? Properties(reading: path),
            file["pid"] == last["pid"], file["start.time"] == last["start.time"]
        else { return nil }
        return file["ending"]
    }
}
