import Glibc
import Synchronization
import TerminalUI
import TestSupport
import Testing

@testable import Terminal

/// The loop on a pseudoterminal. One after the other: curses has one screen, and signals go to the whole process.
@Suite("The screen loop", .serialized)
struct ScreenLoopTests {
    /// What a program saw, for the test to read from its own thread.
    final class Log: Sendable {
        private let keys = Mutex<[Key]>([])
        private let messages = Mutex<[Int]>([])
        private let shown = Mutex(0)
        /// How many events the last frame counted.
        var drawn: Int { shown.withLock { $0 } }
        func drew(_ events: Int) { shown.withLock { $0 = events } }
        var seen: [Key] { keys.withLock { $0 } }
        var received: [Int] { messages.withLock { $0 } }
        func note(_ key: Key) { keys.withLock { $0.append(key) } }
        func note(_ message: Int) { messages.withLock { $0.append(message) } }
    }

    /// Shows how many events came, and quits on `q`.
    struct Counter: ScreenProgram {
        let log: Log
        var nextWake: ContinuousClock.Instant? { nil }

        mutating func handle(_ event: ScreenEvent<Int>) -> [ScreenCommand] {
            switch event {
            case .key(.character("q")): return [.quit(status: 7)]
            case .key(.character("y")): return [.copy("hello")]
            case .key(.character("x")): return [.run(["/bin/sh", "-c", "exit 5"])]
            case .key(let key): log.note(key)
            case .message(let message): log.note(message)
            case .ran(let status): log.note(Int(status))
            case .wake, .edited: break
            }
            return []
        }

        mutating func draw(size: Size, glyphs: GlyphSet) -> CellBuffer {
            var buffer = CellBuffer(size: size, glyphs: glyphs)
            buffer.text("size \(size.width)x\(size.height)", x: 0, y: 0, style: Style(.healthBad))
            let events = log.seen.count + log.received.count
            buffer.text("events=\(events)", x: 0, y: 1)
            log.drew(events)
            return buffer
        }
    }

    /// Runs the counter on a terminal while `body` uses it, and gives the exit status.
    static func run(
        type: String = "xterm-256color", environment: [String: String] = [:], terminal: PseudoTerminal,
        _ body: (Log, Mailbox<Int>) async throws -> Void
    ) async throws -> Int32 {
        var options = ScreenOptions(environment: environment)
        options.input = terminal.slave
        options.output = terminal.slave
        options.terminalType = type
        options.forcesASCII = true
        let log = Log()
        let mailbox = Mailbox<Int>()
        let ready = options
        async let status = ScreenLoop.run(ready, mailbox: mailbox) { _ in Counter(log: log) }
        do {
            try await poll("the first frame") { terminal.text.contains("size") ? true : nil }
            try await body(log, mailbox)
        } catch {
            terminal.hangUp()
            _ = try await status
            throw error
        }
        return try await status
    }

    @Test("A program gets the terminal, and its exit status comes back")
    func program() async throws {
        let terminal = try PseudoTerminal()
        let status = try await Self.run(terminal: terminal) { log, _ in
            terminal.type("x")
            try await poll("the exit status") { log.received.contains(5) ? true : nil }
            terminal.type("q")
        }
        #expect(status == 7)
        #expect(terminal.isCooked)
    }

    @Test("Keys, messages and a new size arrive; quitting gives the terminal back")
    func events() async throws {
        let terminal = try PseudoTerminal()
        #expect(terminal.isCooked)
        let status = try await Self.run(terminal: terminal) { log, mailbox in
            #expect(!terminal.isCooked)
            #expect(terminal.text.contains("\u{1b}[?1049h"))
            terminal.type("j\u{1b}[A\u{1b}[1;5D\u{1b}x\u{1b}OP\u{4}\u{1b}[Z\u{1b}[200~two\rlines\u{1b}[201~")
            try await poll("eight keys") { log.seen.count == 8 ? true : nil }
            #expect(
                log.seen == [
                    .character("j"), .up, .modified(.left, .control), .alt("x"), .function(1), .control("d"), .backTab,
                    .paste("two\nlines"),
                ])
            terminal.type("\u{1b}")
            try await poll("Esc alone") { log.seen.last == .escape ? true : nil }
            terminal.type("\u{1b}[<0;5;6M\u{1b}[<0;5;6m")
            try await poll("the click") { log.seen.count == 11 ? true : nil }
            terminal.type("\u{1b}[<64;1;1M")
            try await poll("the wheel") { log.seen.count == 12 ? true : nil }
            let place = Point(x: 4, y: 5)
            #expect(
                log.seen.suffix(3) == [
                    .mouse(MouseEvent(action: .press, button: .left, position: place)),
                    .mouse(MouseEvent(action: .release, button: .left, position: place)),
                    .mouse(MouseEvent(action: .wheelUp, button: .none, position: Point(x: 0, y: 0))),
                ])
            for number in 0..<100 { mailbox.send(number) }
            try await poll("the messages") { log.received == Array(0..<100) ? true : nil }
            try await poll("the frame after them") { log.drawn == 112 ? true : nil }
            terminal.resize(columns: 100, rows: 30)
            kill(getpid(), SIGWINCH)
            try await poll("the new size") { log.seen.last == .resize(Size(width: 100, height: 30)) ? true : nil }
            terminal.type("y")
            try await poll("the copy") { terminal.text.contains("\u{1b}]52;c;aGVsbG8=\u{7}") ? true : nil }
            terminal.type("q")
        }
        #expect(status == 7)
        #expect(terminal.isCooked)
        #expect(terminal.text.contains("\u{1b}[?1049l"))
        #expect(terminal.text.contains("\u{1b}[?2004l"))
    }

    @Test("Signals end the loop with the terminal given back", arguments: [SIGTERM, SIGINT, SIGHUP])
    func signals(signal: Int32) async throws {
        let terminal = try PseudoTerminal()
        let ended = try await Self.run(terminal: terminal) { _, _ in kill(getpid(), signal) }
        #expect(ended == 128 + signal)
        #expect(terminal.isCooked)
        #expect(terminal.text.contains("\u{1b}[?1049l"))
    }

    @Test("A terminal that goes ends the loop")
    func hangUp() async throws {
        let terminal = try PseudoTerminal()
        #expect(try await Self.run(terminal: terminal) { _, _ in terminal.hangUp() } == 129)
    }

    @Test("NO_COLOR sends no colour", arguments: ["xterm-256color", "xterm", "linux"])
    func noColor(type: String) async throws {
        for (value, hasColors) in [("1", false), ("", true)] {
            let terminal = try PseudoTerminal()
            _ = try await Self.run(type: type, environment: ["NO_COLOR": value], terminal: terminal) { _, _ in
                terminal.type("q")
            }
            let codes = terminal.text.split(separator: "\u{1b}[").compactMap { sequence -> Substring? in
                sequence.firstIndex { !"0123456789;".contains($0) }
                    .flatMap { sequence[$0] == "m" ? sequence[..<$0] : nil }
            }.flatMap { $0.split(separator: ";") }.compactMap { Int($0) }
            #expect(codes.contains { (30...49).contains($0) } == hasColors)
        }
    }

    @Test("Terminals that cannot show a screen are refused", arguments: ["dumb", "no-such-terminal", ""])
    func refused(type: String) async throws {
        let terminal = try PseudoTerminal()
        var options = ScreenOptions(environment: [:])
        options.input = terminal.slave
        options.output = terminal.slave
        options.terminalType = type
        let expected: TerminalError =
            switch type {
            case "": .noTerminalType
            case "dumb": .notCapable(type)
            default: .unknownTerminalType(type)
            }
        let ready = options
        await #expect(throws: expected) {
            try await ScreenLoop.run(ready, mailbox: Mailbox<Int>()) { _ in Counter(log: Log()) }
        }
        #expect(terminal.isCooked)
        #expect(expected.exitCode == 2)
    }

    @Test("A file is no terminal")
    func file() async throws {
        var options = ScreenOptions(environment: ["TERM": "xterm"])
        options.input = -1
        let ready = options
        await #expect(throws: TerminalError.notATerminal("standard input")) {
            try await ScreenLoop.run(ready, mailbox: Mailbox<Int>()) { _ in Counter(log: Log()) }
        }
    }

    @Test("A paste is taken as a whole or not at all, and does not take long")
    func largePaste() {
        var decoder = InputDecoder()
        func paste(_ text: some Sequence<Unicode.Scalar>) -> [Key] {
            decoder.beginPaste()
            for scalar in text { decoder.pasted(scalar) }
            decoder.endPaste()
            return decoder.take()
        }
        let most = TerminalLimits.pasted
        let long = [Unicode.Scalar](repeating: "x", count: most - 1)
        #expect(paste(long + ["y"]) == [.paste(String(repeating: "x", count: most - 1) + "y")])
        #expect(paste(long + ["é", "y"]) == [.tooLongPaste(limit: most)])
        #expect(paste("short".unicodeScalars) == [.paste("short")], "it was another paste")
    }

    @Test("What comes back from the editor is bounded, and the file is gone")
    func editor() {
        func edited(_ script: String) -> (Result<String, EditorError>, path: String?) {
            var path: String?
            let result = Editor.edit("before") { command in
                path = command.last
                return path.map { system("\(script) '\($0)'") } ?? 1
            }
            return (result, path)
        }
        func text(_ result: Result<String, EditorError>) -> String? { try? result.get() }
        let (kept, path) = edited("true")
        #expect(text(kept) == "before" && path.map { access($0, F_OK) } == -1)
        let most = TerminalLimits.edited
        #expect(text(edited("truncate -s \(most)").0)?.utf8.count == most)
        #expect(throws: EditorError.self) { try edited("truncate -s \(most + 1)").0.get() }
        #expect(throws: EditorError.self) { try edited("false").0.get() }
        #expect(throws: EditorError.self) { try edited("rm").0.get() }
    }

    @Test("Text for the clipboard is encoded, and bounded")
    func clipboard() {
        for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("é→", "w6nihpI=")] {
            #expect(Clipboard.sequence(for: text) == Array("\u{1b}]52;c;\(encoded)\u{7}".utf8))
        }
        #expect(Clipboard.sequence(for: String(repeating: "x", count: TerminalLimits.copied + 1)) == nil)
    }
}
