import Foundation
import KafkaClient
import Synchronization
import TestSupport
import Testing

@testable import Dashboard

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

    /// What was read before it was stopped is neither read again nor lost, and what comes later is no part of it.
    @Test func itGoesOnWhereItWasStopped() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3"])
            let count = 20_000
            let filler = String(repeating: "v", count: 300)
            let lines = (0..<count).map { #"{"key":"k\#($0)","value":"\#($0) \#(filler)","partition":\#($0 % 3)}"# }
            try await cluster.klamm(
                ["produce", "t", "--json", "--keep-partitions"], input: lines.joined(separator: "\n") + "\n")
            let bootstrap = try #require(BrokerAddress.list(try await cluster.status().bootstrapServers))
            let client = KafkaClient(ClientConfiguration(bootstrap: bootstrap))
            var run = try await TopicAnalysisRun.begin("t", client)
            try await cluster.klamm(["produce", "t", "--value", "late", "--times", "30"])
            let looks = Mutex(0)
            await run.read(
                client,
                isStopped: {
                    looks.withLock {
                        $0 += 1
                        return $0 > 3
                    }
                }, tell: { _ in })
            let part = run.update(.stopped)
            #expect(!run.isDone && part.figures.all.messages > 0 && part.figures.all.messages < count)
            #expect(part.share > 0 && part.share < 1 && Int(part.left) == count - part.figures.all.messages)
            await run.read(client, tell: { _ in })
            let all = run.update(.done)
            #expect(run.isDone && all.share == 1 && all.left == 0)
            #expect(all.figures.all.messages == count && all.figures.all.offsets?.lowerBound == 0)
            #expect(all.figures.partitions.values.map(\.messages).sorted() == [6_666, 6_667, 6_667])
            try await Self.analyse("t", messages: count + 30, client)
            await client.close()
        }
    }

    /// A leader that goes away meanwhile is waited for, but not for ever; what was read stays, and it goes on later.
    @Test func withoutALeaderItEndsWithAWord() async throws {
        try await withBundledCluster(brokers: 3) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "3", "--replication-factor", "1"])
            let lines = (0..<30).map { #"{"value":"v","partition":\#($0 % 3)}"# }
            try await cluster.klamm(
                ["produce", "t", "--json", "--keep-partitions"], input: lines.joined(separator: "\n") + "\n")
            let bootstrap = try #require(BrokerAddress.list(try await cluster.status().bootstrapServers))
            let client = KafkaClient(ClientConfiguration(bootstrap: bootstrap))
            let leader = try #require(
                try await client.describeTopics(["t"])["t"]?.get().partitions.first { $0.partition == 0 }?.leader)
            var run = try await TopicAnalysisRun.begin("t", client)
            try await cluster.command(["kill", "\(leader)"])
            await run.read(client, patience: .seconds(2), tell: { _ in })
            let part = run.update(.stopped)
            #expect(!run.isDone && part.figures.all.messages == 20)
            let problem = part.problem ?? ""
            #expect(problem.hasPrefix("nothing came for 2 s: t") && problem.contains("0"), "\(problem)")
            try await cluster.command(["restart", "\(leader)"])
            try await poll("the rest") {
                await run.read(client, patience: .seconds(2), tell: { _ in })
                return run.isDone ? true : nil
            }
            #expect(run.update(.done).figures.all.messages == 30)
            await client.close()
        }
    }

    /// The same for the screen: the newest request wins, whatever the one before it is doing.
    private static func analyse(_ topic: String, messages: Int, _ client: KafkaClient) async throws {
        let told = Mutex<[AnalysisUpdate]>([])
        let analyser = TopicAnalyser(client: client) { message in
            if case .analysis(let update) = message { told.withLock { $0.append(update) } }
        }
        await analyser.analyse(topic, reading: 1, anew: true)
        await analyser.stop()
        await analyser.analyse(topic, reading: 2, anew: false)
        let end = try await poll("the end of the analysis") {
            told.withLock { $0.first { $0.state == .done } }
        }
        #expect(end.reading == 2 && end.figures.all.messages == messages)
        await analyser.analyse("none", reading: 3, anew: true)
        let failed = try await poll("why it cannot be read") { told.withLock { $0.first { $0.reading == 3 } } }
        #expect(failed.state == .stopped && failed.problem == "none: UNKNOWN_TOPIC_OR_PARTITION (3)")
    }
}
