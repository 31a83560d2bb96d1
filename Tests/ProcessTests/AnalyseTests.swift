import Foundation
import TestSupport
import Testing

/// `klamm topics analyse` on a real cluster.
@Suite struct AnalyseTests {
    private struct Payloads: Decodable {
        let null: Int
        let unique: Int
        let bytes: Int
        let min: Int?
        let p50: Int?
        let max: Int?
    }

    private struct Part: Decodable {
        let partition: Int?
        let messages: Int
        let firstOffset: Int?
        let lastOffset: Int?
        let earliest: Int64?
        let latest: Int64?
        let keys: Payloads
        let values: Payloads
        let perHour: [Int]
        let beforeFirstHour: Int
    }

    private struct Analysis: Decodable {
        let complete: Bool
        let read: Double
        let uniqueError: Double
        let all: Part
        let partitions: [Part]
    }

    @Test func aTopicIsReadWholeAndCounted() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3"])
            let now = Int64(Date().timeIntervalSince1970 * 1_000)
            let lines = (0..<900).map { number in
                let key = number % 9 == 0 ? "null" : "\"k\(number % 300)\""
                let value = number % 10 == 0 ? "null" : "\"\(String(repeating: "v", count: 1 + number % 50))\""
                let time = number < 10 ? 1_000 : now - Int64(number) * 1_000
                return #"{"key":\#(key),"value":\#(value),"partition":\#(number % 3),"timestamp":\#(time)}"#
            }
            try await cluster.klamm(
                ["produce", "t", "--json", "--keep-partitions", "--keep-timestamps"],
                input: lines.joined(separator: "\n") + "\n")
            // Records that are deleted are not counted, and offsets tell where the others begin.
            try await cluster.klamm(["topics", "delete-records", "t", "--partition", "1", "--before", "100"])
            let text = try await cluster.klamm(["topics", "analyse", "t", "--output", "json"])
            let found = try JSONDecoder().decode(Analysis.self, from: Data(text.utf8))
            #expect(found.complete && found.read == 1)
            #expect(found.all.messages == 800 && found.partitions.map(\.messages) == [300, 200, 300])
            #expect(found.partitions[1].firstOffset == 100 && found.partitions[1].lastOffset == 299)
            let kept = (0..<900).filter { $0 % 3 != 1 || $0 / 3 >= 100 }
            #expect(found.all.keys.null == kept.count { $0 % 9 == 0 })
            #expect(found.all.values.null == kept.count { $0 % 10 == 0 })
            let keys = Set(kept.filter { $0 % 9 != 0 }.map { $0 % 300 }).count
            let error = Double(abs(found.all.keys.unique - keys)) / Double(keys)
            #expect(error < 4 * found.uniqueError, "\(found.all.keys.unique) of \(keys)")
            #expect(found.all.values.bytes == kept.filter { $0 % 10 != 0 }.reduce(0) { $0 + 1 + $1 % 50 })
            #expect(found.all.values.min == 2 && found.all.values.max == 50)
            #expect(found.all.earliest == 1_000 && found.all.beforeFirstHour == kept.count { $0 < 10 })
            #expect(found.all.perHour.reduce(0, +) + found.all.beforeFirstHour == 800)

            let table = try await cluster.klamm(["topics", "analyse", "t"])
            #expect(table.contains("partition  messages  first  last") && table.contains("bytes of  min"))
            let bootstrap = try await cluster.status().bootstrapServers
            let none = try await KlammBinary.run(["topics", "analyse", "none", "--bootstrap-server", bootstrap])
            #expect(none.status == 1 && none.errors.contains("none: UNKNOWN_TOPIC_OR_PARTITION"))
        }
    }
}
