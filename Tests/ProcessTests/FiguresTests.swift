import Foundation
import TestSupport
import Testing

/// What bundled brokers tell of themselves beyond Kafka's protocol.
@Suite(.serialized) struct FiguresTests {
    @Test(.timeLimit(.minutes(15))) func bytesOutCountsWhatClientsReadAndNotWhatFollowersDo() async throws {
        try await withBundledCluster { cluster in
            try await cluster.klamm(["topics", "create", "read", "--partitions", "3", "--replication-factor", "3"])
            let lines = (1...200).map { "record \($0) of two hundred" }
            try await cluster.klamm(["produce", "read"], input: lines.joined(separator: "\n") + "\n")
            let before = try await cluster.status().brokers.map { try #require($0.bytesOut) }
            #expect(before == [0, 0, 0])
            let read = try await cluster.klamm(["consume", "read", "--from", "earliest", "--max", "200"])
            #expect(read.split(separator: "\n").count == 200)
            let total = try await poll("the brokers tell what was read") {
                let told = try await cluster.status().brokers.compactMap(\.bytesOut).reduce(0, +)
                return told > 0 ? told : nil
            }
            #expect(total >= 5_000)
        }
    }
}
