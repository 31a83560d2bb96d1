import Properties
import TerminalUI

/// Themes by name: files `<name>.properties` in some directories; the default is compiled in.
package struct ThemeLibrary: Sendable {
    /// Searched in this order.
    package let directories: [String]

    /// Themes in these directories.
    package init(directories: [String]) {
        self.directories = directories
    }

    /// The theme of a name or of a file; nil when there is none that can be read.
    package func theme(_ name: String) -> Theme? { theme(name, depth: 0) }

    /// Themes inherit from each other; more steps than this are a circle.
    private static let longestChain = 8

    private func theme(_ name: String, depth: Int) -> Theme? {
        if name.isEmpty || depth > Self.longestChain { return nil }
        let paths = name.contains("/") ? [name] : directories.map { "\($0)/\(name).properties" }
        for path in paths {
            guard let properties = try? Properties(reading: path) else { continue }
            let entries = properties.entries.map { (key: $0.key, value: $0.value, line: $0.line) }
            return ThemeReader.read(entries, name: name) { self.theme($0, depth: depth + 1) }.theme
        }
        return name == Theme.klammDark.name ? Theme.klammDark : nil
    }
}
