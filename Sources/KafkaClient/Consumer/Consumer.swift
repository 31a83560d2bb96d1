import KafkaProtocol
import KafkaRecords

/// Reads partitions that it is told to read. One Fetch at a time is under way to each broker, and none while what the
/// last one brought has not been polled, so that memory stays bounded by `maxBytes` for each broker.
package actor Consumer {
    private struct Place {
        var start: StartPosition
        /// Where to fetch next; nil until `start` has been looked up.
        var fetchFrom: Offset?
        /// What follows the last record handed out.
        var position: Offset?
        /// Told apart from what was asked for before a seek.
        var generation: Int
        var isPaused = false
    }

    /// What a broker's last answer brought, until it is polled.
    private struct Arrival {
        var result = PollResult()
        var positions: [TopicPartition: Offset] = [:]
    }

    let client: KafkaClient
    private let configuration: ConsumerConfiguration
    private var places: [TopicPartition: Place] = [:]
    private var generation = 0
    private var fetching: Set<BrokerID> = []
    /// Partitions of which an answer was left for later, since others had taken the room; they come first then.
    private var leftOut: Set<TopicPartition> = []
    private var ready: [BrokerID: Arrival] = [:]
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter = 0
    /// Counts what a poll may have to look at, so that none is missed between looking and waiting.
    private var changes = 0
    private var isClosed = false
    private var lane: Int?

    package init(_ client: KafkaClient, _ configuration: ConsumerConfiguration = ConsumerConfiguration()) {
        self.client = client
        self.configuration = configuration
    }

    // MARK: Assignment

    /// The partitions being read.
    package var assignment: Set<TopicPartition> { Set(places.keys) }

    /// Reads these partitions and no others.
    package func assign(_ partitions: [TopicPartition: StartPosition]) {
        generation += 1
        places = partitions.mapValues {
            Place(start: $0, fetchFrom: $0.known, position: $0.known, generation: generation)
        }
        ready = [:]
        wake()
    }

    /// Reads a whole topic from `start` on.
    package func assign(topic: String, from start: StartPosition) async throws {
        let found = await client.describeTopics([topic])[topic]
        let partitions = try (found ?? .failure(.broker(.unknownTopicOrPartition, topic))).get().partitions
        assign(
            Dictionary(
                partitions.map { (TopicPartition(topic, $0.partition), start) }, uniquingKeysWith: { first, _ in first }
            ))
    }

    /// Goes on elsewhere in a partition; records fetched from before are dropped.
    package func seek(_ partition: TopicPartition, to start: StartPosition) {
        guard let place = places[partition] else { return }
        generation += 1
        places[partition] = Place(
            start: start, fetchFrom: start.known, position: start.known, generation: generation,
            isPaused: place.isPaused)
        for broker in ready.keys {
            ready[broker]?.result.records.removeAll { $0.partition == partition }
            ready[broker]?.positions[partition] = nil
        }
        wake()
    }

    /// Leaves a partition out of fetches, or takes it in again.
    package func setPaused(_ partition: TopicPartition, _ isPaused: Bool) {
        places[partition]?.isPaused = isPaused
        wake()
    }

    /// The offset of the next record of a partition; nil until its start has been found.
    package func position(of partition: TopicPartition) -> Offset? { places[partition]?.position }

    /// The next offset of every partition whose start has been found.
    package var positions: [TopicPartition: Offset] { places.compactMapValues(\.position) }

    /// Ends polls under way and closes the consumer's own connections. The client stays open.
    package func close() async {
        isClosed = true
        places = [:]
        ready = [:]
        wake()
        if let lane { await client.cluster.close(lane: lane) }
    }

    // MARK: Polling

    /// Waits up to `timeout` for records or errors. Positions move past what is returned.
    ///
    /// - Throws: `ClientError.closed` after `close()`; everything else is in the result, by partition.
    package func poll(timeout: Duration) async throws -> PollResult {
        let deadline = Deadline.now + timeout
        var result = PollResult()
        while true {
            guard !isClosed else { throw ClientError.closed }
            let seen = changes
            takeReady(into: &result)
            if result.records.isEmpty {
                result.errors.merge(await findStarts(deadline)) { $1 }
                result.errors.merge(await startFetches()) { $1 }
            }
            if !result.records.isEmpty || !result.damaged.isEmpty { return result }
            if !result.errors.isEmpty {
                // A caller that polls in a loop must not spin on what does not change.
                let pause = min(client.configuration.retryBackoff, Deadline.now.duration(to: deadline))
                if pause > .zero { try? await Task.sleep(for: pause) }
                return result
            }
            guard .now < deadline, !Task.isCancelled else { return result }
            await wait(until: deadline, unlessChangedSince: seen)
        }
    }

    private func takeReady(into result: inout PollResult) {
        for (_, arrival) in ready.sorted(by: { $0.key < $1.key }) {
            result.records += arrival.result.records
            result.errors.merge(arrival.result.errors) { $1 }
            result.ends.merge(arrival.result.ends) { $1 }
            result.damaged += arrival.result.damaged
            for (partition, position) in arrival.positions { places[partition]?.position = position }
        }
        ready = [:]
    }

    private func findStarts(_ deadline: Deadline) async -> [TopicPartition: ClientError] {
        var wanted: [TopicPartition: OffsetSpec] = [:]
        for (partition, place) in places where place.fetchFrom == nil {
            if case .at(let spec) = place.start { wanted[partition] = spec }
        }
        guard !wanted.isEmpty else { return [:] }
        let asked = places
        let left = max(Deadline.now.duration(to: deadline), .seconds(1))
        let outcomes = await client.listOffsets(wanted, isolation: configuration.isolation, timeout: left)
        var pastEnd: [TopicPartition] = []
        var errors: [TopicPartition: ClientError] = [:]
        for (partition, outcome) in outcomes where places[partition]?.generation == asked[partition]?.generation {
            switch outcome {
            case .success(let found) where found.offset >= 0:
                places[partition]?.fetchFrom = found.offset
                places[partition]?.position = found.offset
            case .success: pastEnd.append(partition)
            case .failure(let error): errors[partition] = error
            }
        }
        // No record that late: the end.
        for partition in pastEnd { places[partition]?.start = .latest }
        return errors
    }

    private func startFetches() async -> [TopicPartition: ClientError] {
        var errors: [TopicPartition: ClientError] = [:]
        var plan: [BrokerID: [TopicPartition: Place]] = [:]
        do {
            try await client.cluster.prefetch(topics: places.keys.map(\.topic))
        } catch {
            let error = ClientError(error)
            return places.mapValues { _ in error }
        }
        for (partition, place) in places where place.fetchFrom != nil && !place.isPaused {
            do {
                let leader = try await client.cluster.leader(of: partition)
                plan[leader, default: [:]][partition] = place
            } catch {
                errors[partition] = ClientError(error)
            }
        }
        for (broker, places) in plan where !fetching.contains(broker) && ready[broker] == nil {
            fetching.insert(broker)
            Task { await fetch(from: broker, places) }
        }
        return errors
    }

    private func fetch(from broker: BrokerID, _ asked: [TopicPartition: Place]) async {
        let offsets = asked.compactMapValues(\.fetchFrom)
        var arrival = Arrival()
        do {
            let answer = try await FetchExchange(client: client, configuration: configuration, lane: await ownLane())
                .fetch(offsets, from: broker)
            var room = configuration.unpackedMaxBytes
            let first = leftOut
            for (partition, answer) in answer.sorted(by: {
                (first.contains($0.key) ? 0 : 1, $0.key) < (first.contains($1.key) ? 0 : 1, $1.key)
            }) where isAwaited(partition, asked) {
                guard room > 0 else {
                    leftOut.insert(partition)
                    continue
                }
                leftOut.remove(partition)
                room -= await take(answer, partition, asked[partition]?.fetchFrom ?? 0, room: room, into: &arrival)
            }
        } catch {
            let error = ClientError(error)
            for partition in asked.keys where isCurrent(partition, asked) {
                await client.cluster.forget(.leader(partition), after: error)
                arrival.result.errors[partition] = error
            }
            await client.cluster.forget(.broker(broker), after: error)
        }
        // A seek may have come in between.
        let gone = asked.keys.filter { !isCurrent($0, asked) }
        if !gone.isEmpty { arrival.result.records.removeAll { gone.contains($0.partition) } }
        arrival.positions = arrival.positions.filter { isCurrent($0.key, asked) }
        fetching.remove(broker)
        if !isClosed, arrival.result != PollResult() || !arrival.positions.isEmpty { ready[broker] = arrival }
        wake()
    }

    private func ownLane() async -> Int {
        if let lane { return lane }
        let opened = await client.cluster.openLane()
        // Another fetch may have come first meanwhile.
        let own = lane ?? opened
        lane = own
        return own
    }

    /// Whether an answer is still of use. A broker that was away can answer when another one has long given the records.
    private func isAwaited(_ partition: TopicPartition, _ asked: [TopicPartition: Place]) -> Bool {
        isCurrent(partition, asked) && places[partition]?.fetchFrom == asked[partition]?.fetchFrom
    }

    /// Whether there was no seek since.
    private func isCurrent(_ partition: TopicPartition, _ asked: [TopicPartition: Place]) -> Bool {
        guard let place = places[partition] else { return false }
        return place.generation == asked[partition]?.generation
    }

    /// - Returns: bytes that its records take, unpacked.
    private func take(
        _ answer: FetchResponse.Partition, _ partition: TopicPartition, _ offset: Offset, room: Int,
        into arrival: inout Arrival
    ) async -> Int {
        switch answer.errorCode {
        case .none:
            do {
                let fetched = try FetchedPartition(
                    answer.records ?? .init(), from: offset,
                    aborted: configuration.isolation == .readCommitted ? answer.abortedTransactions ?? [] : [],
                    passesDamage: configuration.passesDamage, room: room, largest: configuration.batchMaxBytes)
                arrival.result.records += zip(fetched.records, fetched.origins).map {
                    ConsumedRecord(partition: partition, record: $0, batch: $1)
                }
                arrival.result.damaged += fetched.damaged.map { batch, error in
                    DamagedBatch(
                        partition: partition, firstOffset: batch.baseOffset, lastOffset: batch.lastOffset,
                        timestamp: batch.maxTimestamp, reason: ClientError(error))
                }
                places[partition]?.fetchFrom = fetched.nextOffset
                arrival.positions[partition] = fetched.nextOffset
                let stable = configuration.isolation == .readCommitted && answer.lastStableOffset >= 0
                arrival.result.ends[partition] = stable ? answer.lastStableOffset : answer.highWatermark
                return fetched.unpacked
            } catch {
                arrival.result.errors[partition] = ClientError(error)
            }
        case .offsetOutOfRange where configuration.reset != nil:
            generation += 1
            places[partition]?.start = configuration.reset.map(StartPosition.at) ?? .earliest
            places[partition]?.fetchFrom = nil
        default:
            let error = ClientError.broker(answer.errorCode, nil)
            await client.cluster.forget(.leader(partition), after: error)
            arrival.result.errors[partition] = error
        }
        return 0
    }

    // MARK: Waiting

    private func wait(until deadline: Deadline, unlessChangedSince seen: Int) async {
        let id = nextWaiter
        nextWaiter += 1
        let timer = Task {
            try? await Task.sleep(until: deadline)
            self.wake(id)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled, changes == seen, ready.isEmpty else { return continuation.resume() }
                waiters[id] = continuation
            }
        } onCancel: {
            Task { await self.wake(id) }
        }
        timer.cancel()
    }

    private func wake(_ id: Int) { waiters.removeValue(forKey: id)?.resume() }

    private func wake() {
        changes += 1
        for id in Array(waiters.keys) { wake(id) }
    }
}

extension StartPosition {
    fileprivate var known: Offset? {
        guard case .offset(let offset) = self else { return nil }
        return offset
    }
}
