import Foundation
import Testing

/// Every bound of a `Limits.swift` is named by a test that goes past it, or stands here with the reason.
@Suite struct LimitTests {
    /// Bounds without a test of their own, by target.
    static let exceptions: [String: Set<String>] = [
        // Times, the size of portions, and the smallest record: nothing happens beyond them but another turn.
        "KafkaRecords": ["smallestRecord", "decompressed"],
        "Controller": ["producerIDsPerBlock"],
        "MetadataQuorum": ["backoffDoublings", "newVoterSilence"],
        "Broker": [
            "receiveBytes", "coordinatorLoadSliceBytes", "coordinatorLoadRetry", "coordinatorLoadFailureRetry",
            "quorumFetchBytes", "coordinatorAppendTimeout", "markerAppendTimeout", "markerRequestTimeout",
            "markerRetry", "verificationTimeout", "internalTopicPatience", "coordinatorBatchBytes",
            // Lowered by a setting in the tests that go past them.
            "frameBytes", "connections",
        ],
        "LogStorage": [],
        "Coordinators": ["regexRefreshMs", "completionRetryMs", "tombstonesPerWrite"],
        // `queued` is a parameter in the test that goes past it.
        "KafkaClient": ["frame", "silence", "queued", "chunk"],
        // What is shown or waited for.
        "ClusterInsight": [
            "trendSamples", "groupLagSamples", "rateSamples", "statusWindow", "events", "incidents", "eventObjects",
            "namedMembers", "namedObjects",
        ],
        "LocalCluster": ["brokers", "readiness", "stopping", "locking", "probe", "answer", "logLines", "logTail"],
    ]

    @Test func everyBoundHasATest() throws {
        let tests = try SourceTree.files(in: "Tests").filter { !$0.hasPrefix("Tests/TidyTests/") }
            .map { try SourceTree.text($0) }
        let files = SourceTree.files(in: "Sources").filter { $0.hasSuffix("/Limits.swift") }
        #expect(files.count == Self.exceptions.count)
        for path in files {
            let target = path.split(separator: "/")[1]
            var left = try #require(Self.exceptions[String(target)], "\(path) is new")
            for name in try Self.constants(in: path) {
                let isException = left.remove(name) != nil
                let isTested = tests.contains { Self.names($0, name) }
                #expect(isTested != isException, "\(path): \(name) has \(isTested ? "a" : "no") test")
            }
            #expect(left.isEmpty, "\(path) has no \(left.sorted())")
        }
    }

    private static func constants(in path: String) throws -> [String] {
        try SourceTree.text(path).split(separator: "\n").compactMap { line in
            guard let range = line.range(of: "static let ") else { return nil }
            return String(line[range.upperBound...].prefix { $0.isLetter || $0.isNumber })
        }
    }

    /// Whether a text speaks of `Limits.name`, and not of something longer.
    private static func names(_ text: String, _ name: String) -> Bool {
        var rest = text[...]
        while let found = rest.range(of: "Limits." + name) {
            rest = rest[found.upperBound...]
            if rest.first.map({ !$0.isLetter && !$0.isNumber }) ?? true { return true }
        }
        return false
    }
}
