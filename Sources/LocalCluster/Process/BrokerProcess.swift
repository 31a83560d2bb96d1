import CLinux
import Glibc
import Properties

/// The running process of a broker, known by number and start time.
struct BrokerProcess: Sendable, Equatable {
    let pid: pid_t
    let startTime: UInt64

    /// The process that a pid file names; nil when it has ended or its number belongs to another process now.
    init?(pidFile: String) throws {
        guard access(pidFile, F_OK) == 0 else { return nil }
        let file = try Properties(reading: pidFile)
        guard let pid = try file.int("pid", in: 1...Int(Int32.max)), let start = file["start.time"].flatMap(UInt64.init)
        else { throw file.error("pid", "this is not a pid file; remove it if no broker of this cluster runs") }
        self.init(pid: pid_t(pid), startTime: start)
        guard info != nil else { return nil }
    }

    init(pid: pid_t, startTime: UInt64) {
        self.pid = pid
        self.startTime = startTime
    }

    func write(to pidFile: String) throws {
        var file = Properties(file: pidFile)
        file["pid"] = "\(pid)"
        file["start.time"] = "\(startTime)"
        try file.write(to: pidFile)
    }

    /// What `/proc` says while this very process lives.
    var info: ProcessStatus? {
        // A child of this process would stay a zombie until it is waited for.
        waitpid(pid, nil, WNOHANG)
        guard let info = ProcessStatus(pid: pid), info.startTime == startTime, info.isAlive else { return nil }
        return info
    }

    /// Sends a signal; false when the process has already ended.
    @discardableResult
    func signal(_ number: Int32) throws -> Bool {
        let descriptor = clinux_pidfd_open(pid)
        guard descriptor >= 0 else {
            if errno == ESRCH { return false }
            throw LocalClusterError.system("cannot signal process \(pid)")
        }
        defer { close(descriptor) }
        // Checked with the descriptor open: from here on the number cannot pass to another process unnoticed.
        guard info != nil else { return false }
        guard clinux_pidfd_signal(descriptor, number) == 0 else {
            if errno == ESRCH { return false }
            throw LocalClusterError.system("cannot signal process \(pid)")
        }
        return true
    }

    /// Waits for the end; false when it still lives at the deadline.
    func waitForEnd(until deadline: ContinuousClock.Instant) -> Bool {
        let descriptor = clinux_pidfd_open(pid)
        guard descriptor >= 0 else { return info == nil }
        defer { close(descriptor) }
        while info != nil {
            let left = deadline - .now
            guard left > .zero else { return false }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&waiting, 1, Int32(min(left / .milliseconds(1), 1000)) + 1)
        }
        return true
    }

    /// Starts `klamm broker` for a config file, with its output appended to the log.
    static func spawn(executable: String, config: String, log: String, lifeline: Lifeline?) throws -> BrokerProcess {
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw LocalClusterError.system("cannot open \(log)") }
        defer { close(output) }
        let arguments = ["klamm", "broker", "--config", config] + (lifeline == nil ? [] : ["--lifeline"])
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var pid: pid_t = 0
        let code = clinux_spawn(executable, pointers, lifeline?.childEnd ?? -1, output, &pid)
        guard code == 0 else { throw LocalClusterError.system("cannot start \(executable)", code) }
        guard let info = ProcessStatus(pid: pid) else {
            waitpid(pid, nil, WNOHANG)
            throw LocalClusterError(.broker, "the broker ended at once; see \(log)")
        }
        return BrokerProcess(pid: pid, startTime: info.startTime)
    }
}
