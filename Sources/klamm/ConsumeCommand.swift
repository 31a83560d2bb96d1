import ArgumentParser
import Dashboard
import KafkaClient
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Records as lines on stdout.
struct ConsumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consume",
        abstract: "Print records, one on each line; with --output json as one object on each line.")

    @OptionGroup var options: ClientOptions
    @Argument(help: "The topic.") var topic: String
    @Option(help: "Only this partition.") var partition: Int32?
    @Option(help: "Where to begin: earliest, latest, an offset, or @ and milliseconds since 1970.")
    var from = "latest"
    @Option(
        help: """
            Where to end, at the latest at what is there now: with an offset, the last one printed of each partition, or \
            before @ and milliseconds since 1970.
            """)
    var to: String?
    @Option(help: "End after this many records.") var max: Int?
    @Flag(help: "End when everything that is there has been read.") var untilEnd = false
    @Option(help: "Join this group and commit; Ctrl-C commits what was printed and leaves it.") var group: String?
    @Option(help: "How to be in the group: classic, or consumer for the new protocol (KIP-848, Kafka 4.0).")
    var groupProtocol = GroupProtocol.classic
    @Option(help: "read_uncommitted, or read_committed to leave out records of aborted and open transactions.")
    var isolationLevel = IsolationLevel.readUncommitted
    @Option(help: "Print keys before values, with this between them.") var keySeparator: String?

    func validate() throws {
        guard max.map({ $0 > 0 }) ?? true else { throw ValidationError("--max must be above 0") }
        let (start, end) = (try start(), try end())
        if case .offset(let first) = start, case .offset(let last)? = end, last < first {
            throw ValidationError("--to \(last) is before --from \(first)")
        }
        guard group == nil || end == nil else { throw ValidationError("--group goes without --to") }
        guard group == nil || partition == nil && !untilEnd else {
            throw ValidationError("--group goes without --partition and --until-end")
        }
        if group != nil, case .offset = start {
            throw ValidationError("--group begins where it has committed; --from is then earliest or latest")
        }
    }

    func run() async throws {
        let mask = try options.cluster.chosen(Surroundings.settings).masking.of(topic)
        if let mask {
            // Whoever pipes it on should know that it is not what is stored.
            Console.note("klamm: \(topic) is masked by \(mask.rules.joined(separator: ", ")) of klamm.properties")
        }
        let client = KafkaClient(try await options.configuration())
        do {
            if let group {
                try await consume(as: group, client, mask)
            } else {
                try await consume(client, mask)
            }
            await client.close()
        } catch {
            await client.close()
            throw error
        }
    }

    private func consume(_ client: KafkaClient, _ mask: TopicMask?) async throws {
        var configuration = ConsumerConfiguration()
        configuration.isolation = isolationLevel
        // One that cannot be read is no reason not to print the others.
        configuration.passesDamage = true
        let consumer = Consumer(client, configuration)
        let partitions = try await partitions(client)
        let start = try start()
        await consumer.assign(Dictionary(uniqueKeysWithValues: partitions.map { ($0, start) }))
        let ends = untilEnd || to != nil ? try await self.ends(client, partitions) : nil
        var ended: Set<TopicPartition> = []
        var left = max ?? .max
        var hasPassed = false
        while left > 0 {
            Console.endWithoutReader()
            if let ends {
                let positions = await consumer.positions
                for (partition, end) in ends where end <= positions[partition] ?? -1 && !ended.contains(partition) {
                    ended.insert(partition)
                    await consumer.setPaused(partition, true)
                }
                if ended.count == ends.count { break }
            }
            let result = try await consumer.poll(timeout: .milliseconds(200))
            try report(result)
            for damage in result.damaged {
                hasPassed = true
                Console.note("klamm: \(Self.words(damage))")
            }
            let wanted = result.records.filter { $0.record.offset < ends?[$0.partition] ?? .max }
            left -= print(wanted.map { shown($0, mask) }, most: left)
        }
        await consumer.close()
        if hasPassed { throw Failure.failed }
    }

    private static func words(_ damage: DamagedBatch) -> String {
        let (first, last) = (damage.firstOffset, damage.lastOffset)
        let which = first == last ? "offset \(first)" : "offsets \(first) to \(last)"
        return "\(damage.partition): \(which) cannot be read: \(damage.reason); passed over"
    }

    private func consume(as group: String, _ client: KafkaClient, _ mask: TopicMask?) async throws {
        var configuration = GroupConfiguration(groupID: group, topics: [topic])
        if case .at(let spec) = try start() { configuration.reset = spec }
        configuration.groupProtocol = groupProtocol
        var reading = ConsumerConfiguration()
        reading.isolation = isolationLevel
        let consumer = GroupConsumer(client, configuration, consuming: reading)
        let signals = StopSignals(patience: Self.goodbye)
        do {
            var left = max ?? .max
            while left > 0, signals.number == nil {
                Console.endWithoutReader()
                let result = try await consumer.poll(timeout: .milliseconds(200))
                try report(result)
                let printed = print(result.records.map { shown($0, mask) }, most: left)
                left -= printed
                await consumer.giveBack(result.records.dropFirst(printed))
            }
        } catch {
            await consumer.close()
            throw error
        }
        await consumer.close()
        if let number = signals.number { throw ExitCode(StopSignals.exitCode(number)) }
    }

    /// How long committing and leaving may take after a signal: whoever waits at a terminal should not wait for brokers
    /// that are down.
    private static let goodbye = Duration.seconds(5)

    private func partitions(_ client: KafkaClient) async throws -> [TopicPartition] {
        let described = await client.describeTopics([topic])
        guard let outcome = described[topic] else { throw ClientError.malformed("no answer") }
        let all = try outcome.get(of: "topic \(topic)").partitions.map { TopicPartition(topic, $0.partition) }
        let wanted = all.filter { partition == nil || $0.partition == partition }
        guard !wanted.isEmpty else { throw ClientError.invalid("\(topic) has no partition \(partition ?? -1)") }
        return wanted
    }

    /// What follows the last record to be printed of each partition.
    private func ends(_ client: KafkaClient, _ partitions: [TopicPartition]) async throws -> [TopicPartition: Offset] {
        func ask(_ spec: OffsetSpec) async throws -> [TopicPartition: Offset] {
            let specs = Dictionary(uniqueKeysWithValues: partitions.map { ($0, spec) })
            return try await client.listOffsets(specs, isolation: isolationLevel).mapValues { try $0.get().offset }
        }
        let latest = try await ask(.latest)
        switch try end() {
        case nil: return latest
        case .offset(let offset)?: return latest.mapValues { min($0, offset + 1) }
        case .time(let at)?:
            // Nothing is that late where none is found.
            let found = try await ask(.timestamp(at)).filter { $0.value >= 0 }
            return latest.merging(found) { min($0, $1) }
        }
    }

    private func end() throws -> ReadEnd? {
        guard let to else { return nil }
        if let offset = Int64(to), (0..<Int64.max).contains(offset) { return .offset(offset) }
        guard to.hasPrefix("@"), let time = Int64(to.dropFirst()), time >= 0 else {
            throw ValidationError("--to is an offset, or @milliseconds")
        }
        return .time(time)
    }

    private func start() throws -> StartPosition {
        switch from {
        case "earliest": return .earliest
        case "latest": return .latest
        default:
            if let offset = Int64(from), offset >= 0 { return .offset(offset) }
            guard from.hasPrefix("@"), let time = Int64(from.dropFirst()), time >= 0 else {
                throw ValidationError("--from is earliest, latest, an offset, or @milliseconds")
            }
            return .at(.timestamp(time))
        }
    }

    /// What cannot pass by itself ends the command; the rest is tried again by the next poll.
    private func report(_ result: PollResult) throws {
        for (partition, error) in result.errors where !error.isRetriable {
            Console.note("klamm: \(partition): \(error)")
            throw Failure.code(error)
        }
    }

    /// The record as it may be seen.
    private func shown(_ consumed: ConsumedRecord, _ mask: TopicMask?) -> ConsumedRecord {
        guard let mask else { return consumed }
        let masked = mask.masked(ReadMessage(consumed))
        var shown = consumed
        shown.record.key = masked.key.map { ByteBuffer(bytes: $0) }
        shown.record.value = masked.value.map { ByteBuffer(bytes: $0) }
        shown.record.headers = masked.headers.map { .init($0.key, $0.value.map { ByteBuffer(bytes: $0) }) }
        return shown
    }

    private func print(_ records: [ConsumedRecord], most: Int) -> Int {
        let shown = records.prefix(most)
        var bytes: [UInt8] = []
        for consumed in shown {
            if options.output == .json {
                bytes += Array(Self.json(consumed).compact.utf8)
            } else {
                if let keySeparator {
                    bytes += (consumed.record.key.map { Array($0.readableBytesView) } ?? Array("null".utf8))
                    bytes += Array(keySeparator.utf8)
                }
                bytes += consumed.record.value.map { Array($0.readableBytesView) } ?? Array("null".utf8)
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        Console.bytes(bytes)
        return shown.count
    }

    private static func json(_ consumed: ConsumedRecord) -> JSON {
        let record = consumed.record
        return [
            "topic": .string(consumed.partition.topic), "partition": .number(consumed.partition.partition),
            "offset": .number(record.offset), "timestamp": .number(record.timestamp),
            "key": RecordLine.json(record.key), "value": RecordLine.json(record.value),
            "headers": .array(
                record.headers.map { header in
                    ["key": .string(header.key), "value": RecordLine.json(header.value)]
                }),
        ]
    }
}

extension IsolationLevel: ExpressibleByArgument {
    /// Kafka's names of the levels.
    package static var allValueStrings: [String] { ["read_uncommitted", "read_committed"] }

    /// A level by Kafka's name; nil for another word.
    package init?(argument: String) {
        switch argument {
        case "read_uncommitted": self = .readUncommitted
        case "read_committed": self = .readCommitted
        default: return nil
        }
    }

    /// Kafka's name of the level.
    package var defaultValueDescription: String { Self.allValueStrings[self == .readCommitted ? 1 : 0] }
}

extension GroupProtocol: ExpressibleByArgument {}
