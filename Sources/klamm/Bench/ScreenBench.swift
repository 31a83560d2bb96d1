import CLinux
import Glibc

/// Figures of the dashboard, run in a pseudoterminal.
struct ScreenBench {
    let firstFrame: Duration
    /// Until the figures of the brokers stand on the screen.
    let liveData: Duration
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
        var seen = ""
        // The program's name stands in every frame; what a broker leads, only where brokers have answered.
        guard let firstFrame = try await wait(for: "klamm", on: master, since: began, &seen),
            let liveData = try await wait(for: "leaders ", on: master, since: began, &seen)
        else { return nil }
        // The first seconds pay for connections.
        try await drain(master, for: .seconds(2))
        guard let before = ProcessFigures(pid: process) else { return nil }
        // The kernel counts in hundredths of a second.
        let watched = Duration.seconds(20)
        try await drain(master, for: watched)
        guard let after = ProcessFigures(pid: process) else { return nil }
        let used = after.processorSeconds - before.processorSeconds
        return ScreenBench(
            firstFrame: firstFrame, liveData: liveData, residentBytes: after.residentBytes,
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

    /// How long after `began` a text has come; nil when it does not within ten seconds.
    private static func wait(
        for text: String, on master: Int32, since began: ContinuousClock.Instant, _ seen: inout String
    ) async throws -> Duration? {
        while began.duration(to: .now) < .seconds(10) {
            seen += available(master)
            if seen.contains("\u{1b}[?1049h"), seen.contains(text) { return began.duration(to: .now) }
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
