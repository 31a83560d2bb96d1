import ArgumentParser
import KafkaClient
import KafkaProtocol

/// The idempotent and transactional producers that partitions remember.
struct ProducersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "producers", abstract: "Show the producers of a topic's partitions and their open transactions.")

    @OptionGroup var options: ClientOptions
    @Argument(help: "The topic.") var topic: String
    @Option(help: "Only this partition.") var partition: Int32?

    func run() async throws {
        let outcomes = try await options.withClient("asking for producers") { client in
            let described = await client.describeTopics([topic])
            guard let outcome = described[topic] else { throw ClientError.malformed("no answer") }
            let all = try outcome.get(of: "topic \(topic)").partitions.map { TopicPartition(topic, $0.partition) }
            let wanted = all.filter { partition == nil || $0.partition == partition }
            guard !wanted.isEmpty else { throw ClientError.invalid("\(topic) has no partition \(partition ?? -1)") }
            return await client.describeProducers(of: wanted)
        }
        var table = Table([
            .number("partition"), .number("producer"), .number("epoch"), .number("last sequence"),
            .number("last write ms"), .number("coordinator epoch"), .number("transaction from"),
        ])
        var json: [JSON] = []
        for (key, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
            guard case .success(let producers) = outcome else { continue }
            for producer in producers {
                table.add([
                    "\(key.partition)", "\(producer.id)", "\(producer.epoch)", "\(producer.lastSequence)",
                    "\(producer.lastTimestamp)", "\(producer.coordinatorEpoch)",
                    producer.transactionStart.map { "\($0)" } ?? "-",
                ])
                json.append([
                    "topic": .string(key.topic), "partition": .number(key.partition),
                    "producerId": .number(producer.id), "producerEpoch": .number(producer.epoch),
                    "lastSequence": .number(producer.lastSequence), "lastTimestamp": .number(producer.lastTimestamp),
                    "coordinatorEpoch": .number(producer.coordinatorEpoch),
                    "currentTransactionStartOffset": .number(producer.transactionStart),
                ])
            }
        }
        options.output.print(table, json: .array(json))
        try Failure.report(outcomes)
    }
}
