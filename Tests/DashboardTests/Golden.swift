import Foundation
import TerminalUI
import Testing

/// Compares frames with the drawn screens beside this file. Sparklines are compared by place only: the drawn ones show
/// courses, not samples.
enum Golden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Screens")

    static func lines(_ name: String) throws -> [String] {
        let text = try String(contentsOf: folder.appendingPathComponent("\(name).txt"), encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { flat(String($0)) }
    }

    static func flat(_ line: String) -> String {
        String(line.map { "▁▂▃▄▅▆▇█".contains($0) ? "▄" : $0 })
    }

    /// Expects rows of a frame to be as drawn; all of them by default. With `KLAMM_DRAW_SCREENS=folder` the frames are
    /// also written there, to be looked at beside the drawn ones.
    static func expect(_ buffer: CellBuffer, as name: String, rows: Range<Int>? = nil) throws {
        if let folder = ProcessInfo.processInfo.environment["KLAMM_DRAW_SCREENS"] {
            let text = buffer.lines.joined(separator: "\n") + "\n"
            try text.write(toFile: "\(folder)/\(name).txt", atomically: true, encoding: .utf8)
        }
        guard let drawn = try? lines(name) else {
            Issue.record("screen \(name) is not drawn")
            return
        }
        let shown = buffer.lines.map(flat)
        #expect(shown.count == drawn.count)
        for row in rows ?? drawn.indices where row < shown.count {
            #expect(shown[row] == drawn[row], "row \(row) of screen \(name)")
        }
    }
}
