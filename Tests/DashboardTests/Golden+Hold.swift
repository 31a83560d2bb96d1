import Foundation
import Testing

@testable import Dashboard

extension Golden {
    /// Expects the whole frame of a model to be as drawn. To look at frames that differ:
    /// `KLAMM_FRAMES=directory swift test` writes them there.
    static func hold(_ model: Model, as name: String) throws {
        let frame = View.view(model)
        if let directory = ProcessInfo.processInfo.environment["KLAMM_FRAMES"] {
            let path = URL(fileURLWithPath: directory).appendingPathComponent("\(name).txt")
            try (frame.lines.joined(separator: "\n") + "\n").write(to: path, atomically: true, encoding: .utf8)
        }
        try expect(frame, as: name)
    }
}
