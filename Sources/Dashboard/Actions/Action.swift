import TerminalUI

/// One thing a person can do: the only source of dispatch, hints, `?`, the palette and the README's key table.
package struct Action: Sendable {
    /// How `?` groups it.
    package enum Group: Sendable, CaseIterable {
        case look, change, move, always

        /// The heading in `?`.
        package var title: String {
            switch self {
            case .look: "this screen"
            case .change: "changes the cluster"
            case .move: "move"
            case .always: "always"
            }
        }
    }

    /// Whether it can be done now.
    package enum Availability: Sendable, Equatable {
        case yes
        /// It stays on the hint line, disabled; pressing it says why.
        case no(String)
        /// It makes no sense without a row; left off the hint line.
        case hidden
    }

    /// Names it for remapping and tests.
    package let id: String
    /// The keys that do it.
    package let keys: [Key]
    /// How the keys are written; `↑↓ jk`.
    package let keyText: String
    /// One or two words for the hint line; empty keeps it off.
    package let hint: String
    /// What the hint line says instead at the moment; nothing keeps it off.
    package let hintNow: (@Sendable (Model) -> String)?
    /// A few words for `?` and the README.
    package let help: String
    /// Where `?` shows it.
    package let group: Group
    /// Whether it can be done now.
    package let availability: @Sendable (Model) -> Availability
    /// Does it.
    package let run: @Sendable (inout Model) -> [Command]

    /// An action.
    package init(
        _ id: String, _ keys: [Key], keyText: String? = nil, hint: String = "", help: String, group: Group = .look,
        hintNow: (@Sendable (Model) -> String)? = nil,
        availability: @escaping @Sendable (Model) -> Availability = { _ in .yes },
        run: @escaping @Sendable (inout Model) -> [Command]
    ) {
        self.id = id
        self.keys = keys
        self.keyText = keyText ?? keys.compactMap(\.name).joined(separator: " ")
        self.hint = hint
        self.hintNow = hintNow
        self.help = help
        self.group = group
        self.availability = availability
        self.run = run
    }

    /// Whether it can be done now; changes also need a cluster that may be changed.
    package func available(_ model: Model) -> Availability {
        let own = availability(model)
        if group == .change, own != .hidden, let reason = model.cluster.readOnlyReason {
            return .no("this cluster is read-only: \(reason)")
        }
        return own
    }
}

extension Key {
    /// A printable key, for the tables.
    static func char(_ character: Character) -> Key { .character(character) }
}
