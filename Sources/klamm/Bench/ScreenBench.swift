import CLinux
import Glibc

/// Figures of the dashboard, run in a pseudoterminal.
struct ScreenBench {
    let firstFrame: Duration
    let residentBytes: Int
    let processorPercent: Double

    /// Starts the dashboard on a cluster, waits for its first frame, and watches it for a few seconds.
    ///
    /// - Returns: nil when it shows nothing within ten seconds.
    static func measure(bootstrap: String) async throws -> ScreenBench? {
        var master: Int32 = -1
        var slave: Int32 = -1
        guard clinux_pty_open(&master, &slave, 120, 34) == 0 else { return nil }
        defer { close(master) }
        let began = ContinuousClock.now
        let process = spawn(["klamm", "dashboard", "--bootstrap-server", bootstrap], on: slave)
        close(slave)
        guard process > 0 else { return nil }
        defer {
            kill(process, SIGTERM)
            waitpid(process, nil, 0)
        }
        guard let firstFrame = try await waitForFrame(master, since: began) else { return nil }
        // The first seconds pay for connections.
        try await drain(master, for: .seconds(2))
        guard let before = ProcessFigures(pid: process) else { return nil }
        let watched = Duration.seconds(5)
        try await drain(master, for: watched)
        guard let after = ProcessFigures(pid: process) else { return nil }
        let used = after.processorSeconds - before.processorSeconds
        return ScreenBench(
            firstFrame: firstFrame, residentBytes: after.residentBytes,
            processorPercent: 100 * used / (watched / .seconds(1)))
    }

    private static func spawn(_ arguments: [String], on slave: Int32) -> pid_t {
        var argumentPointers = arguments.map { strdup($0) } + [nil]
        var environment = Surroundings.variables
        environment["TERM"] = "xterm-256color"
        var environmentPointers = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for pointer in argumentPointers + environmentPointers { free(pointer) }
        }
        return clinux_pty_spawn("/proc/self/exe", &argumentPointers, &environmentPointers, slave)
    }

    /// The frame is there when the program's name stands on the screen, which every frame begins with.
    private static func waitForFrame(_ master: Int32, since began: ContinuousClock.Instant) async throws -> Duration? {
        var seen = ""
        while began.duration(to: .now) < .seconds(10) {
            seen += available(master)
            if seen.contains("\u{1b}[?1049h"), seen.contains("klamm") { return began.duration(to: .now) }
            try await Task.sleep(for: .milliseconds(1))
        }
        return nil
    }

    private static func drain(_ master: Int32, for time: Duration) async throws {
        let end = ContinuousClock.now + time
        while .now < end {
            _ = available(master)
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func available(_ master: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(master, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
    }
}
