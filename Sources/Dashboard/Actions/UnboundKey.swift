import TerminalUI

/// What is said of a key that does nothing where the person is: where it does something, or that it does nothing at all.
enum UnboundKey {
    static func say(_ key: Key, _ model: inout Model) {
        guard let name = key.name, Screens.state(model) == nil else { return }
        model.say("\(name) does nothing here" + (elsewhere(key, model).map { ": \($0)" } ?? "; ? lists the keys"))
    }

    /// `on 2 Brokers it is: kill the broker`: the first screen with that key, the one on view last.
    private static func elsewhere(_ key: Key, _ model: Model) -> String? {
        let screens = Screen.allCases.filter { $0 != model.place.screen } + [model.place.screen]
        for screen in screens {
            guard let action = Actions.own(screen.root, model.keys).first(where: { $0.keys.contains(key) }) else {
                continue
            }
            return "\(action.help) is on \(screen.rawValue) \(screen.name)"
        }
        return nil
    }
}
