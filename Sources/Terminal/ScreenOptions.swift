import TerminalUI

/// How to use the terminal.
package struct ScreenOptions: Sendable {
    /// Descriptors of the terminal; tests pass those of a pseudoterminal.
    package var input: Int32 = 0
    package var output: Int32 = 1
    /// The terminal's type; the environment's `TERM` when nil.
    package var terminalType: String?
    /// False leaves the mouse to the terminal, for selecting text.
    package var usesMouse = true
    /// ASCII although the terminal could do more (`--ascii`).
    package var forcesASCII = false
    /// Fewer colours than the terminal has; nil takes what it has.
    package var depth: ColorDepth?
    package var theme: Theme = .klammDark
    /// Told of each frame how long drawing and showing it took; called on the screen's thread.
    package var onFrame: (@Sendable (Duration) -> Void)?
    /// The environment, for `COLORTERM` and `NO_COLOR`.
    package var environment: [String: String]

    package init(environment: [String: String]) {
        self.environment = environment
    }

    /// The terminal's type by option or environment; nil when neither says.
    var type: String? {
        let name = terminalType ?? environment["TERM"] ?? ""
        return name.isEmpty ? nil : name
    }

    /// The type to use instead when the database has it: the same terminal with direct colours.
    ///
    /// ncurses sends 24-bit colours only for a type whose terminfo entry has `RGB`. `COLORTERM` says that the terminal
    /// shows them, and `xterm-direct` and its like (Debian: ncurses-term) let ncurses know. Where they are missing, as on
    /// a plain Debian, the 256 colours stay: an entry made up at run time would have to guess the separators that the
    /// terminal takes (`38;2;` or `38:2::`). tmux reduces what its own terminal cannot show; GNU screen before 5 passes
    /// `COLORTERM` on from outside and garbles the sequences, so that it is left out.
    var directType: String? {
        guard let type, wantsColors, depth == nil || depth == .trueColor, !type.hasPrefix("screen") else { return nil }
        guard ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") else { return nil }
        let base = type.hasSuffix("-256color") ? String(type.dropLast("-256color".count)) : type
        return base.hasSuffix("-direct") ? nil : base + "-direct"
    }

    /// A non-empty `NO_COLOR` means no colour sequence at all (no-color.org).
    var wantsColors: Bool {
        environment["NO_COLOR"]?.isEmpty != false && depth != .mono
    }

    /// The colours to use on a terminal that has `colors` of them.
    func depth(colors: Int) -> ColorDepth {
        guard wantsColors else { return .mono }
        let available: ColorDepth =
            switch colors {
            case ..<8: .mono
            case 8..<256: .colors16
            case 256..<0x100_0000: .colors256
            default: .trueColor
            }
        guard let depth else { return available }
        let order: [ColorDepth] = [.mono, .colors16, .colors256, .trueColor]
        let wanted = order.firstIndex(of: depth) ?? 0
        return order[min(wanted, order.firstIndex(of: available) ?? 0)]
    }

    /// The signs to use: ASCII for locales without Unicode and for consoles whose fonts lack most of it.
    func glyphs(isUTF8: Bool) -> GlyphSet {
        let name = type ?? ""
        let isConsole = name.hasPrefix("linux") || name.hasPrefix("vt")
        if isUTF8, !isConsole, !forcesASCII { return .unicode }
        return forcesASCII && !isConsole ? .ascii : .asciiWithLines
    }
}
