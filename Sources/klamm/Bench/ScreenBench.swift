/// Figures of the dashboard, run in a pseudoterminal.
struct ScreenBench {
    let firstFrame: Duration
    /// Until the figures of the brokers stand on the screen.
    let liveData: Duration
    let residentBytes: Int
    let processorPercent: Double

    /// What every frame holds: the alternate screen and the program's name.
    static let frame = ["\u{1b}[?1049h", "klamm"]
    /// What stands on Overview only where brokers have answered.
    static let figures = "leaders "

    /// Starts the dashboard on a cluster, waits for its first frame, and watches it for a few seconds.
    ///
    /// - Returns: nil when it shows nothing within ten seconds.
    static func measure(bootstrap: String) async throws -> ScreenBench? {
        let began = ContinuousClock.now
        guard let terminal = PseudoTerminal(["dashboard", "--bootstrap-server", bootstrap]) else { return nil }
        defer { terminal.stop() }
        var seen = ""
        guard let firstFrame = try await terminal.wait(for: frame, since: began, &seen),
            let liveData = try await terminal.wait(for: [figures], since: began, &seen)
        else { return nil }
        // The first seconds pay for connections.
        try await terminal.drain(for: .seconds(2))
        guard let idle = try await idle(terminal) else { return nil }
        return ScreenBench(
            firstFrame: firstFrame, liveData: liveData, residentBytes: idle.residentBytes,
            processorPercent: idle.processorPercent)
    }

    /// What the dashboard costs while nobody presses a key.
    static func idle(
        _ terminal: PseudoTerminal, for watched: Duration = .seconds(20)
    ) async throws -> (residentBytes: Int, processorPercent: Double)? {
        guard let before = ProcessFigures(pid: terminal.process) else { return nil }
        // The kernel counts in hundredths of a second.
        try await terminal.drain(for: watched)
        guard let after = ProcessFigures(pid: terminal.process) else { return nil }
        let used = after.processorSeconds - before.processorSeconds
        return (after.residentBytes, 100 * used / (watched / .seconds(1)))
    }
}
