/// Bounds on what a person can bring in and take out through the terminal.
enum TerminalLimits {
    /// Bytes of a pasted text; a longer one is refused as a whole. More than any name, expression or message typed here.
    static let pasted = 1 << 20
    /// Bytes of a text that comes back from the editor: Kafka's own limit of a message with its standard settings.
    static let edited = 1 << 20
    /// Bytes of text that terminals take for the clipboard: xterm's own limit for the encoded form is 100,000.
    static let copied = 74_994
}
