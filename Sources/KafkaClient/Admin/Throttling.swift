import KafkaProtocol

extension KafkaClient {
    /// The throttles that are set on topics and on the brokers that take part. A broker that is down cannot be asked for
    /// its configs and holds nothing back.
    ///
    /// - Parameter topics: those of interest; nil is all.
    package func throttles(on topics: [String]? = nil, timeout: Duration? = nil) async throws -> Throttles {
        let names = if let topics { topics } else { try await listTopics(timeout: timeout).map(\.name) }
        let brokers = try await liveBrokers(timeout)
        let resources = names.map { ConfigResource.topic($0) } + brokers.map { .broker($0) }
        return Throttles(await describeConfigs(resources, timeout: timeout))
    }

    /// Sets a throttle and leaves alone what else is throttled. Every topic and broker has its own result; when one of
    /// them fails, what was set before is taken back.
    package func setThrottle(
        _ throttle: MoveThrottle, timeout: Duration? = nil
    ) async throws -> Outcomes<ConfigResource, Bool> {
        let live = Set(try await liveBrokers(timeout))
        let wanted = throttle.topics.map { ConfigResource.topic($0) }
        let concerned = throttle.brokers.intersection(live).map { ConfigResource.broker($0) }
        let found = Throttles(await describeConfigs(wanted + concerned, timeout: timeout))
        // Without knowing what is set now, it could not be given back.
        guard found.unread.isEmpty else { return found.unread.mapValues { .failure($0) } }
        let changes = throttle.changes(over: found, live: live)
        let outcomes = await incrementalAlterConfigs(changes, timeout: timeout)
        guard outcomes.values.contains(where: { $0.isFailure }) else { return outcomes }
        // A failed one may have been set all the same: its answer can have been lost.
        let back = await incrementalAlterConfigs(found.takingBack(changes), timeout: timeout)
        return outcomes.merging(back) { set, back in set.isFailure ? set : back }
    }

    /// Throttles the moves under way, also those that began without a throttle.
    package func throttleMoves(rate: Int64, timeout: Duration? = nil) async throws -> Outcomes<ConfigResource, Bool> {
        let moves = try await listReassignments(timeout: timeout)
        guard !moves.isEmpty else { throw ClientError.invalid("no partition is moving") }
        return try await setThrottle(MoveThrottle(rate: rate, moves), timeout: timeout)
    }

    /// Takes throttles away: those of partitions whose moves have ended, as far as moves under way do not need them.
    ///
    /// - Parameter partitions: those that have been moved; nil takes away every throttle of the cluster.
    /// - Returns: a result for every topic and broker that had a throttle to be taken away, or that could not be asked.
    package func removeThrottles(
        of partitions: Set<TopicPartition>?, timeout: Duration? = nil
    ) async throws -> Outcomes<ConfigResource, Bool> {
        let moves = try await listReassignments(timeout: timeout).mapValues(\.replicas)
        let topics = partitions.map { Set($0.map(\.topic)).union(moves.keys.map(\.topic)).sorted() }
        let found = try await throttles(on: topics, timeout: timeout)
        let outcomes = await incrementalAlterConfigs(
            found.removal(of: partitions, moving: moves), timeout: timeout)
        return outcomes.merging(found.unread.mapValues { .failure($0) }) { done, _ in done }
    }

    private func liveBrokers(_ timeout: Duration?) async throws -> [BrokerID] {
        try await describeCluster(timeout: timeout).brokers.filter { !$0.isFenced }.map(\.id)
    }
}

extension Result {
    /// Whether there is no value.
    package var isFailure: Bool { if case .failure = self { true } else { false } }
}

extension ConfigResource: CustomStringConvertible {
    /// In words: `topic orders`, `broker 1`.
    package var description: String {
        switch self {
        case .topic: "topic \(name)"
        case .broker: "broker \(name)"
        case .allBrokers: "all brokers"
        case .brokerLogger: "loggers of broker \(name)"
        case .group: "group \(name)"
        }
    }
}
