import ArgumentParser
import Glibc
import KafkaClient
import KafkaProtocol
import KafkaRecords
import NIOCore
import Synchronization

/// Lines from stdin as records, or one record that is given in words.
struct ProduceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "produce", abstract: "Send each line of stdin as a record, or one record.",
        discussion: """
            --json reads lines as `klamm consume --output json` prints and the dashboard saves them, with keys, headers and \
            null values: `klamm consume a --from earliest --until-end --output json | klamm produce b --json` copies a topic.
            """)

    @OptionGroup var options: ClientOptions
    @Argument(help: "The topic.") var topic: String
    @Option(help: "Always this partition.") var partition: Int32?
    @Option(help: "What parts key and value in a line; without it lines are values.") var keySeparator: String?
    @Flag(help: "Lines are records in JSON.") var json = false
    @Flag(help: "Send records in JSON to the partitions they name.") var keepPartitions = false
    @Flag(help: "Give records in JSON the timestamps they name.") var keepTimestamps = false
    @Option(help: "At most so many records a second.") var rate: Double?
    @Option(name: .customLong("header"), help: "A header as key=value for every record; may be repeated.")
    var headers: [String] = []
    @Option(name: .customLong("header-hex"), help: "A header as key=hex; may be repeated.") var hexHeaders: [String] =
        []
    @Option(name: .customLong("header-null"), help: "A header without a value; may be repeated.")
    var nullHeaders: [String] = []
    @Option(help: "The value of one record; stdin is not read then.") var value: String?
    @Option(name: .customLong("value-hex"), help: "The same as hex.") var hexValue: HexBytes?
    @Flag(help: "One record with a null value, which deletes its key in a compacted topic.") var nullValue = false
    @Option(help: "The key of the one record.") var key: String?
    @Option(name: .customLong("key-hex"), help: "The same as hex.") var hexKey: HexBytes?
    @Option(help: "Send the one record so many times.") var times = 1
    @Option(help: "all, 1 or 0.") var acks = "all"
    @Option(help: "none, gzip, snappy, lz4 or zstd.") var compression = "none"
    @Option(help: "Send all lines in one transaction of this id: all of them are committed, or none.")
    var transactionalID: String?

    func validate() throws {
        guard ["all", "-1", "1", "0"].contains(acks) else { throw ValidationError("--acks is all, 1 or 0") }
        guard CompressionType(name: compression) != nil else {
            throw ValidationError("--compression is none, gzip, snappy, lz4 or zstd")
        }
        guard keySeparator != "" else { throw ValidationError("--key-separator is empty") }
        guard transactionalID == nil || acks == "all" || acks == "-1" else {
            throw ValidationError("--transactional-id needs --acks all")
        }
        guard transactionalID != "" else { throw ValidationError("--transactional-id is empty") }
        _ = try allHeaders()
        let values = [value != nil, hexValue != nil, nullValue].count { $0 }
        guard values <= 1 else { throw ValidationError("Give one of --value, --value-hex and --null-value.") }
        guard key == nil || hexKey == nil else { throw ValidationError("Give one of --key and --key-hex.") }
        guard values == 1 || key == nil && hexKey == nil && times == 1 else {
            throw ValidationError("--key, --key-hex and --times need --value, --value-hex or --null-value.")
        }
        guard values == 0 || keySeparator == nil else {
            throw ValidationError("--key-separator is about lines of stdin: give --key instead.")
        }
        guard !json || values == 0 && keySeparator == nil else {
            throw ValidationError(
                "--json reads records from stdin: leave out --value, --null-value and --key-separator.")
        }
        guard json || !keepPartitions && !keepTimestamps else {
            throw ValidationError("--keep-partitions and --keep-timestamps need --json.")
        }
        guard rate ?? 1 > 0 else { throw ValidationError("--rate must be above 0") }
        guard (1...1_000_000).contains(times) else { throw ValidationError("--times must be between 1 and 1000000") }
    }

    /// The record given in words; nil when stdin is to be read.
    private func oneRecord() throws -> ProducerRecord? {
        guard value != nil || hexValue != nil || nullValue else { return nil }
        let key = key.map { ByteBuffer(string: $0) } ?? hexKey.map { ByteBuffer(bytes: $0.bytes) }
        let value = value.map { ByteBuffer(string: $0) } ?? hexValue.map { ByteBuffer(bytes: $0.bytes) }
        return ProducerRecord(topic: topic, partition: partition, key: key, value: value, headers: try allHeaders())
    }

    private func allHeaders() throws -> [RecordHeader] {
        let text = try KeyValue.parse(headers).map { RecordHeader($0.key, ByteBuffer(string: $0.value)) }
        let hex = try KeyValue.parse(hexHeaders).map { pair in
            guard let value = HexBytes(argument: pair.value) else {
                throw ValidationError("--header-hex \(pair.key): `\(pair.value)` is not hex")
            }
            return RecordHeader(pair.key, ByteBuffer(bytes: value.bytes))
        }
        return text + hex + nullHeaders.map { RecordHeader($0, nil) }
    }

    func run() async throws {
        var configuration = ProducerConfiguration()
        configuration.acks = acks == "all" ? -1 : Int16(acks) ?? -1
        configuration.isIdempotent = configuration.acks == -1
        configuration.compression = CompressionType(name: compression) ?? .none
        configuration.deliveryTimeout = .seconds(options.timeout)
        configuration.transactionalID = transactionalID
        let settings = configuration
        let tally = Tally()
        try await options.withClient("sending") { client in
            if try await client.topicMadeByFirstUse(topic) {
                Console.note("klamm: topic \(topic) is made by its first message")
            }
            let producer = Producer(client, settings)
            if transactionalID != nil { try await producer.initTransactions() }
            if let record = try oneRecord() {
                for _ in 0..<times { try await producer.enqueue(record) { tally.note($0) } }
            } else {
                // Without await between them, lines of a pipe would starve the sender: enqueue waits when its buffer is
                // full.
                var number = 0
                let began = ContinuousClock.now
                var lines = InputLines()
                while let line = lines.next() {
                    if let rate { try await Task.sleep(until: began + .seconds(Double(number) / rate)) }
                    number += 1
                    if json, line.allSatisfy({ $0 == UInt8(ascii: " ") }) { continue }
                    let record = json ? try record(RecordLine.read(line, number: number)) : try record(line)
                    try await producer.enqueue(record) { tally.note($0) }
                }
            }
            if transactionalID != nil { try await end(producer, tally) }
            await producer.close()
        }
        let (sent, failed, error) = tally.result
        options.output.done("\(sent) sent", json: ["sent": .number(sent), "failed": .number(failed)])
        if let error {
            Console.note("klamm: \(failed) not sent: \(error)")
            throw Failure.code(error)
        }
    }

    /// Commits when every line was sent, else aborts.
    private func end(_ producer: Producer, _ tally: Tally) async throws {
        await producer.flush()
        if tally.result.failed == 0 { return try await producer.commitTransaction() }
        try await producer.abortTransaction()
        Console.note("klamm: the transaction is aborted: nothing of it is visible to read_committed consumers")
    }

    private func record(_ line: RecordLine) throws -> ProducerRecord {
        let own = (line.headers ?? []).map { RecordHeader($0.key, $0.value?.buffer) }
        return ProducerRecord(
            topic: topic, partition: keepPartitions ? line.partition : partition, key: line.key?.buffer,
            value: line.value?.buffer, headers: own + (try allHeaders()),
            timestamp: keepTimestamps ? line.timestamp : nil)
    }

    private func record(_ line: [UInt8]) throws -> ProducerRecord {
        let headers = try allHeaders()
        var key: ByteBuffer?
        var value = line[...]
        if let keySeparator, let range = line.firstRange(of: Array(keySeparator.utf8)) {
            key = ByteBuffer(bytes: line[..<range.lowerBound])
            value = line[range.upperBound...]
        }
        return ProducerRecord(
            topic: topic, partition: partition, key: key, value: ByteBuffer(bytes: value), headers: headers)
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

/// Bytes as pairs of hex digits.
struct HexBytes: ExpressibleByArgument {
    let bytes: [UInt8]

    init?(argument: String) {
        let digits = argument.map(\.hexDigitValue)
        guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 != nil }) else { return nil }
        let values = digits.compactMap { $0 }
        bytes = stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
