import Testing

@testable import TerminalUI

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Themes")
struct ThemeTests {
    static let names = [
        "klamm-dark", "klamm-light", "high-contrast", "mono", "solarized-dark", "solarized-light", "nord",
        "gruvbox-dark", "dracula", "catppuccin-mocha",
    ]

    /// The lines of a shipped theme.
    static func lines(_ name: String) throws -> [String] {
        let path = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/themes/\(name).properties"
        let file = try #require(fopen(path, "r"), "\(path) is missing")
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    static func entries(_ lines: [String]) -> [ThemeReader.Entry] {
        lines.enumerated().compactMap { index, line in
            guard !line.hasPrefix("#"), let separator = line.firstIndex(of: "=") else { return nil }
            let key = line[..<separator].split(separator: " ").joined(separator: " ")
            let value = line[line.index(after: separator)...].split(separator: " ").joined(separator: " ")
            return (key, value, index + 1)
        }
    }

    static func shipped(_ name: String) throws -> (theme: Theme, warnings: [ThemeWarning]) {
        var bases: [String: Theme] = [:]
        let own = entries(try lines(name))
        if let base = own.first(where: { $0.key == "inherits" })?.value, base != "none" {
            bases[base] = try shipped(base).theme
        }
        return ThemeReader.read(own, name: name) { bases[$0] }
    }

    @Test("The compiled-in theme is the shipped file")
    func compiledIn() throws {
        #expect(try Self.lines("klamm-dark") == Theme.klammDarkLines + [""])
        #expect(try Self.shipped("klamm-dark").theme == Theme.klammDark)
    }

    @Test("A shipped theme reads without warnings and names itself", arguments: names)
    func shippedThemesAreClean(name: String) throws {
        let (theme, warnings) = try Self.shipped(name)
        #expect(warnings == [])
        #expect(theme.name == name)
    }

    @Test("Letters can be read", arguments: names, [ColorDepth.trueColor, .colors256, .colors16])
    func contrast(name: String, depth: ColorDepth) throws {
        let theme = try Self.shipped(name).theme
        let faint = Contrast.faint(in: theme, depth: depth).map { found in
            "\(found.style.role.rawValue)/\(found.style.surface?.rawValue ?? "-") \(Format.decimal(found.ratio, places: 1))"
        }
        #expect(faint == [])
    }
}
