import ArgumentParser
import KafkaClient
import KafkaProtocol

/// Transactional ids: list, describe, and abort what hangs.
struct TransactionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transactions", abstract: "List and describe transactional ids, abort hanging transactions.",
        subcommands: [List.self, Describe.self, Abort.self, Fence.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All transactional ids.")
        @OptionGroup var options: ClientOptions
        @Option(name: .customLong("state"), help: "Only this state, such as Ongoing; may be repeated.")
        var states: [String] = []

        func run() async throws {
            let listing = try await options.withClient("asking for transactions") {
                try await $0.listTransactions(states: states)
            }
            options.output.print(
                Table(
                    [.text("transactional id"), .number("coordinator"), .number("producer"), .text("state")],
                    rows: listing.transactions.map { [$0.id, "\($0.coordinator)", "\($0.producerID)", $0.state] }),
                json: .array(
                    listing.transactions.map { transaction in
                        [
                            "transactionalId": .string(transaction.id),
                            "coordinator": .number(transaction.coordinator),
                            "producerId": .number(transaction.producerID), "state": .string(transaction.state),
                        ]
                    }))
            for (id, error) in listing.failures.sorted(by: { $0.key < $1.key }) {
                Console.note("klamm: broker \(id) did not tell its transactions: \(error)")
            }
            if !listing.failures.isEmpty { throw Failure.failed }
        }
    }

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "State, producer and partitions.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Transactional ids.") var ids: [String]

        func run() async throws {
            let outcomes = try await options.withClient("asking for transactions") {
                await $0.describeTransactions(ids)
            }
            var table = Table([
                .text("transactional id"), .text("state"), .number("producer"), .number("epoch"),
                .number("timeout ms"), .number("started ms"), .text("partitions"),
            ])
            var json: [JSON] = []
            for (id, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
                guard case .success(let found) = outcome else { continue }
                let partitions = found.partitions.map { "\($0)" }
                table.add([
                    id, found.state, "\(found.producerID)", "\(found.producerEpoch)", "\(found.timeout)",
                    found.start.map { "\($0)" } ?? "-", partitions.isEmpty ? "-" : partitions.joined(separator: " "),
                ])
                json.append([
                    "transactionalId": .string(id), "state": .string(found.state),
                    "producerId": .number(found.producerID), "producerEpoch": .number(found.producerEpoch),
                    "timeoutMs": .number(found.timeout), "startTimestamp": .number(found.start),
                    "partitions": .array(partitions.map { .string($0) }),
                ])
            }
            options.output.print(table, json: .array(json))
            try Failure.report(outcomes)
        }
    }

    struct Fence: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Abort what transactional ids have open, and fence their producers.",
            discussion: "A producer that still runs with the id fails and has to start again.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "Transactional ids.") var ids: [String]

        func run() async throws {
            let outcomes = try await options.changing("fencing producers", ScreenChange.fenceProducers(ids).summary) {
                await $0.fenceProducers(ids)
            }
            for (id, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
                guard case .success(let producer) = outcome else { continue }
                options.output.done(
                    "\(id) fenced: its producer is \(producer.id), epoch \(producer.epoch) now",
                    json: [
                        "transactionalId": .string(id), "producerId": .number(producer.id),
                        "producerEpoch": .number(producer.epoch),
                    ])
            }
            try Failure.report(outcomes)
        }
    }

    struct Abort: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Abort an open transaction in one partition.",
            discussion: """
                For a transaction that its coordinator has forgotten and that keeps read_committed consumers waiting: \
                `klamm producers` shows where it begins.
                """)
        @OptionGroup var options: ClientOptions
        @Argument(help: "The topic.") var topic: String
        @Option(help: "The partition.") var partition: Int32
        @Option(help: "The offset at which the transaction begins.") var startOffset: Int64

        func run() async throws {
            let key = TopicPartition(topic, partition)
            let producer = try await options.changing(
                "aborting", ScreenChange.abortTransaction(key, start: startOffset).summary, of: "\(topic)/\(partition)"
            ) {
                try await $0.abortTransaction(in: key, startingAt: startOffset)
            }
            options.output.done(
                "transaction of producer \(producer.id) at offset \(startOffset) of \(key) aborted",
                json: [
                    "topic": .string(topic), "partition": .number(partition), "startOffset": .number(startOffset),
                    "producerId": .number(producer.id), "producerEpoch": .number(producer.epoch),
                ])
        }
    }
}
