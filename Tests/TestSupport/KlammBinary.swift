import Foundation

/// The built `klamm` that lies beside the tests.
package enum KlammBinary {
    /// What a finished run left behind.
    package struct Outcome: Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// The executable of the same build as this test.
    package static let url: URL = {
        let test =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: test).deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("klamm")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("klamm")
    }()

    /// Runs `klamm` with arguments to its end.
    package static func run(
        _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await Command.run(url, arguments, input: input, environment: environment)
    }
}

/// Runs a program and collects what it says.
package enum Command {
    package static func run(
        _ executable: URL, _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
    ) async throws -> KlammBinary.Outcome {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try runBlocking(executable, arguments, input, environment) })
            }
        }
    }

    private static func runBlocking(
        _ executable: URL, _ arguments: [String], _ input: String?, _ environment: [String: String]
    ) throws -> KlammBinary.Outcome {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        // What tests change is not for the journal of whoever runs them.
        let state = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-tests-state").path
        process.environment = ProcessInfo.processInfo.environment.merging(["XDG_STATE_HOME": state]) { $1 }
            .merging(environment) { $1 }
        // Files rather than pipes: a child of the child that keeps them open must not hold up the reader.
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let out = folder.appendingPathComponent("out")
        let err = folder.appendingPathComponent("err")
        for file in [out, err] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        if let input {
            let stdin = folder.appendingPathComponent("in")
            try Data(input.utf8).write(to: stdin)
            process.standardInput = try FileHandle(forReadingFrom: stdin)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try process.run()
        process.waitUntilExit()
        return KlammBinary.Outcome(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
    }
}
