import Foundation

/// What some tests need beside Swift, as conditions for `.enabled`: a test whose tools are missing shows as skipped. Where
/// `CI` is set nothing is skipped, so that a missing tool fails the test that wanted it.
package enum Needs {
    /// Whether Python has these modules.
    package static func python(_ modules: String...) async -> Bool {
        if isCI { return true }
        return await ran(["python3", "-c", "import " + modules.joined(separator: ", ")])
    }

    /// Whether a program is on the path.
    package static func program(_ name: String) async -> Bool {
        if isCI { return true }
        return await ran(["which", name])
    }

    private static var isCI: Bool { ProcessInfo.processInfo.environment["CI"]?.isEmpty == false }

    private static func ran(_ arguments: [String]) async -> Bool {
        (try? await Command.run(URL(fileURLWithPath: "/usr/bin/env"), arguments).status) == 0
    }
}
