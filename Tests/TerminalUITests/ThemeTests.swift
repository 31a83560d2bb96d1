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

@Suite("Reading themes")
struct ThemeReaderTests {
    @Test("Mistakes warn with their line and leave the rest")
    func warnings() {
        let entries: [ThemeReader.Entry] = [
            ("name", "mine", 1), ("inherits", "nowhere", 2), ("palette.sky", "#88c0d0", 3), ("palette.bad", "#88c0", 4),
            ("role.title", "sky bold", 5), ("role.nothing", "sky", 6), ("colour", "x", 7), ("role.text", "sea", 8),
            ("role.health", "sky on red", 9),
        ]
        let (theme, warnings) = ThemeReader.read(entries, name: "file") { _ in nil }
        #expect(theme.name == "mine")
        #expect(warnings.map(\.line) == [2, 4, 6, 7, 8])
        let title = theme.appearance(of: Style(.title), depth: .trueColor)
        #expect(title.foreground == .rgb(red: 0x88, green: 0xc0, blue: 0xd0))
        #expect(title.attributes == .bold)
    }

    @Test("Roles fall back along their dots, then to text")
    func fallback() {
        let entries: [ThemeReader.Entry] = [
            ("inherits", "none", 1), ("role.text", "white on black", 2), ("role.replica", "cyan", 3),
            ("role.replica.offline", "red", 4), ("role.mono.health", "bold", 5), ("role.mono.selection", "reverse", 6),
        ]
        let theme = ThemeReader.read(entries, name: "t") { _ in nil }.theme
        let look = { (role: Role) in theme.appearance(of: Style(role), depth: .colors256).foreground }
        #expect(look(.replicaOffline) == .indexed(1))
        #expect(look(.replicaAdding) == .indexed(6))
        #expect(look(.leader) == .indexed(7))
        let mono = theme.appearance(of: Style(.healthBad, on: .selection), depth: .mono)
        #expect(mono == Appearance(attributes: [.bold, .reverse]))
    }

    @Test("A new palette recolours inherited roles")
    func palette() {
        let theme = ThemeReader.read([("palette.accent", "#ffffff", 1)], name: "t") { _ in nil }.theme
        let look = theme.appearance(of: Style(.columnSorted), depth: .trueColor)
        #expect(look.foreground == .rgb(red: 255, green: 255, blue: 255))
    }

    @Test("Colours come down to what a terminal has")
    func reduction() {
        #expect(Color("#ff0000")?.reduced(to: .colors256) == .indexed(196))
        #expect(Color("#808080")?.reduced(to: .colors256) == .indexed(244))
        #expect(Color("#ffffff")?.reduced(to: .colors16) == .indexed(15))
        #expect(Color("#12345g") == nil)
        #expect(Color("#123456")?.reduced(to: .mono) == .terminal)
        #expect(Contrast.ratio(.rgb(red: 0, green: 0, blue: 0), .rgb(red: 255, green: 255, blue: 255)) == 21)
    }
}
