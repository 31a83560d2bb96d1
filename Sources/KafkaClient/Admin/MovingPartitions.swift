import KafkaProtocol

/// What became of a request to move partitions.
package struct ReassignmentStart: Sendable {
    /// The replicas that the partitions had, to go back with.
    package var before: [TopicPartition: [BrokerID]]
    /// Topics and brokers whose throttle was set; empty without a throttle.
    package var throttle: Outcomes<ConfigResource, Bool>
    /// The partitions; empty when the throttle could not be set and therefore nothing was started.
    package var moves: Outcomes<TopicPartition, Bool>
}

/// What became of a request to take moves back.
package struct ReassignmentCancel: Sendable {
    /// The partitions that were moving.
    package var moves: Outcomes<TopicPartition, Bool>
    /// Topics and brokers whose throttle was taken away.
    package var throttle: Outcomes<ConfigResource, Bool>
}

extension KafkaClient {
    /// Starts moves, under a throttle if one is given. The throttle is set first; when that fails nothing is started.
    /// Whoever starts throttled moves takes the throttle away when they have ended: `waitForMoves`, `removeThrottles`.
    ///
    /// - Parameter throttle: bytes a second for each broker.
    package func startMoves(
        _ targets: [TopicPartition: [BrokerID]], throttle: Int64?, timeout: Duration? = nil
    ) async throws -> ReassignmentStart {
        let before = try await existingReplicas(of: Set(targets.keys), timeout: timeout)
        var start = ReassignmentStart(before: before, throttle: [:], moves: [:])
        if let throttle {
            let wanted = MoveThrottle(rate: throttle, to: targets, from: before)
            start.throttle = try await setThrottle(wanted, timeout: timeout)
            guard !start.throttle.values.contains(where: { $0.isFailure }) else { return start }
        }
        start.moves = await reassign(targets.mapValues { Optional($0) }, timeout: timeout)
        if throttle != nil, start.moves.values.allSatisfy({ $0.isFailure }) {
            let removed = try await removeThrottles(of: Set(targets.keys), timeout: timeout)
            start.throttle.merge(removed) { $1 }
        }
        return start
    }

    /// Takes back those of the partitions' moves that are under way, and takes their throttles away.
    ///
    /// - Parameter partitions: nil is all that move.
    package func cancelMoves(
        of partitions: Set<TopicPartition>?, timeout: Duration? = nil
    ) async throws -> ReassignmentCancel {
        let moving = try await listReassignments(timeout: timeout).keys.filter { partitions?.contains($0) ?? true }
        let none: [BrokerID]? = nil
        var outcomes = await reassign(Dictionary(uniqueKeysWithValues: moving.map { ($0, none) }), timeout: timeout)
        for (partition, outcome) in outcomes {
            // It ended before it could be taken back.
            guard case .failure(.broker(.noReassignmentInProgress, _)) = outcome else { continue }
            outcomes[partition] = nil
        }
        let ended = partitions ?? Set(moving)
        return ReassignmentCancel(
            moves: outcomes, throttle: try await removeThrottles(of: ended, timeout: timeout))
    }

    /// The replicas that partitions have, without those that a move under way is adding. Topics and partitions that do
    /// not exist are left out.
    package func existingReplicas(
        of partitions: Set<TopicPartition>, timeout: Duration? = nil
    ) async throws -> [TopicPartition: [BrokerID]] {
        let moves = try await listReassignments(timeout: timeout)
        let topics = await describeTopics(Set(partitions.map(\.topic)).sorted(), timeout: timeout)
        var existing: [TopicPartition: [BrokerID]] = [:]
        for (name, outcome) in topics {
            if case .failure(.broker(.unknownTopicOrPartition, _)) = outcome { continue }
            for partition in try outcome.get().partitions {
                let id = TopicPartition(name, partition.partition)
                guard partitions.contains(id) else { continue }
                existing[id] = moves[id]?.existing ?? partition.replicas
            }
        }
        return existing
    }
}

extension OngoingReassignment {
    /// The replicas that were there before the move.
    package var existing: [BrokerID] { replicas.filter { !adding.contains($0) } }
}
