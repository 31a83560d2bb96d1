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
        if let interval = configuration.autoCommit, let due = nextCommit, .now >= due {
            nextCommit = .now + interval
            // A commit that fails is made up for by the next, or by whoever gets the partitions.
            _ = try? await commit()
        }
        return try await consumer.poll(timeout: timeout)
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
        heartbeats?.cancel()
        if !membership.memberID.isEmpty, let exchange = try? await exchange() { try? await exchange.leave(membership) }
        await consumer.close()
        if let lane { await client.cluster.close(lane: lane) }
    }

    private func exchange() async throws -> GroupJoin {
        let opened: Int
        if let lane { opened = lane } else { opened = await client.cluster.openLane() }
        lane = opened
        return GroupJoin(client: client, configuration: configuration, lane: opened)
    }

    private func join() async throws {
        heartbeats?.cancel()
        let exchange = try await exchange()
        // Whoever gets the partitions now should not get the records again.
        if configuration.autoCommit != nil { _ = try? await commit() }
        var attempt = 0
        while true {
            do {
                let (joined, partitions) = try await exchange.join(membership.memberID)
                membership = joined
                try await start(partitions)
                break
            } catch {
                let error = ClientError(error)
                guard Self.asksToJoinAgain(error), attempt < 20 else { throw error }
                note(error)
                attempt += 1
                try await client.pause(attempt, until: .now + configuration.rebalanceTimeout, or: error)
            }
        }
        isJoined = true
        nextCommit = configuration.autoCommit.map { .now + $0 }
        let membership = membership
        heartbeats = Task { [configuration] in
            while !Task.isCancelled {
                guard (try? await Task.sleep(for: configuration.heartbeatInterval)) != nil else { return }
                do {
                    try await exchange.heartbeat(membership)
                } catch {
                    if self.stopped(membership, ClientError(error)) { return }
                }
            }
        }
    }

    /// Goes on where the group left off.
    private func start(_ partitions: [TopicPartition]) async throws {
        let groupID = configuration.groupID
        let found = await client.committedOffsets([groupID], of: partitions, timeout: .seconds(30))
        let offsets = try (found[groupID] ?? .failure(.malformed("no offsets"))).get()
        committed = offsets.mapValues(\.offset).filter { partitions.contains($0.key) }
        let starts = partitions.map {
            ($0, offsets[$0].map { .offset($0.offset) } ?? StartPosition.at(configuration.reset))
        }
        await consumer.assign(Dictionary(starts, uniquingKeysWith: { first, _ in first }))
    }

    /// Whether a failed heartbeat ends this membership, so that the next poll joins again.
    private func stopped(_ old: Membership, _ error: ClientError) -> Bool {
        guard old == membership, Self.asksToJoinAgain(error) else { return old != membership }
        note(error)
        return true
    }

    private func note(_ error: ClientError) {
        guard Self.asksToJoinAgain(error) else { return }
        isJoined = false
        // What the coordinator does not know (any more) is of no use to join with.
        if error.code == .unknownMemberId || error.code == .memberIdRequired { membership = Membership() }
        if error.code == .illegalGeneration { membership.generation = -1 }
    }

    private static func asksToJoinAgain(_ error: ClientError) -> Bool {
        switch error.code {
        case .rebalanceInProgress?, .unknownMemberId?, .illegalGeneration?, .memberIdRequired?: true
        default: false
        }
    }
}
