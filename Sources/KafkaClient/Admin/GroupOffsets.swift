import KafkaProtocol
import NIOCore

/// What a group has committed for a partition.
package struct CommittedOffset: Sendable, Hashable {
    package var offset: Offset
    package var leaderEpoch: Epoch = -1
    package var metadata: String = ""

    package init(_ offset: Offset, leaderEpoch: Epoch = -1, metadata: String = "") {
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
    }
}

/// How far a group is behind in a partition.
package struct PartitionLag: Sendable, Equatable {
    /// What it has committed, or where a share group begins to read.
    package enum Position: Sendable, Equatable {
        case committed(CommittedOffset)
        case share(ShareOffset)

        var offset: Offset {
            switch self {
            case .committed(let committed): committed.offset
            case .share(let share): share.start
            }
        }
    }

    package var position: Position
    /// The end of the log, or why it is not known.
    package var end: Result<Offset, ClientError>

    /// Records between the position and the end, or what a broker tells of a share group; nil while the end is unknown.
    package var lag: Int64? {
        if case .share(let share) = position, let lag = share.lag { return lag }
        guard case .success(let end) = end else { return nil }
        return max(0, end - position.offset)
    }

    /// Whether the lag counts what members of a share group are done with out of order.
    package var isEstimate: Bool {
        guard case .share(let share) = position else { return false }
        return share.lag == nil
    }
}

extension KafkaClient {
    /// The committed offsets of groups, each with its own result; groups of one coordinator share a request where the
    /// broker can (version 8, Kafka 3.0).
    ///
    /// - Parameter partitions: those of interest; nil is all that a group has committed.
    package func committedOffsets(
        _ groups: [String], of partitions: [TopicPartition]? = nil, timeout: Duration? = nil
    ) async -> Outcomes<String, [TopicPartition: CommittedOffset]> {
        await byCoordinator(groups, deadline(timeout)) { connection, groups, time in
            // From version 10 on topics go by id.
            guard let version = connection.version(of: OffsetFetchRequest.self, atMost: 9) else {
                throw ClientError.notOffered(.offsetFetch)
            }
            let topics = partitions?.byTopic().map { asked in
                var topic = OffsetFetchRequest.Topic()
                topic.name = asked.name
                topic.partitionIndexes = asked.partitions
                return topic
            }
            var outcomes: Outcomes<String, [TopicPartition: CommittedOffset]> = [:]
            if version >= 8 {
                var request = OffsetFetchRequest()
                request.groups = groups.map {
                    var group = OffsetFetchRequest.Group()
                    group.groupID = $0
                    group.topics = topics
                    return group
                }
                for group in try await connection.send(request, atMost: 9, timeout: time).groups {
                    outcomes[group.groupID] = group.errorCode.outcome(nil, Self.offsets(group.topics))
                }
                return outcomes
            }
            for group in groups {
                var request = OffsetFetchRequest()
                request.groupID = group
                request.topics = topics
                let answer = try await connection.send(request, atMost: 9, timeout: time)
                outcomes[group] = answer.errorCode.outcome(nil, Self.offsets(answer.topics))
            }
            return outcomes
        }
    }

    /// The offsets that there are; partitions without one are left out.
    private static func offsets(_ topics: [OffsetFetchResponse.Topic]) -> [TopicPartition: CommittedOffset] {
        var offsets: [TopicPartition: CommittedOffset] = [:]
        for topic in topics {
            for partition in topic.partitions where partition.errorCode == .none && partition.committedOffset >= 0 {
                offsets[TopicPartition(topic.name, partition.partitionIndex)] = CommittedOffset(
                    partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
                    metadata: partition.metadata ?? "")
            }
        }
        return offsets
    }

    /// How far groups are behind. Positions are read before ends, so that lag is never below the truth.
    package func lag(
        of groups: [String], timeout: Duration? = nil
    ) async -> Outcomes<String, [TopicPartition: PartitionLag]> {
        let deadline = deadline(timeout)
        let positions = await positions(of: groups, deadline)
        var partitions: Set<TopicPartition> = []
        for case .success(let offsets) in positions.values { partitions.formUnion(offsets.keys) }
        let ends = await endOffsets(of: partitions, timeout: Deadline.now.duration(to: deadline))
        return positions.mapValues { outcome in
            outcome.map { offsets in
                Dictionary(
                    offsets.map { partition, position in
                        let end = ends[partition] ?? .failure(.broker(.unknownTopicOrPartition, nil))
                        return (partition, PartitionLag(position: position, end: end))
                    }, uniquingKeysWith: { first, _ in first })
            }
        }
    }

    /// Up to where a group has read: what it committed, or where a share group begins.
    package func positions(
        of group: String, timeout: Duration? = nil
    ) async throws -> [TopicPartition: Offset] {
        let found = await positions(of: [group], deadline(timeout))
        return try (found[group] ?? .success([:])).get().mapValues(\.offset)
    }

    private func positions(
        of groups: [String], _ deadline: Deadline
    ) async -> Outcomes<String, [TopicPartition: PartitionLag.Position]> {
        var positions = await committedOffsets(groups, timeout: Deadline.now.duration(to: deadline))
            .mapValues { $0.map { $0.mapValues(PartitionLag.Position.committed) } }
        // To OffsetFetch a share group is one that has committed nothing, or none at all.
        let unknown = positions.filter { $0.value.isNothing }.keys.sorted()
        guard !unknown.isEmpty else { return positions }
        let shares = await shareOffsets(unknown, timeout: Deadline.now.duration(to: deadline))
        for case (let group, .success(let offsets)) in shares {
            positions[group] = .success(offsets.mapValues(PartitionLag.Position.share))
        }
        return positions
    }

    /// Sets the offsets of a group that has no members, as an operator does; a group with members refuses.
    package func resetOffsets(
        of group: String, to offsets: [TopicPartition: CommittedOffset], timeout: Duration? = nil
    ) async throws -> Outcomes<TopicPartition, Bool> {
        let outcomes = try await commit(
            offsets, group: group, generation: -1, member: "", deadline: deadline(timeout))
        return outcomes.mapValues { outcome in
            outcome.mapError { error in
                guard error.code == .unknownMemberId else { return error }
                return .broker(.unknownMemberId, "\(group) has members; stop its consumers first")
            }
        }
    }

    /// Commits for a member, or for nobody with generation −1.
    func commit(
        _ offsets: [TopicPartition: CommittedOffset], group: String, generation: Int32, member: String,
        deadline: Deadline
    ) async throws -> Outcomes<TopicPartition, Bool> {
        var request = OffsetCommitRequest()
        request.groupID = group
        request.generationIDOrMemberEpoch = generation
        request.memberID = member
        request.topics = offsets.keys.byTopic().map { committed in
            var topic = OffsetCommitRequest.Topic()
            topic.name = committed.name
            topic.partitions = committed.partitions.map { index in
                let offset = offsets[TopicPartition(committed.name, index)]
                var partition = OffsetCommitRequest.Partition()
                partition.partitionIndex = index
                partition.committedOffset = offset?.offset ?? 0
                partition.committedLeaderEpoch = offset?.leaderEpoch ?? -1
                partition.committedMetadata = offset?.metadata ?? ""
                return partition
            }
            return topic
        }
        // From version 10 on topics go by id. Errors of the whole group come in every partition.
        let answer = try await call(request, to: .group(group), atMost: 9, deadline: deadline) {
            let codes = $0.topics.lazy.flatMap(\.partitions).map(\.errorCode)
            return (codes.first { $0.isCoordinatorError } ?? .none, nil)
        }
        return answer.topics.map { NamedTopic($0.name, $0.partitions) }
            .outcomes { ($0.partitionIndex, $0.errorCode.outcome(nil, true)) }
    }

    /// Deletes committed offsets of partitions that no member reads (KIP-496).
    package func deleteOffsets(
        of group: String, _ partitions: [TopicPartition], timeout: Duration? = nil
    ) async throws -> Outcomes<TopicPartition, Bool> {
        var request = OffsetDeleteRequest()
        request.groupID = group
        request.topics = partitions.byTopic { .init(partitionIndex: $0.partition) }
        let answer = try await call(request, to: .group(group), deadline: deadline(timeout)) { ($0.errorCode, nil) }
        return answer.topics.outcomes { ($0.partitionIndex, $0.errorCode.outcome(nil, true)) }
    }
}

extension Result where Success: Collection, Failure == ClientError {
    /// Whether there is nothing, or no group that could have something.
    fileprivate var isNothing: Bool {
        switch self {
        case .success(let found): found.isEmpty
        case .failure(let error): error.code == .groupIdNotFound
        }
    }
}

extension ErrorCode {
    /// Whether the code says that the coordinator is another one or not ready.
    var isCoordinatorError: Bool {
        self == .notCoordinator || self == .coordinatorNotAvailable || self == .coordinatorLoadInProgress
    }
}

extension ConsumerAssignment {
    /// The partitions in an assignment blob; an empty blob is none.
    static func partitions(_ blob: ByteBuffer) throws -> [TopicPartition] {
        guard blob.readableBytes > 0 else { return [] }
        let assignment = try ConsumerAssignment(versionedBlob: blob, newest: newestVersion)
        return assignment.assignedPartitions.flatMap { owned in
            owned.partitions.map { TopicPartition(owned.name, $0) }
        }.sorted()
    }
}
