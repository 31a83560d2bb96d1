import KafkaProtocol

/// A member of a consumer group: reads the partitions that the group gives it and commits how far it came. Call `poll`
/// in a loop from one task; the session is kept alive meanwhile.
package actor GroupConsumer {
    private let client: KafkaClient
    private let configuration: GroupConfiguration
    private let consumer: Consumer
    private var membership = Membership()
    private var isJoined = false
    private var isClosed = false
    private var lane: Int?
    private var heartbeats: Task<Void, Never>?
    /// The time between two heartbeats; ended early when there is something to tell.
    private var pause: Task<Void, Never>?
    /// What the group gave since the last poll, which takes it up.
    private var share: Set<TopicPartition>?
    /// What the member has changed, and the group has not been told.
    private var hasNews = false
    private var nextCommit: Deadline?
    private var committed: [TopicPartition: Offset] = [:]

    package init(
        _ client: KafkaClient, _ configuration: GroupConfiguration,
        consuming: ConsumerConfiguration = ConsumerConfiguration()
    ) {
        self.client = client
        self.configuration = configuration
        var consuming = consuming
        consuming.reset = configuration.reset
        consumer = Consumer(client, consuming)
    }

    /// The partitions that the group has given.
    package var assignment: Set<TopicPartition> { get async { await consumer.assignment } }

    /// Joins if need be, then waits up to `timeout` for records. What earlier polls returned counts as done with, and is
    /// committed when it is time to.
    ///
    /// - Throws: `ClientError` when the group cannot be joined.
    package func poll(timeout: Duration) async throws -> PollResult {
        guard !isClosed else { throw ClientError.closed }
        if !isJoined { try await join() }
        if let share { try await take(share) }
        if let interval = configuration.autoCommit, let due = nextCommit, .now >= due {
            nextCommit = .now + interval
            // A commit that fails is made up for by the next, or by whoever gets the partitions.
            _ = try? await commit()
        }
        return try await consumer.poll(timeout: timeout)
    }

    /// Takes records back that the last poll returned and nobody has used: they are not committed, and whoever reads for the
    /// group next gets them.
    package func giveBack(_ records: some Sequence<ConsumedRecord>) async {
        var first: [TopicPartition: Offset] = [:]
        for record in records {
            first[record.partition] = min(first[record.partition] ?? .max, record.record.offset)
        }
        for (partition, offset) in first { await consumer.seek(partition, to: .offset(offset)) }
    }

    /// Commits the positions; each partition has its own result.
    @discardableResult
    package func commit() async throws -> Outcomes<TopicPartition, Bool> {
        guard membership.generation >= 0 else { return [:] }
        let positions = await consumer.positions.filter { committed[$0.key] != $0.value }
        guard !positions.isEmpty else { return [:] }
        let outcomes = try await client.commit(
            positions.mapValues { CommittedOffset($0) }, group: configuration.groupID,
            generation: membership.generation, member: membership.memberID, deadline: .now + .seconds(10))
        for (partition, outcome) in outcomes {
            switch outcome {
            case .success: committed[partition] = positions[partition]
            case .failure(let error): note(error)
            }
        }
        return outcomes
    }

    /// Commits if that is automatic, and leaves the group, so that others get the partitions at once.
    package func close() async {
        guard !isClosed else { return }
        if configuration.autoCommit != nil { _ = try? await commit() }
        isClosed = true
        stopHeartbeats()
        if !membership.memberID.isEmpty, let exchange = try? await exchange() { try? await exchange.leave(membership) }
        await consumer.close()
        if let lane { await client.cluster.close(lane: lane) }
    }

    private func exchange() async throws -> any GroupExchange {
        let opened: Int
        if let lane { opened = lane } else { opened = await client.cluster.openLane() }
        lane = opened
        switch configuration.groupProtocol {
        case .classic: return ClassicExchange(client: client, configuration: configuration, lane: opened)
        case .consumer:
            return ConsumerExchange(client: client, configuration: configuration, lane: opened, consumer: consumer)
        }
    }

    private func join() async throws {
        stopHeartbeats()
        share = nil
        let exchange = try await exchange()
        // Whoever gets the partitions now should not get the records again.
        if configuration.autoCommit != nil { _ = try? await commit() }
        var attempt = 0
        while true {
            do {
                let beat = try await join(exchange)
                await consumer.assign([:])
                try await take(beat.partitions ?? [])
                isJoined = true
                nextCommit = configuration.autoCommit.map { .now + $0 }
                keepAlive(exchange, beat.interval)
                return
            } catch {
                let error = ClientError(error)
                guard Self.asksToJoinAgain(error), attempt < 20 else { throw error }
                note(error)
                attempt += 1
                try await client.pause(attempt, until: .now + configuration.rebalanceTimeout, or: error)
            }
        }
    }

    private func join(_ exchange: any GroupExchange) async throws -> GroupHeartbeat {
        var joining = membership
        defer { membership = joining }
        return try await exchange.join(&joining)
    }

    private func keepAlive(_ exchange: any GroupExchange, _ interval: Duration) {
        heartbeats = Task { [membership] in
            var interval = interval
            while true {
                await self.rest(interval)
                guard !Task.isCancelled else { return }
                do {
                    guard let next = try await self.beat(exchange, membership.memberID) else { return }
                    interval = self.hasNews ? .zero : next
                } catch {
                    if self.stopped(membership.memberID, ClientError(error)) { return }
                }
            }
        }
    }

    private func rest(_ interval: Duration) async {
        let pause = Task { _ = try? await Task.sleep(for: interval) }
        self.pause = pause
        await pause.value
    }

    private func stopHeartbeats() {
        heartbeats?.cancel()
        pause?.cancel()
    }

    /// One heartbeat; when the next is due, or nil when this membership is over.
    private func beat(_ exchange: any GroupExchange, _ memberID: String) async throws -> Duration? {
        guard isJoined, membership.memberID == memberID else { return nil }
        hasNews = false
        let beat = try await exchange.heartbeat(membership)
        guard isJoined, membership.memberID == memberID else { return nil }
        membership.generation = beat.generation
        if let partitions = beat.partitions { share = partitions }
        return beat.interval
    }

    /// Reads what the group gave, and no more: what stays goes on where it is, what is new where the group left off.
    private func take(_ partitions: Set<TopicPartition>) async throws {
        share = nil
        let before = await consumer.assignment
        guard partitions != before else { return }
        if configuration.autoCommit != nil, !before.isEmpty { _ = try? await commit() }
        let positions = await consumer.positions.filter { partitions.contains($0.key) }
        do {
            try await start(partitions.subtracting(positions.keys).sorted(), keeping: positions)
        } catch {
            share = share ?? partitions
            throw error
        }
        // The group waits to hear that partitions were given up.
        hasNews = configuration.groupProtocol == .consumer
        if hasNews { pause?.cancel() }
    }

    /// Goes on where the group left off.
    private func start(_ partitions: [TopicPartition], keeping positions: [TopicPartition: Offset]) async throws {
        let groupID = configuration.groupID
        let found = await client.committedOffsets([groupID], of: partitions, timeout: .seconds(30))
        let offsets = try (found[groupID] ?? .failure(.malformed("no offsets"))).get()
        committed = committed.filter { positions[$0.key] != nil }
        var starts = positions.mapValues { StartPosition.offset($0) }
        for partition in partitions {
            committed[partition] = offsets[partition]?.offset
            starts[partition] = offsets[partition].map { .offset($0.offset) } ?? .at(configuration.reset)
        }
        await consumer.assign(starts)
    }

    /// Whether a failed heartbeat ends this membership, so that the next poll joins again.
    private func stopped(_ memberID: String, _ error: ClientError) -> Bool {
        guard memberID == membership.memberID else { return true }
        note(error)
        return !isJoined
    }

    private func note(_ error: ClientError) {
        guard Self.asksToJoinAgain(error) else { return }
        isJoined = false
        // What the coordinator does not know (any more) is of no use to join with.
        switch error.code {
        case .unknownMemberId?, .memberIdRequired?, .fencedMemberEpoch?: membership = Membership()
        default: break
        }
        if error.code == .illegalGeneration { membership.generation = -1 }
    }

    private static func asksToJoinAgain(_ error: ClientError) -> Bool {
        switch error.code {
        case .rebalanceInProgress?, .unknownMemberId?, .illegalGeneration?, .memberIdRequired?, .fencedMemberEpoch?:
            true
        default: false
        }
    }
}
