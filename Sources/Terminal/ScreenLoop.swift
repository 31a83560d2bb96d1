import CNcurses
import TerminalUI

/// Runs a program on the terminal, on a thread of its own that alone calls curses.
///
/// The thread waits for input, signals and messages at once, and draws only when something happened, as `FramePace` has it.
package enum ScreenLoop {
    /// Takes the terminal over, runs the program until it quits or a signal ends it, and gives the terminal back.
    ///
    /// - Parameters:
    ///   - make: builds the program on the screen's thread, knowing what the terminal can do.
    /// - Returns: the exit status: what the program said, 128 + the signal that ended it, 129 when the terminal went.
    /// - Throws: `TerminalError` when the terminal cannot be used.
    package static func run<Program: ScreenProgram>(
        _ options: ScreenOptions, mailbox: Mailbox<Program.Message>,
        make: @escaping @Sendable (ScreenAbilities) -> Program
    ) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try spawnThread {
                    continuation.resume(with: Result { try runHere(options, mailbox: mailbox, make: make) })
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private static func runHere<Program: ScreenProgram>(
        _ options: ScreenOptions, mailbox: Mailbox<Program.Message>, make: (ScreenAbilities) -> Program
    ) throws -> Int32 {
        let signals = cn_signals_open()
        guard signals >= 0 else { throw TerminalError.system("no descriptor is left for signals") }
        var status: Int32 = 0
        defer { cn_signals_close(status == ExitStatus.hungUp) }
        let display = try CursesDisplay(options)
        defer { display.close() }
        let abilities = ScreenAbilities(size: display.size, depth: display.depth, glyphs: display.glyphs)
        var turn = ScreenTurn(program: make(abilities), display: display, mailbox: mailbox, signals: signals)
        turn.told = display.size
        turn.onFrame = options.onFrame
        status = turn.runToEnd()
        return status
    }
}

/// What the terminal can do.
package struct ScreenAbilities: Hashable, Sendable {
    package let size: Size
    package let depth: ColorDepth
    package let glyphs: GlyphSet
}

/// What the process ends with when a signal ended it: 128 and its number, as shells have it.
private enum ExitStatus {
    static let hungUp: Int32 = 129
    static let interrupted: Int32 = 130
    static let quit: Int32 = 131
    static let terminated: Int32 = 143
}

/// The state of a running screen.
private struct ScreenTurn<Program: ScreenProgram> {
    var program: Program
    let display: CursesDisplay
    let mailbox: Mailbox<Program.Message>
    let signals: Int32
    var decoder = InputDecoder()
    var pace = FramePace()
    var status: Int32?
    /// The size the program knows.
    var told = Size(width: 0, height: 0)
    /// Stopped by `suspend`, which takes the terminal again by itself.
    var stoppedHere = false
    var onFrame: (@Sendable (Duration) -> Void)?

    /// How long the rest of a paste may take; a lost end must not swallow keys for ever.
    private var pasteTimeout: Duration { .seconds(1) }

    mutating func runToEnd() -> Int32 {
        while true {
            drawIfDue()
            let ready = wait()
            takeSignals()
            takeInput(ready)
            for message in mailbox.take() where status == nil { send(.message(message)) }
            if let wake = program.nextWake, wake <= .now, status == nil { send(.wake) }
            if let status { return status }
        }
    }

    private mutating func send(_ event: ScreenEvent<Program.Message>) {
        if case .key = event { pace.changed(byKey: true) } else { pace.changed() }
        for command in program.handle(event) {
            switch command {
            case .quit(let code): status = code
            case .suspend: suspend()
            case .repaint: display.forget()
            case .bell: display.ring()
            case .copy(let text): _ = display.copy(text)
            case .use(let theme): display.use(theme)
            case .edit(let text):
                let display = display
                let result = Editor.edit(text) { display.run($0) }
                resize()
                send(.edited(result))
            case .run(let arguments):
                let ended = display.run(arguments)
                resize()
                send(.ran(ended))
            }
        }
    }

    private mutating func drawIfDue() {
        let began = ContinuousClock.now
        guard pace.pause(now: began) == .zero else { return }
        display.show(program.draw(size: display.size, glyphs: display.glyphs))
        pace.drew(at: .now)
        onFrame?(began.duration(to: .now))
    }

    private func wait() -> UInt32 {
        var timeout = pace.pause(now: .now)
        if let wake = program.nextWake { timeout = least(timeout, max(.zero, ContinuousClock.now.duration(to: wake))) }
        if decoder.isPasting { timeout = least(timeout, pasteTimeout) }
        if mailbox.descriptor < 0 { timeout = least(timeout, FramePace.usual) }
        let descriptors = [display.descriptor, signals, mailbox.descriptor]
        return cn_wait(descriptors, Int32(descriptors.count), milliseconds(timeout))
    }

    private mutating func takeSignals() {
        let came = cn_signals_take()
        if came & UInt32(CN_SIGNAL_HANGUP) != 0 { status = ExitStatus.hungUp }
        if came & UInt32(CN_SIGNAL_INTERRUPT) != 0 { status = ExitStatus.interrupted }
        if came & UInt32(CN_SIGNAL_QUIT) != 0 { status = ExitStatus.quit }
        if came & UInt32(CN_SIGNAL_TERMINATE) != 0 { status = ExitStatus.terminated }
        if status != nil { return }
        if came & UInt32(CN_SIGNAL_STOP) != 0 { suspend() }
        if came & UInt32(CN_SIGNAL_CONTINUE) != 0 {
            if !stoppedHere { display.resume() }
            stoppedHere = false
            pace.changed()
        }
        if came & UInt32(CN_SIGNAL_RESIZE) != 0 {
            // Also when the size is as before: a terminal that went to another and back shows what that one could hold.
            display.forget()
            pace.changed()
        }
        if came & UInt32(CN_SIGNAL_RESIZE | CN_SIGNAL_CONTINUE) != 0 { resize() }
    }

    private mutating func resize() {
        display.measure()
        if display.size != told { send(.key(.resize(display.size))) }
        told = display.size
    }

    private mutating func suspend() {
        stoppedHere = true
        display.suspend()
        resize()
        pace.changed()
    }

    private mutating func takeInput(_ ready: UInt32) {
        var count = 0
        while status == nil {
            let input = cn_read()
            if input.kind == CN_NOTHING { break }
            decoder.feed(input)
            count += 1
        }
        // A terminal that hung up may still hold input; the end is when nothing comes any more.
        if count == 0, ready & 0x100 != 0, status == nil { status = ExitStatus.hungUp }
        if count == 0, decoder.isPasting, ready & 1 == 0 { decoder.endPaste() }
        for key in decoder.take() where status == nil { send(.key(key)) }
    }

    private func least(_ one: Duration?, _ other: Duration) -> Duration {
        one.map { min($0, other) } ?? other
    }

    /// Whole milliseconds, rounded up so that the loop never turns without waiting; −1 for no limit.
    private func milliseconds(_ duration: Duration?) -> Int32 {
        guard let duration else { return -1 }
        let (seconds, attoseconds) = duration.components
        let total = min(seconds, 3600) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: total)
    }
}
