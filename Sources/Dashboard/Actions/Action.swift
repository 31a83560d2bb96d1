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

    /// For what works on one object only: the marked one, or the one under the cursor while nothing is marked.
    static func one(_ chosen: [String], _ noun: String) -> Availability {
        chosen.count > 1 ? .no("one \(noun) at a time: \(chosen.count) are marked") : chosen.isEmpty ? .hidden : .yes
    }

    /// Names it for remapping and tests.
    package let id: String
    /// The keys that do it.
    package let keys: [Key]
    /// How the keys are written; `↑↓ jk`.
    package let keyText: String
    /// One or two words for the hint line; empty keeps it off.
    package let hint: String
    /// How the hint line writes the keys when that is shorter than `keyText`.
    package let hintKeys: String?
    /// The hint below 100 columns when it is shorter there; empty keeps it off.
    package let shortHint: String?
    /// The hint of the moment where it depends on what is shown; nil keeps it off.
    package let hintNow: (@Sendable (Model) -> String?)?
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
        _ id: String, _ keys: [Key], keyText: String? = nil, hint: String = "", hintKeys: String? = nil,
        shortHint: String? = nil, help: String, group: Group = .look, hintNow: (@Sendable (Model) -> String?)? = nil,
        availability: @escaping @Sendable (Model) -> Availability = { _ in .yes },
        run: @escaping @Sendable (inout Model) -> [Command]
    ) {
        self.id = id
        self.keys = keys
        self.keyText = keyText ?? keys.compactMap(\.name).joined(separator: " ")
        self.hint = hint
        self.hintKeys = hintKeys
        self.shortHint = shortHint
        self.hintNow = hintNow
        self.help = help
        self.group = group
        self.availability = availability
        self.run = run
    }

    /// The same action with a place on a screen's hint line.
    func hinted(
        _ hint: String, keys: String? = nil, short: String? = nil, now: (@Sendable (Model) -> String?)? = nil
    ) -> Action {
        Action(
            id, self.keys, keyText: keyText, hint: hint, hintKeys: keys, shortHint: short, help: help,
            group: group, hintNow: now, availability: availability, run: run)
    }

    /// What the hint line says of it now; nil when it says nothing.
    func hint(_ model: Model) -> HintLine.Hint? {
        var label = hintNow.map { $0(model) ?? "" } ?? hint
        if let shortHint, model.size.width < 100, !label.isEmpty { label = shortHint }
        let availability = available(model)
        guard !label.isEmpty, availability != .hidden else { return nil }
        return HintLine.Hint(hintKeys ?? keyText, label, enabled: availability == .yes)
    }

    /// The same action by other keys.
    func bound(to keys: [Key]) -> Action {
        Action(
            id, keys, hint: hint, shortHint: shortHint, help: help, group: group, hintNow: hintNow,
            availability: availability, run: run)
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
