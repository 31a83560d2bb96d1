import ArgumentParser
import Glibc
import KafkaClient
import KafkaProtocol
import KafkaRecords
import NIOCore
import Synchronization

/// Lines from stdin as records.
struct ProduceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "produce", abstract: "Send each line of stdin as a record.")

    @OptionGroup var options: ClientOptions
    @Argument(help: "The topic.") var topic: String
    @Option(help: "Always this partition.") var partition: Int32?
    @Option(help: "What parts key and value in a line; without it lines are values.") var keySeparator: String?
    @Option(name: .customLong("header"), help: "A header as key=value for every record; may be repeated.")
    var headers: [String] = []
    @Option(help: "all, 1 or 0.") var acks = "all"
    @Option(help: "none, gzip, snappy, lz4 or zstd.") var compression = "none"

    func validate() throws {
        guard ["all", "-1", "1", "0"].contains(acks) else { throw ValidationError("--acks is all, 1 or 0") }
        guard CompressionType(name: compression) != nil else {
            throw ValidationError("--compression is none, gzip, snappy, lz4 or zstd")
        }
        guard keySeparator != "" else { throw ValidationError("--key-separator is empty") }
        _ = try KeyValue.parse(headers)
    }

    func run() async throws {
        var configuration = ProducerConfiguration()
        configuration.acks = acks == "all" ? -1 : Int16(acks) ?? -1
        configuration.isIdempotent = configuration.acks == -1
        configuration.compression = CompressionType(name: compression) ?? .none
        configuration.deliveryTimeout = .seconds(options.timeout)
        let settings = configuration
        let tally = Tally()
        try await options.withClient("sending") { client in
            let producer = Producer(client, settings)
            // Without await between them, lines of a pipe would starve the sender: enqueue waits when its buffer is full.
            while let line = readLine() {
                try await producer.enqueue(try record(line)) { tally.note($0) }
            }
            await producer.close()
        }
        let (sent, failed, error) = tally.result
        options.output.done("\(sent) sent", json: ["sent": .number(sent), "failed": .number(failed)])
        if let error {
            Console.note("klamm: \(failed) not sent: \(error)")
            throw Failure.code(error)
        }
    }

    private func record(_ line: String) throws -> ProducerRecord {
        let headers = try KeyValue.parse(headers).map { RecordHeader($0.key, ByteBuffer(string: $0.value)) }
        var key: ByteBuffer?
        var value = line[...]
        if let keySeparator, let range = line.firstRange(of: keySeparator) {
            key = ByteBuffer(substring: line[..<range.lowerBound])
            value = line[range.upperBound...]
        }
        return ProducerRecord(
            topic: topic, partition: partition, key: key, value: ByteBuffer(substring: value), headers: headers)
    }

    /// Counts results, which come from the producer's task.
    private final class Tally: Sendable {
        private let state = Mutex<(sent: Int, failed: Int, error: ClientError?)>((0, 0, nil))

        var result: (sent: Int, failed: Int, error: ClientError?) { state.withLock { $0 } }

        func note(_ result: Result<Delivery, ClientError>) {
            state.withLock {
                switch result {
                case .success: $0.sent += 1
                case .failure(let error):
                    $0.failed += 1
                    $0.error = $0.error ?? error
                }
            }
        }
    }
}
