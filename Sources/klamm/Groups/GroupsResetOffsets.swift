import ArgumentParser
import Dashboard
import KafkaClient
import KafkaProtocol

extension GroupsCommand {
    /// `klamm groups reset-offsets`, with the modes of `kafka-consumer-groups --reset-offsets`.
    struct ResetOffsets: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-offsets", abstract: "Move the committed offsets of a group without members.",
            discussion: "Of a share group (KIP-932) it moves where the group begins. Offsets outside of a partition's "
                + "log are moved to its nearer end.")
        @OptionGroup var options: ClientOptions
        @Argument(help: "The group.") var group: String
        @Option(name: .customLong("topic"), help: "A topic, or topic:0,1 for some partitions; may be repeated.")
        var topics: [TopicSelection] = []
        @Flag(help: "Every topic that the group has committed, or a share group has begun.") var allTopics = false
        @Flag(help: "To the first offset.") var toEarliest = false
        @Flag(help: "To the end.") var toLatest = false
        @Flag(help: "To what is committed; to the end where nothing is.") var toCurrent = false
        @Option(help: "To this offset in every partition.") var toOffset: Int64?
        @Option(parsing: .unconditional, help: "By so many records forward, or back when negative.") var shiftBy: Int64?
        @Option(help: "To the first record at or after a time: 2026-11-26T08:00:00.000, in UTC unless it says +hh:mm.")
        var toDatetime: ISOTime?
        @Option(help: "To the first record after a time so long ago: P1DT2H30M.") var byDuration: ISODuration?
        @Option(help: "To the offsets of a CSV file with topic,partition,offset in each line, or - for stdin.")
        var fromFile: String?
        @Flag(help: "Only show what would be committed.") var dryRun = false

        func validate() throws {
            let flags = [toEarliest, toLatest, toCurrent].count { $0 }
            let values = [toOffset != nil, shiftBy != nil, toDatetime != nil, byDuration != nil, fromFile != nil]
                .count { $0 }
            guard flags + values == 1 else {
                throw ValidationError(
                    "Give one of --to-earliest, --to-latest, --to-current, --to-offset, --shift-by, --to-datetime, "
                        + "--by-duration and --from-file.")
            }
            guard fromFile == nil || topics.isEmpty && !allTopics else {
                throw ValidationError("--from-file names the partitions itself, without --topic and --all-topics.")
            }
            guard fromFile != nil || topics.isEmpty == allTopics else {
                throw ValidationError("Give --topic or --all-topics.")
            }
        }

        func run() async throws {
            let file = try fromFile.map { try InputFile.read($0, OffsetsFile.read) }
            var undoing: Undoing?
            let outcomes = try await options.changing(
                "resetting offsets", "reset offsets of \(group)", undo: { undoing }, noted: !dryRun
            ) { client in
                let targets = try await self.targets(client, file)
                let offsets = targets.compactMapValues { try? $0.get() }
                if dryRun || offsets.isEmpty { return targets }
                if let before = try? await client.positions(of: group) {
                    undoing = Undoing.offsets(of: group, from: before, to: offsets, in: offsets.keys.sorted())
                }
                let done = try await client.moveOffsets(of: group, to: offsets)
                let reset = done.map { partition, outcome in
                    (partition, outcome.map { _ in offsets[partition] ?? -1 })
                }
                return targets.merging(reset) { $1 }
            }
            try options.output.printOutcomes(outcomes, title: "partition", name: \.description) { "at \($0)" }
        }

        private func targets(
            _ client: KafkaClient, _ file: [TopicPartition: Offset]?
        ) async throws -> Outcomes<TopicPartition, Offset> {
            if let file {
                return await client.offsetsWithinLogs(file)
            }
            let partitions = try await partitions(client)
            return try await client.offsets(of: group, in: partitions, after: reset)
        }

        private var reset: OffsetReset {
            if toEarliest { return .earliest }
            if toLatest { return .latest }
            if let toOffset { return .offset(toOffset) }
            if let shiftBy { return .shift(shiftBy) }
            if let toDatetime { return .timestamp(toDatetime.milliseconds) }
            if let byDuration { return .timestamp(WallClock.now() - byDuration.milliseconds) }
            return .current
        }

        private func partitions(_ client: KafkaClient) async throws -> [TopicPartition] {
            if allTopics {
                let found = try await client.positions(of: group).keys.map(\.topic)
                guard !found.isEmpty else { throw ClientError.invalid("\(group) has committed nothing: give --topic") }
                return try await all(Set(found).sorted().map { TopicSelection(topic: $0) }, client)
            }
            return try await all(topics, client)
        }

        private func all(_ selections: [TopicSelection], _ client: KafkaClient) async throws -> [TopicPartition] {
            let described = await client.describeTopics(Set(selections.map(\.topic)).sorted())
            var partitions: Set<TopicPartition> = []
            for selection in selections {
                guard let outcome = described[selection.topic] else { throw ClientError.malformed("no answer") }
                let there = try Set(outcome.get(of: "topic \(selection.topic)").partitions.map(\.partition))
                for partition in selection.partitions ?? there.sorted() {
                    guard there.contains(partition) else {
                        throw ClientError.invalid("\(selection.topic) has no partition \(partition)")
                    }
                    partitions.insert(TopicPartition(selection.topic, partition))
                }
            }
            return partitions.sorted()
        }
    }
}

/// A topic, or some of its partitions: `orders`, `orders:0,3`.
struct TopicSelection: ExpressibleByArgument {
    let topic: String
    /// Nil is all.
    let partitions: [Int32]?

    init(topic: String) {
        self.topic = topic
        partitions = nil
    }

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        topic = String(parts[0])
        guard parts.count == 2 else {
            partitions = nil
            return
        }
        let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
        guard numbers.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else { return nil }
        partitions = numbers.compactMap { $0 }
    }
}
