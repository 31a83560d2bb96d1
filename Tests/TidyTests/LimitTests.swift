import Foundation
import Testing

/// Every bound of a `Limits.swift` is named by a test that goes past it, or stands here with the reason.
@Suite struct LimitTests {
    /// Bounds without a test of their own, by target.
    static let exceptions: [String: Set<String>] = [
        // Times, the size of portions, and the smallest record: nothing happens beyond them but another turn.
        "KafkaRecords": ["smallestRecord"],
        "Controller": ["producerIDsPerBlock"],
        "MetadataQuorum": ["backoffDoublings"],
        "Broker": [
            "receiveBytes", "coordinatorLoadSliceBytes", "coordinatorLoadRetry", "coordinatorLoadFailureRetry",
            "quorumFetchBytes", "coordinatorAppendTimeout", "markerAppendTimeout", "markerRequestTimeout",
            "markerRetry", "verificationTimeout", "internalTopicPatience", "coordinatorBatchBytes",
        ],
        "LogStorage": [],
        "Coordinators": ["regexRefreshMs", "completionRetryMs", "tombstonesPerWrite"],
        // `queued` is a parameter in the test that goes past it.
        "KafkaClient": ["frame", "silence", "queued", "chunk"],
        // What is shown or waited for.
        "ClusterInsight": [
            "groupLagSamples", "statusWindow", "events", "incidents", "eventObjects",
            "namedMembers", "namedObjects",
        ],
        // What is shown, what is waited for, and what is asked for at a time: the rest is listed, or comes in later rounds.
        "Dashboard": [
            "lineBytes", "describedGroups", "configTopics", "describedTransactions", "restoredEventBytes",
            "scanBytes", "scanPartitionBytes", "readingPatience",
        ],
        "Terminal": [],
        "LocalCluster": ["brokers", "stopping", "locking", "probe", "answer", "logLines", "logTail"],
    ]

    @Test func everyBoundHasATest() throws {
        let tests = SourceTree.files(in: "Tests").filter { !$0.hasPrefix("Tests/TidyTests/") }
        let named = try Set(tests.flatMap { Self.named(try SourceTree.text($0)) })
        let files = SourceTree.files(in: "Sources").filter { $0.hasSuffix("/Limits.swift") }
        #expect(files.count == Self.exceptions.count)
        for path in files {
            let target = path.split(separator: "/")[1]
            var left = try #require(Self.exceptions[String(target)], "\(path) is new")
            for name in try Self.constants(in: path) {
                let isException = left.remove(String(name.drop { $0 != "." }.dropFirst())) != nil
                let isTested = named.contains(name)
                #expect(isTested != isException, "\(path): \(name) has \(isTested ? "a" : "no") test")
            }
            #expect(left.isEmpty, "\(path) has no \(left.sorted())")
        }
    }

    /// The bounds that a file defines, as others name them: `Limits.name`.
    private static func constants(in path: String) throws -> [String] {
        let text = try SourceTree.text(path)
        let type = try #require(text.firstMatch(of: #/enum ([A-Za-z]+) /#)).1
        return text.split(separator: "\n").compactMap { line in
            guard let range = line.range(of: "static let ") else { return nil }
            return "\(type).\(line[range.upperBound...].prefix { $0.isLetter || $0.isNumber })"
        }
    }

    /// Every `Limits.name` of a text.
    private static func named(_ text: String) -> [String] {
        let parts = text.components(separatedBy: "Limits.")
        return zip(parts, parts.dropFirst()).map { before, after in
            let type = String(before.reversed().prefix { $0.isLetter }.reversed())
            return "\(type)Limits.\(after.prefix { $0.isLetter || $0.isNumber })"
        }
    }
}
