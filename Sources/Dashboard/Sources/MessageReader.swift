import KafkaClient
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Reads a topic's messages for screen 6: no group, nothing committed. One reading at a time; the newest request wins.
package actor MessageReader {
    private let client: KafkaClient
    private let send: @Sendable (Message) -> Void
    private var task: Task<Void, Never>?

    /// A reader that reads nothing yet.
    package init(client: KafkaClient, send: @escaping @Sendable (Message) -> Void) {
        self.client = client
        self.send = send
    }

    /// Reads something, and nothing else any more.
    package func read(_ request: ReadRequest) {
        task?.cancel()
        let client = client
        let send = send
        task = Task {
            var reading = TopicReading(client: client, request: request, send: send)
            await reading.run()
        }
    }

    /// Reads no more.
    package func stop() {
        task?.cancel()
        task = nil
    }

    /// Where a seek would lead, in words.
    package func resolve(topic: String, _ target: SeekTarget) async -> String {
        let partitions = await Self.partitions(of: topic, client)
        guard !partitions.isEmpty else { return "\(topic) is not known" }
        let places = await Self.offsets(partitions, target, client)
        guard let lowest = places.values.min(), let highest = places.values.max() else { return "no partition answers" }
        let range = lowest == highest ? "offset \(lowest)" : "offsets \(lowest) … \(highest)"
        return "\(range) in \(places.count) partitions"
    }

    static func partitions(of topic: String, _ client: KafkaClient) async -> [TopicPartition] {
        let found = await client.describeTopics([topic], timeout: .seconds(5))
        guard case .success(let description)? = found[topic] else { return [] }
        return description.partitions.filter { $0.leader >= 0 }.map { TopicPartition(topic, $0.partition) }
    }

    /// The offsets a target means, clamped to what the partitions hold.
    static func offsets(
        _ partitions: [TopicPartition], _ target: SeekTarget, _ client: KafkaClient
    ) async -> [TopicPartition: Offset] {
        func ask(_ spec: OffsetSpec) async -> [TopicPartition: Offset] {
            let specs = Dictionary(partitions.map { ($0, spec) }, uniquingKeysWith: { a, _ in a })
            return await client.listOffsets(specs, timeout: .seconds(5)).compactMapValues { try? $0.get().offset }
        }
        let first = await ask(.earliest)
        let last = await ask(.latest)
        var byTime: [TopicPartition: Offset] = [:]
        if case .time(let at) = target { byTime = await ask(.timestamp(at)) }
        var result: [TopicPartition: Offset] = [:]
        for partition in partitions {
            guard let start = first[partition], let end = last[partition] else { continue }
            let wanted: Offset?
            switch target {
            case .beginning: wanted = start
            case .end: wanted = end
            case .last(let count): wanted = end - min(count, end)
            case .offset(let offset): wanted = offset
            case .partitions(let offsets): wanted = offsets[partition.partition]
            case .time: wanted = byTime[partition].flatMap { $0 < 0 ? end : $0 } ?? end
            }
            if let wanted { result[partition] = min(max(wanted, start), end) }
        }
        return result
    }
}

/// One reading from its start to its end or until it is cancelled.
private struct TopicReading {
    let client: KafkaClient
    let request: ReadRequest
    let send: @Sendable (Message) -> Void
    var scanned: Int64 = 0
    var bytes: Int64 = 0
    var progress: [Int32: ReadUpdate.Progress] = [:]
    var matched = 0
    let filter: Filter

    init(client: KafkaClient, request: ReadRequest, send: @escaping @Sendable (Message) -> Void) {
        self.client = client
        self.request = request
        self.send = send
        filter = Filter(request.filter)
    }

    mutating func run() async {
        var partitions = await MessageReader.partitions(of: request.topic, client)
        if let chosen = request.partitions { partitions = partitions.filter { chosen.contains($0.partition) } }
        guard !partitions.isEmpty else {
            report([], problem: "no partition of \(request.topic) has a leader")
            return
        }
        let starts = await MessageReader.offsets(partitions, request.from, client)
        let ends = await MessageReader.offsets(partitions, .end, client)
        for (partition, start) in starts {
            progress[partition.partition] = ReadUpdate.Progress(
                start: start, position: start, end: ends[partition] ?? start, scanned: 0)
        }
        guard !starts.isEmpty else {
            report([], problem: "no partition of \(request.topic) answers")
            return
        }
        let consumer = Consumer(client)
        await consumer.assign(starts.mapValues { .offset($0) })
        await poll(consumer)
        await consumer.close()
    }

    private mutating func poll(_ consumer: Consumer) async {
        let began = ContinuousClock.now
        var window: [(ContinuousClock.Instant, Int64)] = [(began, 0)]
        while !Task.isCancelled {
            guard let result = try? await consumer.poll(timeout: .milliseconds(500)) else { return }
            if Task.isCancelled { return }
            let messages = result.records.compactMap { take($0) }.sorted { $0.timestamp < $1.timestamp }
            for (partition, position) in await consumer.positions {
                progress[partition.partition]?.position = position
            }
            let now = ContinuousClock.now
            window.append((now, scanned))
            while window.count > 2, window[0].0 < now - .seconds(10) { window.removeFirst() }
            let atEnd = progress.values.allSatisfy { $0.position >= $0.end }
            let problem = result.errors.first.map { "\($0.key.topic)/\($0.key.partition): \($0.value)" }
            report(messages, rate: rate(window), atEnd: atEnd, problem: messages.isEmpty ? problem : nil)
            matched += messages.count
            if !request.follow, atEnd || matched >= DashboardLimits.messages { return }
            // A busy topic is read in bites: the screen draws 30 times a second at most.
            try? await Task.sleep(for: .milliseconds(result.records.count > 1_000 && request.follow ? 100 : 20))
        }
    }

    private func rate(_ window: [(ContinuousClock.Instant, Int64)]) -> Double? {
        guard let first = window.first, let last = window.last, last.0 > first.0 else { return nil }
        let elapsed = first.0.duration(to: last.0)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        return seconds < 0.3 ? nil : Double(last.1 - first.1) / seconds
    }

    private mutating func take(_ consumed: ConsumedRecord) -> ReadMessage? {
        let record = consumed.record
        let message = ReadMessage(
            partition: consumed.partition.partition, offset: record.offset, timestamp: record.timestamp,
            key: record.key.map { Array($0.readableBytesView) },
            value: record.value.map { Array($0.readableBytesView) },
            headers: record.headers.map {
                .init(key: $0.key, value: $0.value.map { Array($0.readableBytesView) })
            })
        scanned += 1
        bytes += Int64((message.key?.count ?? 0) + (message.value?.count ?? 0))
        progress[message.partition]?.scanned += 1
        return filter.terms.isEmpty || MessageFilter.matches(filter, message) ? message : nil
    }

    private func report(
        _ messages: [ReadMessage], rate: Double? = nil, atEnd: Bool = false, problem: String? = nil
    ) {
        send(
            .messages(
                ReadUpdate(
                    topic: request.topic, messages: messages, scanned: scanned, bytes: bytes, rate: rate,
                    progress: progress, atEnd: atEnd, problem: problem)))
    }
}

/// The filter of screen 6: words in key or value, `key:`, `value:`, `header.NAME:`, `p:3`, `offset>n`.
enum MessageFilter {
    static func matches(_ filter: Filter, _ message: ReadMessage) -> Bool {
        let key = message.key.flatMap { String(validating: $0, as: UTF8.self) } ?? ""
        let value = message.value.flatMap { String(validating: $0, as: UTF8.self) } ?? ""
        return filter.matches(text: "\(key)\n\(value)") { column in
            switch column {
            case "key": return .text(key)
            case "value": return .text(value)
            case "p", "partition": return .number(Double(message.partition))
            case "offset": return .number(Double(message.offset))
            case "time": return .number(Double(message.timestamp))
            default: break
            }
            if column.hasPrefix("header.") {
                let name = column.dropFirst(7)
                let header = message.headers.first { $0.key.lowercased() == name }
                return header.map { .text($0.value.flatMap { String(validating: $0, as: UTF8.self) } ?? "") }
                    ?? .unknown
            }
            if column.hasPrefix("value.") { return field(String(column.dropFirst(6)), in: value) }
            return .unknown
        }
    }

    /// The first value under a key of a JSON text, as it is written there.
    private static func field(_ name: String, in json: String) -> SortValue {
        guard let range = json.lowercased().firstRange(of: "\"\(name)\"") else { return .unknown }
        let rest = json[range.upperBound...].drop { $0 == " " || $0 == ":" }
        if rest.first == "\"" { return .text(String(rest.dropFirst().prefix { $0 != "\"" })) }
        let word = String(rest.prefix { $0 != "," && $0 != "}" && $0 != "]" && $0 != " " })
        return Double(word).map { .number($0) } ?? .text(word)
    }
}
