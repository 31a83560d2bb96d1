import Foundation
import TestSupport
import Testing

/// The whole program on terminals that are small, old, colourless or none, and against brokers that are not there.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ScreenInputTests {
    /// The program on a terminal of its own, with settings of its own.
    final class Run {
        let terminal: PseudoTerminal
        let folder: URL
        private let process: pid_t
        private var ended: Int32?

        init(
            _ arguments: [String], settings: String = "", environment: [String: String] = [:], columns: UInt16 = 100,
            rows: UInt16 = 30
        ) throws {
            terminal = try PseudoTerminal(columns: columns, rows: rows)
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-screen-\(UUID().uuidString)")
            let config = folder.appendingPathComponent("config/klamm")
            try FileManager.default.createDirectory(at: config, withIntermediateDirectories: true)
            try settings.write(
                to: config.appendingPathComponent("klamm.properties"), atomically: true, encoding: .utf8)
            let standard = [
                "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": folder.path, "PATH": "/usr/bin:/bin",
                "XDG_CONFIG_HOME": folder.path + "/config", "XDG_STATE_HOME": folder.path + "/state",
                "XDG_DATA_HOME": folder.path + "/data",
            ]
            process = try terminal.spawn(
                KlammBinary.url.path, arguments,
                environment: standard.merging(environment) { $1 }.filter { !$0.value.isEmpty })
        }

        deinit {
            if ended == nil {
                kill(process, SIGKILL)
                waitpid(process, nil, 0)
            }
            try? FileManager.default.removeItem(at: folder)
        }

        /// Waits until all of these texts have been written.
        func shows(_ texts: String...) async throws {
            let what = "\(texts) in \(terminal.text.suffix(3_000))"
            try await poll(what) { [terminal] in texts.allSatisfy(terminal.text.contains) ? true : nil }
        }

        /// Waits until all of these texts stand on the screen. Only what differs is sent; Ctrl-L asks for all of it.
        func draws(_ texts: String...) async throws {
            try await poll("\(texts)") { [terminal] in
                terminal.type("\u{c}")
                return texts.allSatisfy(terminal.text.contains) ? true : nil
            }
        }

        /// The exit status, 128 and the signal for one that was killed.
        func status() async throws -> Int32 {
            try await poll("the end of klamm") { [self] in
                var status: Int32 = 0
                _ = terminal.text
                guard waitpid(process, &status, WNOHANG) == process else { return nil }
                ended = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
                return ended
            } ?? -1
        }

        /// Ctrl-C ends it from everywhere; Esc would have to be told from Alt by waiting.
        func quits() async throws {
            terminal.type("\u{3}")
            #expect(try await status() == 0)
            #expect(terminal.isCooked)
        }
    }

    @Test func aPortThatRefusesIsShownAndKeysAnswer() async throws {
        let address = try SilentListener.refusingAddress()
        let run = try Run(["--bootstrap-server", address])
        try await run.shows(address, "refused")
        run.terminal.type(":")
        try await run.shows("Commands")
        try await run.quits()
    }

    @Test func aBrokerThatNeverAnswersIsShownAndKeysAnswer() async throws {
        let listener = try SilentListener()
        let run = try Run(["--bootstrap-server", listener.address])
        try await run.shows(listener.address, "does not answer")
        try await run.quits()
    }

    @Test func aNameThatDoesNotExistIsShown() async throws {
        let run = try Run(["--bootstrap-server", "nosuchhost.invalid:9092"])
        try await run.shows("nosuchhost.invalid")
        try await run.quits()
    }

    @Test(arguments: [
        ("dumb", "cannot place its cursor"), ("no-such-terminal", "no terminfo entry"), ("", "TERM is not set"),
    ])
    func terminalsThatCannotShowIt(_ type: String, _ reason: String) async throws {
        let run = try Run(["--port", "0"], environment: ["TERM": type])
        #expect(try await run.status() == 2)
        #expect(run.terminal.text.contains(reason), "\(run.terminal.text)")
        #expect(!run.terminal.text.contains("\u{1b}"))
        #expect(run.terminal.isCooked)
        #expect(!FileManager.default.fileExists(atPath: run.folder.path + "/data"), "nothing is begun without a screen")
    }

    @Test func aTinyTerminalSaysSoAndGrows() async throws {
        let address = try SilentListener.refusingAddress()
        let run = try Run(["--bootstrap-server", address], columns: 20, rows: 5)
        try await run.shows("Klamm needs")
        run.terminal.resize(columns: 100, rows: 30)
        try await run.shows("Overview", address)
        try await run.quits()
    }

    /// Colours by number, direct colours, resets of them, and redefinitions of the palette.
    static var colour: Regex<Substring> {
        #/\x1b\[(?:[0-9;:]*[;:])?(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m|\x1b\](?:4|10|11|104)[;\x07]/#
    }

    @Test(arguments: ["xterm-256color", "xterm", "linux", "screen-256color"])
    func noColorMeansNoColourSequence(_ type: String) async throws {
        let address = try SilentListener.refusingAddress()
        for (value, expected) in [("1", false), ("", true)] {
            let run = try Run(["--bootstrap-server", address], environment: ["TERM": type, "NO_COLOR": value])
            try await run.shows(address, "refused")
            run.terminal.type("?")
            try await run.shows("Keys of")
            try await run.quits()
            let found = run.terminal.text.matches(of: Self.colour).map { String($0.output).debugDescription }
            #expect(found.isEmpty != expected, "\(type): \(found.prefix(5))")
        }
    }

    @Test func mistakesInTheSettingsAreShownAndPreventNothing() async throws {
        let address = try SilentListener.refusingAddress()
        let run = try Run(
            ["--cluster", "mine"],
            settings: """
                cluster.mine.bootstrap.servers = \(address)
                cluster.mine.ssl.key.password = hunter2
                key.topic.messages = F7
                key.filter = q
                theme = no-such-theme
                """)
        try await run.shows("mine", address, "warnings,")
        run.terminal.type(":messages-log\r")
        try await run.shows("klamm.properties:2:", "klamm.properties:4:", "klamm.properties:5:", "no-such-theme")
        #expect(!run.terminal.text.contains("hunter2"))
        #expect(!run.terminal.text.contains("klamm.properties:3:"))
        try await run.quits()
    }

    @Test func aClusterIsSwitchedInPlace() async throws {
        let one = try SilentListener.refusingAddress()
        let other = try SilentListener()
        let run = try Run(
            ["--cluster", "one"],
            settings: """
                cluster.one.bootstrap.servers = \(one)
                cluster.other.bootstrap.servers = \(other.address)
                cluster.other.read.only = true
                """)
        try await run.shows(one, "refused")
        run.terminal.type(":cluster oth\t\r")
        try await run.shows("read-only")
        // Only what differs is sent; Ctrl-L asks for all of it.
        run.terminal.type("\u{c}")
        try await run.shows("No broker of other", other.address)
        try await run.quits()
    }

    @Test func aThemeFileIsReadAgainWhenItChanges() async throws {
        let address = try SilentListener.refusingAddress()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-theme-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let theme = folder.appendingPathComponent("my.properties")
        try "name = my\nrole.txet = white\n".write(to: theme, atomically: true, encoding: .utf8)
        let run = try Run(["--bootstrap-server", address, "--theme", theme.path])
        try await run.shows(address, "my.properties:2:", "txet")
        // A colour of the 256 that no theme has.
        #expect(!run.terminal.text.contains("5;199"))
        try "name = mine\nrole.text = #ff00af\n".write(to: theme, atomically: true, encoding: .utf8)
        try await run.shows("5;199")
        try await run.quits()
    }

    /// A terminal type of its own with and without direct colours, as Debian's ncurses-term has them for xterm.
    private static let types = #"""
        klamm-256color|for a test,
        \tuse=xterm-256color,
        klamm-direct|for a test with direct colours,
        \tRGB, colors#0x1000000, pairs#0x10000,
        \tsetaf=\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
        \tsetab=\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
        \tuse=xterm-256color,

        """#

    @Test(
        .enabled("tic is not installed", { await Needs.program("tic") }),
        arguments: [("truecolor", true), ("24bit", true), ("", false)])
    func directColoursAreUsedWhereTerminfoKnowsThem(_ value: String, _ expected: Bool) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-tic-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appendingPathComponent("types")
        try Self.types.replacingOccurrences(of: "\\t", with: "\t").write(to: source, atomically: true, encoding: .utf8)
        let made = try await Command.run(
            URL(fileURLWithPath: "/usr/bin/env"), ["tic", "-x", "-o", folder.path, source.path])
        try #require(made.status == 0, "\(made.errors)")
        let address = try SilentListener.refusingAddress()
        let run = try Run(
            ["--bootstrap-server", address],
            environment: ["TERM": "klamm-256color", "COLORTERM": value, "TERMINFO_DIRS": folder.path + ":"])
        try await run.shows(address, "refused")
        try await run.quits()
        // The ground of klamm-dark, #10151c.
        #expect(run.terminal.text.contains("48;2;16;21;28") == expected)
        #expect(run.terminal.text.contains("48;5;") != expected)
    }
}
