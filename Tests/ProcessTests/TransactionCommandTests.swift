import Foundation
import TestSupport
import Testing

/// `klamm produce`, `consume`, `transactions` and `producers` on a real cluster.
@Suite struct TransactionCommandTests {
    private struct Transaction: Decodable {
        let transactionalId: String
        let state: String
        let partitions: [String]?
    }

    private struct OpenProducer: Decodable {
        let currentTransactionStartOffset: Int64?
    }

    private func decode<T: Decodable>(_ text: String) throws -> T {
        try JSONDecoder().decode(T.self, from: Data(text.utf8))
    }

    @Test func aHangingTransactionIsFoundAndAborted() async throws {
        try await withBundledCluster(brokers: 1) { cluster in
            try await cluster.klamm(["topics", "create", "t", "--partitions", "1"])
            try await cluster.klamm(["produce", "t", "--transactional-id", "whole"], input: "a\nb\n")
            let listed: [Transaction] = try decode(
                try await cluster.klamm(["transactions", "list", "--output", "json"]))
            #expect(listed.map(\.transactionalId) == ["whole"])

            // A producer that is killed in the middle leaves its transaction open.
            let producer = Process()
            producer.executableURL = KlammBinary.url
            producer.arguments = [
                "produce", "t", "--transactional-id", "open", "--bootstrap-server",
                try await cluster.status().bootstrapServers,
            ]
            let input = Pipe()
            producer.standardInput = input
            producer.standardOutput = FileHandle.nullDevice
            try producer.run()
            defer { producer.terminate() }
            try input.fileHandleForWriting.write(contentsOf: Data("c\n".utf8))
            let start = try await poll("the open transaction") {
                let producers: [OpenProducer] = try decode(
                    try await cluster.klamm(["producers", "t", "--output", "json"]))
                return producers.compactMap(\.currentTransactionStartOffset).first
            }
            kill(producer.processIdentifier, SIGKILL)
            let described: [Transaction] = try decode(
                try await cluster.klamm(["transactions", "describe", "open", "--output", "json"]))
            #expect(described.map(\.state) == ["Ongoing"] && described.first?.partitions == ["t-0"])

            try await cluster.klamm(["produce", "t"], input: "behind\n")
            let reading = ["consume", "t", "--from", "earliest", "--until-end", "--isolation-level"]
            #expect(try await cluster.klamm(reading + ["read_committed"]) == "a\nb\n")
            #expect(try await cluster.klamm(reading + ["read_uncommitted"]) == "a\nb\nc\nbehind\n")
            let bootstrap = try await cluster.status().bootstrapServers
            let wrong = try await KlammBinary.run([
                "transactions", "abort", "t", "--partition", "0", "--start-offset", "0", "--bootstrap-server",
                bootstrap,
            ])
            #expect(wrong.status == 1 && wrong.errors.contains("no open transaction begins at offset 0 of t-0"))
            try await cluster.klamm([
                "transactions", "abort", "t", "--partition", "0", "--start-offset", "\(start)",
            ])
            #expect(try await cluster.klamm(reading + ["read_committed"]) == "a\nb\nbehind\n")

            // Its coordinator knows nothing of that marker, until the id is fenced.
            #expect(try await cluster.klamm(["transactions", "fence", "open"]).hasPrefix("open fenced: "))
            let state = try await poll("the end of the transaction") {
                let described: [Transaction] = try decode(
                    try await cluster.klamm(["transactions", "describe", "open", "--output", "json"]))
                return described.first.flatMap { ["Ongoing", "PrepareAbort"].contains($0.state) ? nil : $0.state }
            }
            #expect(["CompleteAbort", "Empty"].contains(state))
        }
    }
}
