import TerminalUI

/// Keys that a person gave to actions in place of their own (`key.<action> = …` in `klamm.properties`). It changes the
/// action tables themselves, so that dispatch, hints, `?` and palette cannot disagree.
package struct KeyMap: Sendable, Equatable {
    /// One line that asks for it.
    package struct Wish: Sendable, Equatable {
        package var action: String
        /// Names of keys, separated by blanks.
        package var keys: String

        package init(action: String, keys: String) {
            self.action = action
            self.keys = keys
        }
    }

    private var keys: [String: [Key]] = [:]

    /// Every action keeps its own keys.
    package init() {}

    /// Takes the wishes that can be granted, all at once, so that two actions can swap keys.
    ///
    /// - Returns: the map, and for each wish why it was refused, or nil.
    package static func read(_ wishes: [Wish]) -> (map: KeyMap, refusals: [String?]) {
        var refusals = wishes.map { refusal($0) }
        while true {
            var map = KeyMap()
            for (wish, refusal) in zip(wishes, refusals) where refusal == nil {
                map.keys[wish.action] = named(wish.keys)
            }
            // The last one first: what a line took away from another is free again without it.
            let taken = wishes.indices.last { refusals[$0] == nil && map.collision(of: wishes[$0].action) != nil }
            guard let taken else { return (map, refusals) }
            refusals[taken] = map.collision(of: wishes[taken].action)
        }
    }

    /// The table with the keys and their texts replaced.
    func applied(to table: [Action]) -> [Action] {
        guard !keys.isEmpty else { return table }
        var result: [Action] = []
        for group in Self.groups(table) {
            let isTouched = group.contains { keys[$0.id] != nil }
            result += isTouched ? group.map { $0.bound(to: keys[$0.id] ?? $0.keys) } : group
        }
        return result
    }

    /// How the keys of an action that works everywhere are written.
    func text(of id: String) -> String {
        keys[id].map { $0.compactMap(\.name).joined(separator: " ") } ?? Actions.everywhere(id).keyText
    }

    /// Neighbours whose keys one text names (`[ ]`): those after the first have none of their own.
    private static func groups(_ table: [Action]) -> [[Action]] {
        table.reduce(into: []) { groups, action in
            if action.keyText.isEmpty, !groups.isEmpty {
                groups[groups.count - 1].append(action)
            } else {
                groups.append([action])
            }
        }
    }

    // MARK: What cannot be granted

    /// Actions whose keys the lists or the program's first steps read themselves.
    private static let fixed: Set<String> = ["row", "page", "half", "ends", "screen", "quit", "repaint"]

    private static let known: [String: Action] = Dictionary(
        (Place.examples.flatMap { Actions.own($0) } + StateActions.starting + StateActions.unreachable
            + Actions.everywhere).map { ($0.id, $0) },
        uniquingKeysWith: { first, _ in first })

    private static func named(_ text: String) -> [Key]? {
        let names = text.split(separator: " ")
        let keys = names.compactMap { Key(name: String($0)) }
        return keys.isEmpty || keys.count < names.count ? nil : keys
    }

    /// What is wrong with a wish on its own.
    private static func refusal(_ wish: Wish) -> String? {
        guard let action = known[wish.action] else {
            let near = known.keys.sorted().first { $0.hasSuffix(wish.action) || wish.action.hasSuffix($0) }
            return "there is no action `\(wish.action)`" + (near.map { "; nearest is `\($0)`" } ?? "")
        }
        if fixed.contains(action.id) || action.keys.isEmpty { return "the keys of `\(action.id)` are fixed" }
        guard let keys = named(wish.keys) else {
            return "`\(wish.keys)` names no key; keys are written x, X, Space, Enter, Tab, F5, C-x, M-x"
        }
        for key in keys {
            let capital = if case .character(let character) = key { character.isUppercase } else { false }
            if action.group == .change, !capital {
                return "`\(action.id)` changes the cluster: it needs a capital letter"
            }
            if action.group != .change, capital {
                return "capital letters change the cluster, and `\(action.id)` only looks"
            }
            if key == .escape { return "Esc always goes one step back" }
        }
        return nil
    }

    /// Which key of an action already means something else at a place where the action is.
    private func collision(of id: String) -> String? {
        for place in Place.examples {
            // What an action of the place hides by default stays hidden, and is in nobody's way.
            let visible = Set(Actions.table(place).map(\.id))
            let table = applied(to: Actions.own(place) + Actions.everywhere)
                .filter { visible.contains($0.id) || keys[$0.id] != nil }
            guard let own = table.first(where: { $0.id == id }) else { continue }
            for other in table where other.id != id {
                guard let key = own.keys.first(where: { other.keys.contains($0) }) else { continue }
                return "\(key.name ?? "the key") is not free: it is `\(other.id)` on \(place.screen.name)"
            }
        }
        return nil
    }
}
