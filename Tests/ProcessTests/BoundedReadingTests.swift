import Dashboard
import Foundation
import KafkaClient
import KafkaProtocol
import Synchronization
import TestSupport
import Testing

/// Readings with an end, and messages sent again, on a real cluster.
@Suite struct BoundedReadingTests {
    @Test(.timeLimit(.minutes(10))) func readingsEndWhereTheyAreToldTo() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "r", "--partitions", "2"])
            let lines = (0..<20).map {
                "{\"key\":\"k\",\"value\":\"v\($0)\",\"partition\":\($0 % 2),\"timestamp\":\(1_000 + $0)}\n"
            }
            try await cluster.klamm(
                ["produce", "r", "--json", "--keep-partitions", "--keep-timestamps"], input: lines.joined())
            func read(_ options: String...) async throws -> [String] {
                try await cluster.klamm(["consume", "r"] + options).split(separator: "\n").map(String.init).sorted()
            }
            #expect(try await read("--from", "3", "--to", "4") == ["v6", "v7", "v8", "v9"].sorted())
            #expect(try await read("--from", "@1004", "--to", "@1008") == ["v4", "v5", "v6", "v7"])
            #expect(try await read("--from", "18", "--to", "@1").isEmpty, "the end is before the beginning")
            #expect(try await read("--partition", "1", "--from", "9", "--to", "500") == ["v19"])
            let servers = try await cluster.status().bootstrapServers
            let wrong = try await KlammBinary.run(
                ["consume", "r", "--from", "9", "--to", "3", "--bootstrap-server", servers])
            #expect(wrong.status != 0 && wrong.errors.contains("--to 3 is before --from 9"), "\(wrong.errors)")
            try await onTheScreen(servers)
        }
    }

    private func onTheScreen(_ servers: String) async throws {
        let client = KafkaClient(ClientConfiguration(bootstrap: try #require(BrokerAddress.list(servers))))
        let updates = Mutex<[ReadUpdate]>([])
        let reader = MessageReader(client: client) { message in
            if case .messages(let update) = message { updates.withLock { $0.append(update) } }
        }
        var request = ReadRequest(topics: ["r"], from: .time(1_004), follow: false)
        request.until = .offset(5)
        request.number = 1
        await reader.read(request)
        try await poll("the end") { updates.withLock { $0.last?.state == .atEnd } ? true : nil }
        let found = updates.withLock { $0.flatMap(\.messages) }
        #expect(
            Set(found.compactMap { $0.value.map { String(decoding: $0, as: UTF8.self) } })
                == Set((4...11).map { "v\($0)" }))
        let span = ReadSpan(.offset(2), until: .offset(5))
        #expect(await reader.resolve(topics: ["r"], span) == "8 offsets from offset 2 on in 2 partitions")
        #expect(await reader.resolve(topics: ["r"], span, in: [1]) == "4 offsets from offset 2 on in 1 partition")
        // Whoever follows is told how many come, not how many were there before.
        updates.withLock { $0 = [] }
        var following = ReadRequest(topics: ["r"], from: .last(50), follow: true)
        following.number = 2
        await reader.read(following)
        try await poll("what was there before, and looks after it") {
            updates.withLock { told in
                told.flatMap(\.messages).count == 20 && told.suffix(3).allSatisfy { $0.messages.isEmpty } ? true : nil
            }
        }
        #expect(updates.withLock { $0.allSatisfy { ($0.rate ?? 0) == 0 } && $0.contains { $0.rate != nil } })
        await reader.stop()
        await client.close()
    }
}
