import Foundation
import TestSupport
import Testing

/// Masks of `klamm.properties` on a real cluster: on the screen, in files, and for `klamm consume`.
@Suite(.timeLimit(.minutes(10))) struct MaskingTests {
    private static let secret = "s3cr3t"
    private static let lines = (0..<3).map {
        #"{"key":"ann-\#($0)","value":"{\"id\":\#($0),\"email\":\"\#(secret)@x.org\"}","headers":[{"key":"auth","value":"\#(secret)"}]}"#
    }.joined(separator: "\n")

    @Test func whatIsHiddenStaysHidden() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            for topic in ["people", "plain"] {
                try await cluster.klamm(["topics", "create", topic, "--partitions", "1"])
                try await cluster.klamm(["produce", topic, "--json"], input: Self.lines + "\n")
            }
            let settings = """
                cluster.prod.bootstrap.servers = \(try await cluster.status().bootstrapServers)
                cluster.prod.mask.pii.topics = peo*
                cluster.prod.mask.pii.value = mask email
                cluster.prod.mask.pii.headers = replace
                """
            try await Self.consume(settings)
            try await Self.look(settings)
        }
    }

    private static func consume(_ settings: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("klamm-mask-\(UUID().uuidString)")
        let config = folder.appendingPathComponent("klamm")
        try FileManager.default.createDirectory(at: config, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try settings.write(to: config.appendingPathComponent("klamm.properties"), atomically: true, encoding: .utf8)
        func consume(_ topic: String, _ more: [String]) async throws -> KlammBinary.Outcome {
            try await Command.run(
                KlammBinary.url, ["consume", topic, "--cluster", "prod", "--from", "earliest", "--max", "3"] + more,
                environment: ["XDG_CONFIG_HOME": folder.path])
        }
        for more in [["--until-end"], ["--until-end", "--output", "json"], ["--group", "g"]] {
            let masked = try await consume("people", more)
            #expect(masked.status == 0 && masked.output.contains("xnxxnx-x-xxx"), "\(more): \(masked)")
            #expect(!masked.output.contains(secret), "\(more)")
            #expect(masked.errors.contains("people is masked by pii of klamm.properties"))
        }
        let plain = try await consume("plain", ["--until-end"])
        #expect(plain.output.contains(secret) && plain.errors.isEmpty)
    }

    private static func look(_ settings: String) async throws {
        let run = try ScreenInputTests.Run(["--cluster", "prod"], settings: settings)
        try await run.shows("live")
        run.terminal.type(":messages people\r")
        try await run.shows("masked", "xnxxnx-x-xxx")
        let saved = try await save("all", run)
        #expect(saved.contains("xnxxnx-x-xxx") && !saved.contains(secret))
        run.terminal.type("\r")
        try await run.shows("by the mask pii of klamm.properties")
        run.terminal.type("P")
        try await run.shows("not copied: it is masked by pii")
        // A filter does not see it: all messages are without it.
        run.terminal.type("q/!\(secret)\r")
        var tries = 0
        try await poll("the messages without it") {
            tries += 1
            let found = try await save("without-\(tries)", within: 3, run).split(separator: "\n")
            return found.count == 3 ? found : nil
        }
        // What was typed is on the screen, without what is stored around it.
        #expect(!run.terminal.text.contains("\(secret)@"))
        try await run.quits()
    }

    /// What the screen shows, as it saves it.
    ///
    /// - Throws: when it saves nothing within `seconds`.
    private static func save(
        _ name: String, within seconds: Double = 60, _ run: ScreenInputTests.Run
    ) async throws -> String {
        let file = run.folder.appendingPathComponent("\(name).ndjson")
        run.terminal.type("\u{13}\(file.path)\r")
        return try await poll("\(name) in a file", within: seconds) {
            (try? String(contentsOf: file, encoding: .utf8)).flatMap { $0.hasSuffix("\n") ? $0 : nil }
        }
    }
}
