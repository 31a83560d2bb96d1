import Foundation
import Testing

@testable import Dashboard

/// The README's key table is the action table, word for word.
@Suite struct ReadmeKeysTests {
    static let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("README.md")
    static let begin = "<!-- keys: begin -->\n"
    static let end = "<!-- keys: end -->"

    /// The table as markdown: what works everywhere, then each screen's own keys.
    static func table() -> String {
        var lines = ["| where | keys | what they do | name |", "|---|---|---|---|"]
        func add(_ place: String, _ actions: [Action]) {
            for action in actions where !action.keyText.isEmpty {
                lines.append(
                    "| \(place) | `\(escaped(action.keyText))` | \(escaped(action.help)) | \(action.id) |")
            }
        }
        add("everywhere", Actions.everywhere)
        let shared = Set(Actions.everywhere.map(\.id))
        for screen in Screen.allCases { add(screen.name, Actions.own(screen.root).filter { !shared.contains($0.id) }) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "|", with: "\\|").replacingOccurrences(of: "`", with: "'")
    }

    /// To write the table anew: `KLAMM_WRITE_README=1 swift test --filter ReadmeKeysTests`.
    @Test func theReadmeHasTheKeys() throws {
        var text = try String(contentsOf: Self.readme, encoding: .utf8)
        let start = try #require(text.range(of: Self.begin), "the README has no mark for the keys")
        let stop = try #require(text.range(of: Self.end))
        if ProcessInfo.processInfo.environment["KLAMM_WRITE_README"] != nil {
            text.replaceSubrange(start.upperBound..<stop.lowerBound, with: Self.table())
            try text.write(to: Self.readme, atomically: true, encoding: .utf8)
            return
        }
        #expect(String(text[start.upperBound..<stop.lowerBound]) == Self.table())
    }
}
