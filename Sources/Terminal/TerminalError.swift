/// Why the screen cannot be used here. The description is what the person reads; the program ends with `exitCode`.
package enum TerminalError: Error, Equatable, CustomStringConvertible {
    /// Standard input or output is a file or pipe.
    case notATerminal(String)
    /// `TERM` is empty.
    case noTerminalType
    /// `TERM` names a type without an entry in the terminfo database.
    case unknownTerminalType(String)
    /// The terminal cannot place its cursor (`dumb`).
    case notCapable(String)
    /// A descriptor or thread could not be made.
    case system(String)

    package var description: String {
        switch self {
        case .notATerminal(let which):
            "the dashboard needs a terminal, and \(which) is none; the subcommands print plain text (klamm --help)"
        case .noTerminalType:
            "TERM is not set, so the terminal's abilities are unknown; most terminals work with TERM=xterm-256color"
        case .unknownTerminalType(let name):
            "there is no terminfo entry for TERM=\(name); most terminals work with TERM=xterm-256color"
        case .notCapable(let name):
            "a terminal of type \(name) cannot place its cursor; the subcommands print plain text (klamm --help)"
        case .system(let what):
            what
        }
    }

    /// 2, as for other wrong uses; 71 when the system refused something.
    package var exitCode: Int32 {
        if case .system = self { 71 } else { 2 }
    }
}
