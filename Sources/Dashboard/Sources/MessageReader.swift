import KafkaClient
import KafkaProtocol
import KafkaRecords
import TerminalUI

/// Reads messages for screen 6: no group, nothing committed. One reading at a time; the newest request wins.
package actor MessageReader {
    private let client: KafkaClient
    private let masking: Masking
    private let send: @Sendable (Message) -> Void
    private var task: Task<Void, Never>?

    /// A reader that reads nothing yet, and tells only what may be seen.
    package init(
        client: KafkaClient, masking: Masking = Masking(), send: @escaping @Sendable (Message) -> Void
    ) {
        self.client = client
        self.masking = masking
        self.send = send
    }

    /// Reads something, and nothing else any more.
    package func read(_ request: ReadRequest) {
        task?.cancel()
        let (client, masking, send) = (client, masking, send)
        task = Task {
            var reading = TopicReading(client: client, request: request, masking: masking, send: send)
            await reading.run()
        }
    }

    /// Reads no more.
    package func stop() {
        task?.cancel()
        task = nil
    }

    /// Where a seek would lead, in words.
    package func resolve(topics: [String], _ span: ReadSpan, in chosen: Set<Int32>? = nil) async -> String {
        var partitions = await Self.partitions(of: topics, client)
        // Partitions that a place names are read instead of those chosen before.
        if let chosen, !span.namesPartitions { partitions.removeAll { !chosen.contains($0.partition) } }
        guard !partitions.isEmpty else { return "\(topics.joined(separator: ", ")) is not known" }
        let places = await Self.places(partitions, span, client)
        func range(_ offsets: [Offset]) -> String? {
            guard let lowest = offsets.min(), let highest = offsets.max() else { return nil }
            let name = { MessagesScreen.offset($0) }
            return lowest == highest ? "offset \(name(lowest))" : "offsets \(name(lowest)) … \(name(highest))"
        }
        guard let starts = range(places.values.map(\.offset)) else { return "no partition answers" }
        if places.values.allSatisfy({ $0.adjustment == .end }) { return "no message that late: end" }
        let inPartitions = "in \(places.count) partition\(places.count == 1 ? "" : "s")"
        guard span.until == nil else {
            let count = places.values.reduce(0) { $0 + max(0, $1.end - $1.offset) }
            return "\(Format.count(Int(count))) offsets from \(starts) on \(inPartitions)"
        }
        let text = "\(starts) \(inPartitions)"
        let clamped = places.values.count { $0.adjustment == .clamped }
        return clamped > 0 ? "\(text), \(clamped) of them moved to what the log holds" : text
    }

    static func partitions(of topics: [String], _ client: KafkaClient) async -> [TopicPartition] {
        let found = await client.describeTopics(topics, timeout: .seconds(5))
        return topics.flatMap { topic -> [TopicPartition] in
            guard case .success(let description)? = found[topic] else { return [] }
            return description.partitions.filter { $0.leader >= 0 }.map { TopicPartition(topic, $0.partition) }
        }
    }

    /// A place in a partition.
    struct SeekPlace: Sendable {
        /// What became of the wish.
        enum Adjustment: Sendable { case none, clamped, end }

        var offset: Offset
        var adjustment = Adjustment.none
        /// Where the reading ends: the end of the partition's log at that moment, or before it.
        var end: Offset = 0
    }

    /// The places a target means, clamped to what the partitions hold.
    static func places(
        _ partitions: [TopicPartition], _ span: ReadSpan, _ client: KafkaClient,
        isolation: IsolationLevel = .readUncommitted
    ) async -> [TopicPartition: SeekPlace] {
        func ask(_ spec: OffsetSpec) async -> [TopicPartition: Offset] {
            let specs = Dictionary(partitions.map { ($0, spec) }, uniquingKeysWith: { a, _ in a })
            let found = await client.listOffsets(specs, isolation: isolation, timeout: .seconds(5))
            return found.compactMapValues { try? $0.get().offset }
        }
        async let starts = ask(.earliest)
        async let ends = ask(.latest)
        var byTime: [TopicPartition: Offset] = [:]
        if case .time(let at) = span.from { byTime = await ask(.timestamp(at)) }
        var until: [TopicPartition: Offset] = [:]
        if case .time(let at)? = span.until { until = await ask(.timestamp(at)).filter { $0.value >= 0 } }
        let (first, last) = await (starts, ends)
        var result: [TopicPartition: SeekPlace] = [:]
        for partition in partitions {
            guard let start = first[partition], let end = last[partition] else { continue }
            var place: SeekPlace?
            switch span.from {
            case .beginning: place = SeekPlace(offset: start)
            case .end: place = SeekPlace(offset: end)
            case .last(let count): place = SeekPlace(offset: max(start, end - min(count, end)))
            case .offset(let offset): place = SeekPlace(offset: offset)
            case .partitions(let offsets): place = offsets[partition.partition].map { SeekPlace(offset: $0) }
            case .time:
                let found = byTime[partition] ?? -1
                place = found < 0 ? SeekPlace(offset: end, adjustment: .end) : SeekPlace(offset: found)
            }
            guard var place else { continue }
            let inside = min(max(place.offset, start), end)
            if inside != place.offset { place.adjustment = .clamped }
            place.offset = inside
            place.end = end
            if case .offset(let offset)? = span.until { place.end = min(end, min(offset, end) + 1) }
            if let until = until[partition] { place.end = min(end, until) }
            result[partition] = place
        }
        return result
    }
}

/// One reading from its start to its end or until it is cancelled.
private struct TopicReading {
    let client: KafkaClient
    let request: ReadRequest
    let send: @Sendable (Message) -> Void
    let matchers: [String: MessageMatcher]
    let masks: [String: TopicMask]
    /// The counters so far.
    var update: ReadUpdate
    /// Matches since this reading began or was continued.
    var matchedHere = 0

    init(
        client: KafkaClient, request: ReadRequest, masking: Masking, send: @escaping @Sendable (Message) -> Void
    ) {
        self.client = client
        self.request = request
        self.send = send
        matchers = Dictionary(
            request.topics.map {
                ($0, MessageMatcher(request.filter, formats: request.formats[$0] ?? PayloadFormats()))
            }, uniquingKeysWith: { a, _ in a })
        masks = request.topics.reduce(into: [:]) { $0[$1] = masking.of($1) }
        update = request.continuing ?? ReadUpdate(reading: request.number)
        update.reading = request.number
        update.messages = []
        update.state = .reading
        update.problem = nil
        update.rate = nil
    }

    mutating func run() async {
        if let continued = request.continuing, !continued.progress.isEmpty {
            update.progress = continued.progress
        } else if await !findStarts() {
            return
        }
        var scan = await TopicScan(client, from: update.progress, follows: request.follow, isolation: isolation)
        await read(&scan)
        await scan.close()
    }

    private var isolation: IsolationLevel { request.committedOnly ? .readCommitted : .readUncommitted }

    /// Where to begin; answers whether there is anything to read.
    private mutating func findStarts() async -> Bool {
        var partitions = await MessageReader.partitions(of: request.topics, client)
        if let chosen = request.partitions { partitions = partitions.filter { chosen.contains($0.partition) } }
        guard !partitions.isEmpty else {
            report([], problem: "no partition of \(request.name) has a leader")
            return false
        }
        let starts = await MessageReader.places(partitions, request.span, client, isolation: isolation)
        update.progress = starts.mapValues { ReadUpdate.Progress($0) }
        guard !starts.isEmpty else {
            report([], problem: "no partition of \(request.name) answers")
            return false
        }
        report([])
        return true
    }

    private mutating func read(_ scan: inout TopicScan) async {
        while let result = await scan.next() {
            // Partitions arrive one after the other; by time they read like one log.
            let found = result.records.compactMap { take($0) } + result.damaged.compactMap { take($0) }
            let messages = found.sorted { $0.timestamp < $1.timestamp }
            update.progress = scan.progress
            update.rate = scan.rate
            matchedHere += messages.count
            update.state = scan.isAtEnd ? .atEnd : matchedHere >= DashboardLimits.messages ? .full : .reading
            let standstill = request.follow ? nil : scan.standstill(after: DashboardLimits.readingPatience)
            if standstill != nil, update.state == .reading { update.state = .standstill }
            let problem = standstill ?? result.errors.first.map { "\($0.key): \($0.value)" }
            report(messages, problem: messages.isEmpty ? problem : nil)
            if !request.follow, update.state != .reading { return }
            // A busy topic is read in bites: the screen draws 30 times a second at most.
            let isBusy = result.records.count > 1_000 && request.follow
            try? await Task.sleep(for: .milliseconds(isBusy ? 100 : request.follow ? 20 : 0))
        }
    }

    private mutating func take(_ consumed: ConsumedRecord) -> ReadMessage? {
        var message = ReadMessage(consumed)
        update.scanned += 1
        update.bytes += Int64((message.key?.count ?? 0) + (message.value?.count ?? 0))
        // Before a filter looks at it, which would tell by what it finds what is hidden.
        if let mask = masks[message.topic] { message = mask.masked(message) }
        switch matchers[message.topic]?.outcome(message) {
        case .match?:
            update.matched += 1
            return message
        case .skipped(let reason)?:
            update.skip(consumed.partition, offset: message.offset, reason: reason)
            return nil
        default: return nil
        }
    }

    /// What cannot be read is shown where it stands; a filter counts it as passed over.
    private mutating func take(_ damaged: DamagedBatch) -> ReadMessage? {
        let offsets =
            damaged.firstOffset == damaged.lastOffset
            ? "offset \(damaged.firstOffset)" : "offsets \(damaged.firstOffset) to \(damaged.lastOffset)"
        var message = ReadMessage(
            topic: damaged.partition.topic, partition: damaged.partition.partition, offset: damaged.firstOffset,
            timestamp: damaged.timestamp, key: nil, value: nil)
        message.damage = "\(offsets) cannot be read: \(damaged.reason)"
        update.scanned += 1
        guard request.filter.expression == nil else {
            update.skip(damaged.partition, offset: damaged.firstOffset, reason: message.damage ?? "")
            return nil
        }
        update.matched += 1
        return message
    }

    private func report(_ messages: [ReadMessage], problem: String? = nil) {
        var update = update
        update.messages = messages
        update.problem = problem
        send(.messages(update))
    }
}

extension ReadUpdate.Progress {
    /// A partition that is read from a place on.
    init(_ place: MessageReader.SeekPlace) {
        self.init(start: place.offset, position: place.offset, end: place.end, scanned: 0)
    }
}

extension ReadMessage {
    /// A record as the consumer brought it.
    package init(_ consumed: ConsumedRecord) {
        let record = consumed.record
        self.init(
            topic: consumed.partition.topic, partition: consumed.partition.partition, offset: record.offset,
            timestamp: record.timestamp, isLogAppendTime: consumed.batch?.attributes.timestampType == .logAppendTime,
            key: record.key.map { Array($0.readableBytesView) },
            value: record.value.map { Array($0.readableBytesView) },
            headers: record.headers.map {
                RecordHeader(key: $0.key, value: $0.value.map { Array($0.readableBytesView) })
            }, batch: consumed.batch.map { BatchFacts($0, offset: record.offset) })
    }
}

extension BatchFacts {
    /// What a record shares with its batch; its sequence number follows from its offset.
    fileprivate init(_ origin: BatchOrigin, offset: Offset) {
        self.init(
            producerID: origin.producerID, producerEpoch: origin.producerEpoch,
            sequence: origin.baseSequence < 0 ? -1 : origin.baseSequence &+ Int32(clamping: offset - origin.baseOffset),
            isTransactional: origin.attributes.isTransactional, leaderEpoch: origin.leaderEpoch,
            codec: origin.attributes.compression.map { "\($0)" } ?? "codec \(origin.attributes.codec)",
            bytes: origin.bytes, records: Int(origin.recordCount))
    }
}
