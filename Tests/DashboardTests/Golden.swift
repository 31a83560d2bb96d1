import Foundation
import TerminalUI
import Testing

/// Compares frames with the drawn screens beside this file. Sparklines are compared by place only: the drawn ones show
/// courses, not samples.
enum Golden {
    static func lines(_ name: String) throws -> [String] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Screens")
        let text = try String(contentsOf: folder.appendingPathComponent("\(name).txt"), encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { flat(String($0)) }
    }

    static func flat(_ line: String) -> String {
        String(line.map { "▁▂▃▄▅▆▇█".contains($0) ? "▄" : $0 })
    }

    /// Expects rows of a frame to be as drawn; all of them by default.
    static func expect(_ buffer: CellBuffer, as name: String, rows: Range<Int>? = nil) throws {
        let drawn = try lines(name)
        let shown = buffer.lines.map(flat)
        #expect(shown.count == drawn.count)
        for row in rows ?? drawn.indices where row < shown.count {
            #expect(shown[row] == drawn[row], "row \(row) of screen \(name)")
        }
    }
}
