import TerminalUI

/// What happens to a program on the screen.
package enum ScreenEvent<Message: Sendable>: Sendable {
    /// A key, a mouse report, pasted text, or a new size.
    case key(Key)
    /// Something sent to the mailbox.
    case message(Message)
    /// The time asked for by `nextWake` came.
    case wake
    /// The editor asked for ended.
    case edited(Result<String, EditorError>)
    /// The program asked for ended, with its exit status; negative when it could not be started.
    case ran(Int32)
}

/// What a program asks of the screen after an event.
package enum ScreenCommand: Equatable, Sendable {
    /// Leave, with an exit status.
    case quit(status: Int32)
    /// Stop the process until the shell continues it.
    case suspend
    /// Draw everything again.
    case repaint
    /// Ring the bell.
    case bell
    /// Put text into the clipboard.
    case copy(String)
    case use(Theme)
    /// Give the terminal to the person's editor with this text, answered by `.edited`.
    case edit(String)
    /// Give the terminal to a program until it ends, answered by `.ran`.
    case run([String])
}

/// A program on the screen: a model that takes events and is drawn. It lives on the screen's thread; whatever takes
/// time runs elsewhere and sends messages.
package protocol ScreenProgram<Message> {
    associatedtype Message: Sendable

    /// Takes an event; the frame is drawn again afterwards.
    mutating func handle(_ event: ScreenEvent<Message>) -> [ScreenCommand]

    /// Draws the frame, at most 30 times a second.
    mutating func draw(size: Size, glyphs: GlyphSet) -> CellBuffer

    /// When to send `.wake` even if nothing else happens, so that ages go on; nil for never. Asked after each event.
    var nextWake: ContinuousClock.Instant? { get }
}
