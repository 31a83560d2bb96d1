/// What the command line would be told for the same change, so that a plan can show it and the journal can keep it.
package struct EquivalentCommand: Sendable, Equatable {
    /// One call of `klamm`.
    package struct Call: Sendable, Equatable {
        /// The subcommand: `topics`, `create`.
        package var path: [String]
        package var arguments: [String]
        /// Options with their values; nil for flags.
        package var options: [Option]

        /// An option and its value.
        package struct Option: Sendable, Equatable {
            package var name: String
            package var value: String?
        }

        /// The words after `klamm`. Values that look like options are bound to theirs, arguments that do come after
        /// `--`.
        package func words(_ common: [String]) -> [String] {
            let options = options.flatMap { option -> [String] in
                guard let value = option.value else { return ["--" + option.name] }
                return value.hasPrefix("-") ? ["--\(option.name)=\(value)"] : ["--" + option.name, value]
            }
            // A lone dash is standard input.
            guard arguments.contains(where: { $0.hasPrefix("-") && $0 != "-" }) else {
                return path + arguments + options + common
            }
            return path + options + common + ["--"] + arguments
        }
    }

    /// Calls to be made one after the other.
    package var calls: [Call]
    /// What the only call reads from standard input.
    package var input: String?
    /// The file it reads there, where that is too long to be spelled out.
    package var file: String?

    /// One call.
    package init(
        _ path: [String], _ arguments: [String] = [], _ options: [(String, String?)] = [], input: String? = nil,
        file: String? = nil
    ) {
        calls = [Call(path: path, arguments: arguments, options: options.map { .init(name: $0.0, value: $0.1) })]
        self.input = input
        self.file = file
    }

    /// Several calls.
    init(all commands: [EquivalentCommand]) { calls = commands.flatMap(\.calls) }

    /// A line for bash and zsh.
    ///
    /// - Parameter common: options that say which cluster is meant.
    package func text(_ common: [String] = []) -> String {
        let lines = calls.map { call in (["klamm"] + call.words(common)).map(Self.quoted).joined(separator: " ") }
        return lines.joined(separator: "; ") + (input.map { " <<< " + Self.quoted($0) } ?? "")
            + (file.map { " < " + Self.quoted($0) } ?? "")
    }

    /// A word as a shell takes it.
    package static func quoted(_ word: String) -> String {
        let plain = word.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0))
                || "-_./:=,@%+".unicodeScalars.contains($0)
        }
        if plain, !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
