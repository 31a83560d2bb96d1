/// Something in a theme file that was left out, and where.
package struct ThemeWarning: Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    package let line: Int
    package let message: String

    package var description: String { "line \(line): \(message)" }
}

/// Reads themes from the pairs of a properties file. Mistakes become warnings, never errors: a theme with a typing
/// mistake still colours the rest.
package struct ThemeReader {
    /// A pair of a properties file with its line, counted from 1.
    package typealias Entry = (key: String, value: String, line: Int)

    private var theme: Theme
    private var warnings: [ThemeWarning] = []

    /// Builds a theme.
    ///
    /// - Parameters:
    ///   - name: used when the file does not name itself.
    ///   - base: finds the theme named by `inherits`; without that key the default theme is the base.
    package static func read(
        _ entries: [Entry], name: String, base: (String) -> Theme?
    ) -> (theme: Theme, warnings: [ThemeWarning]) {
        var reader = ThemeReader(theme: Theme(name: name))
        reader.inherit(entries, base: base)
        reader.theme.name = name
        for entry in entries where entry.key.hasPrefix("palette.") { reader.readPalette(entry) }
        for entry in entries where !entry.key.hasPrefix("palette.") { reader.read(entry) }
        return (reader.theme, reader.warnings)
    }

    private init(theme: Theme) {
        self.theme = theme
    }

    private mutating func inherit(_ entries: [Entry], base: (String) -> Theme?) {
        guard let entry = entries.last(where: { $0.key == "inherits" }) else {
            theme = Theme.klammDark
            return
        }
        if entry.value == "none" { return }
        if let found = base(entry.value) {
            theme = found
        } else {
            theme = Theme.klammDark
            warn(entry, "there is no theme \(entry.value) to inherit from, \(Theme.klammDark.name) is taken")
        }
    }

    private mutating func readPalette(_ entry: Entry) {
        guard let color = Color(entry.value) else {
            return warn(entry, "\(entry.value) is not a colour: #rrggbb, default, or a name such as bright-red")
        }
        theme.palette[String(entry.key.dropFirst("palette.".count))] = color
    }

    private mutating func read(_ entry: Entry) {
        switch entry.key {
        case "inherits":
            return
        case "name":
            theme.name = entry.value
        case _ where entry.key.hasPrefix("role.16."):
            guard let role = role(entry, after: "role.16."), let paint = paint(entry, namesFirst: true) else { return }
            theme.paints16[role] = paint
        case _ where entry.key.hasPrefix("role.mono."):
            guard let role = role(entry, after: "role.mono."), let paint = paint(entry) else { return }
            theme.mono[role] = paint.attributes ?? []
        case _ where entry.key.hasPrefix("role."):
            guard let role = role(entry, after: "role."), let paint = paint(entry) else { return }
            theme.paints[role] = paint
        default:
            warn(entry, "unknown key \(entry.key)")
        }
    }

    /// The name of a role, or of a group of roles that others fall back to (`health`, `replica`).
    private mutating func role(_ entry: Entry, after prefix: String) -> String? {
        let name = String(entry.key.dropFirst(prefix.count))
        if Role.allCases.contains(where: { $0.rawValue == name || $0.rawValue.hasPrefix(name + ".") }) { return name }
        warn(entry, "there is no role \(name)")
        return nil
    }

    /// `[colour] [on colour] [attribute …]`, or `plain` for nothing of it.
    ///
    /// - Parameter namesFirst: the 16 names mean the terminal's colours even where the palette has one of that name.
    private mutating func paint(_ entry: Entry, namesFirst: Bool = false) -> Theme.Paint? {
        var paint = Theme.Paint()
        var isGround = false
        for word in entry.value.split(separator: " ").map(String.init) where word != "plain" {
            if word == "on", !isGround {
                isGround = true
            } else if let attribute = TextAttributes(name: word) {
                paint.attributes = (paint.attributes ?? []).union(attribute)
            } else if let ink = ink(word, namesFirst: namesFirst) {
                if isGround { paint.background = ink } else { paint.foreground = ink }
                isGround = false
            } else {
                warn(entry, "\(word) is neither a colour of the palette nor an attribute")
                return nil
            }
        }
        return paint
    }

    private func ink(_ word: String, namesFirst: Bool) -> Theme.Ink? {
        if namesFirst, let color = Color(word) { return .color(color) }
        return theme.palette[word] != nil ? .palette(word) : Color(word).map(Theme.Ink.color)
    }

    private mutating func warn(_ entry: Entry, _ message: String) {
        warnings.append(ThemeWarning(line: entry.line, message: message))
    }
}
