import ArgumentParser

/// A word that is no subcommand. The parser would take it for an argument of the default one, and tell of options of the
/// dashboard to somebody who mistyped `topics`.
struct UnknownCommand: Error, Equatable, CustomStringConvertible {
    /// As it was typed, with the commands before it.
    let typed: String
    /// What could have been meant.
    let known: [String]

    /// Nil when every word that could be a subcommand is one.
    init?(in arguments: [String]) {
        var command: any ParsableCommand.Type = Klamm.self
        var words = ["klamm"]
        for argument in arguments {
            let all = command.configuration.subcommands
            guard !all.isEmpty, !argument.hasPrefix("-"), argument != "help" else { return nil }
            words.append(argument)
            guard let next = all.first(where: { Self.name($0) == argument }) else {
                let known = all.filter { $0.configuration.shouldDisplay }.map(Self.name)
                let alike = known.filter { $0.hasPrefix(argument) || argument.hasPrefix($0) }
                typed = words.joined(separator: " ")
                self.known = alike.isEmpty ? known : alike
                return
            }
            command = next
        }
        return nil
    }

    private static func name(_ command: any ParsableCommand.Type) -> String { command._commandName }

    var description: String {
        let last = known.count == 1 ? "did you mean `\(known[0])`?" : "there are \(known.joined(separator: ", "))"
        return "there is no `\(typed)`; \(last)"
    }
}
