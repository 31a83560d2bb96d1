import Glibc
import Properties
import TerminalUI

/// A theme as it was found, with what was left out of it.
package struct FoundTheme: Sendable {
    package let theme: Theme
    /// With file and line; the rest of the theme is used all the same.
    package let warnings: [PropertiesError]
    /// Where it stands: its own file, then those it inherits from. None for the compiled-in theme.
    package let files: [String]

    package init(theme: Theme, warnings: [PropertiesError], files: [String]) {
        self.theme = theme
        self.warnings = warnings
        self.files = files
    }

    /// The compiled-in theme.
    package static let standard = FoundTheme(theme: .klammDark, warnings: [], files: [])
}

/// Themes by name: files `<name>.properties` in some directories; the default is compiled in.
package struct ThemeLibrary: Sendable {
    /// Searched in this order.
    package let directories: [String]

    /// Themes in these directories.
    package init(directories: [String]) {
        self.directories = directories
    }

    /// The theme of a name, or of a file when there is a slash in it; nil when there is none.
    ///
    /// - Throws: `PropertiesError` when its file is no properties file.
    package func theme(_ name: String) throws -> FoundTheme? {
        try theme(name, depth: 0)
    }

    private func theme(_ name: String, depth: Int) throws -> FoundTheme? {
        if name.isEmpty || depth > DashboardLimits.themeChain { return nil }
        let paths = name.contains("/") ? [name] : directories.map { "\($0)/\(name).properties" }
        guard let path = paths.first(where: { access($0, F_OK) == 0 }) else {
            return name == Theme.klammDark.name ? .standard : nil
        }
        let properties = try Properties(reading: path)
        let entries = properties.entries.map { (key: $0.key, value: $0.value, line: $0.line) }
        var base: FoundTheme?
        var problems: [PropertiesError] = []
        let (theme, warnings) = ThemeReader.read(entries, name: name) { inherited in
            do {
                base = try self.theme(inherited, depth: depth + 1)
            } catch {
                if let error = error as? PropertiesError { problems.append(error) }
            }
            return base?.theme
        }
        problems += warnings.map { PropertiesError(file: path, line: $0.line, reason: $0.message) }
        return FoundTheme(
            theme: theme, warnings: problems + (base?.warnings ?? []), files: [path] + (base?.files ?? []))
    }
}
