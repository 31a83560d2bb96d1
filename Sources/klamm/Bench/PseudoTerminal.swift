import CLinux
import Glibc

/// This program, run in a pseudoterminal that nobody looks at. Not for several tasks at once.
final class PseudoTerminal {
    let process: pid_t
    private let master: Int32

    /// Starts `klamm` with arguments; nil when it cannot be started.
    init?(_ arguments: [String], columns: UInt16 = 120, rows: UInt16 = 34) {
        var (master, slave): (Int32, Int32) = (-1, -1)
        guard clinux_pty_open(&master, &slave, columns, rows) == 0 else { return nil }
        var environment = Surroundings.variables
        environment["TERM"] = "xterm-256color"
        var argumentPointers = (["klamm"] + arguments).map { strdup($0) } + [nil]
        var environmentPointers = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for pointer in argumentPointers + environmentPointers { free(pointer) }
        }
        process = clinux_pty_spawn("/proc/self/exe", &argumentPointers, &environmentPointers, slave)
        close(slave)
        self.master = master
        guard process > 0 else {
            close(master)
            return nil
        }
    }

    /// Ends the program, and waits until it has.
    func stop() {
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
        close(master)
    }

    /// Presses keys.
    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// How long after `began` all of some texts have come; nil when they do not in time.
    func wait(
        for texts: [String], since began: ContinuousClock.Instant, timeout: Duration = .seconds(10),
        _ seen: inout String
    ) async throws -> Duration? {
        while began.duration(to: .now) < timeout {
            seen += available()
            if texts.allSatisfy(seen.contains) { return began.duration(to: .now) }
            try await Task.sleep(for: .milliseconds(1))
        }
        return nil
    }

    /// Reads what comes for a while, so that the program never waits for a reader.
    func drain(for time: Duration) async throws {
        let end = ContinuousClock.now + time
        while .now < end {
            _ = available()
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Presses a key and waits, without sleeping, until a text has come that only the answer to it contains.
    ///
    /// - Returns: how long that took; nil when it does not come within two seconds.
    func answer(to key: String, holding text: String) -> Duration? {
        _ = available()
        let began = ContinuousClock.now
        type(key)
        var seen = ""
        while began.duration(to: .now) < .seconds(2) {
            var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            poll(&ready, 1, 100)
            seen += available()
            if seen.contains(text) { return began.duration(to: .now) }
        }
        return nil
    }

    private func available() -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(master, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
    }
}
