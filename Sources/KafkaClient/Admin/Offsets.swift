import KafkaProtocol

/// A place in a partition's log by what it means.
package enum OffsetSpec: Sendable, Hashable {
    case earliest
    case latest
    /// The first record at or after this time (milliseconds since 1970); the end when there is none.
    case timestamp(Timestamp)
    /// The record with the latest timestamp (Kafka 3.0 on).
    case maxTimestamp
}

/// What ListOffsets found.
package struct ListedOffset: Sendable, Hashable {
    /// −1 when no record is at or after the timestamp asked for.
    package var offset: Offset
    /// −1 unless asked for by time.
    package var timestamp: Timestamp
    package var leaderEpoch: Epoch
}

extension KafkaClient {
    /// Finds offsets at the partitions' leaders. Each partition has its own result.
    ///
    /// - Parameter isolation: read committed gives the last stable offset for `.latest`.
    package func listOffsets(
        _ specs: [TopicPartition: OffsetSpec], isolation: IsolationLevel = .readUncommitted, timeout: Duration? = nil
    ) async -> Outcomes<TopicPartition, ListedOffset> {
        let deadline = deadline(timeout)
        return await byLeader(Array(specs.keys), deadline: deadline) { broker, partitions in
            var request = ListOffsetsRequest()
            request.isolationLevel = isolation.rawValue
            request.timeoutMs = try self.timeLeft(deadline).milliseconds
            request.topics = partitions.byTopic {
                var partition = ListOffsetsRequest.Partition()
                (partition.partitionIndex, partition.timestamp) = ($0.partition, (specs[$0] ?? .latest).wire)
                return partition
            }
            let answer = try await self.call(request, to: .broker(broker), deadline: deadline)
            return answer.topics.outcomes { ($0.partitionIndex, $0.errorCode.outcome(nil, ListedOffset($0))) }
        }
    }

    /// What one broker tells of partitions that it leads, asked once and given as it came: for who asks about very many,
    /// again and again. Partitions that it does not lead have their error.
    ///
    /// - Parameter isolation: read committed gives the last stable offset for `.latest`.
    package func listOffsets(
        _ spec: OffsetSpec, of topics: [(name: String, partitions: [Int32])], at broker: BrokerID,
        isolation: IsolationLevel = .readUncommitted, timeout: Duration
    ) async throws -> [ListOffsetsResponse.Topic] {
        let deadline = deadline(timeout)
        var request = ListOffsetsRequest()
        request.isolationLevel = isolation.rawValue
        request.timeoutMs = timeout.milliseconds
        request.topics = topics.map { name, indexes in
            var topic = ListOffsetsRequest.Topic()
            topic.name = name
            topic.partitions = indexes.map { index in
                var partition = ListOffsetsRequest.Partition()
                partition.partitionIndex = index
                partition.timestamp = spec.wire
                return partition
            }
            return topic
        }
        return try await call(request, to: .broker(broker), deadline: deadline).topics
    }

    /// The ends of partitions: a short word for `listOffsets` with `.latest`.
    package func endOffsets(
        of partitions: some Sequence<TopicPartition>, timeout: Duration? = nil
    ) async -> Outcomes<TopicPartition, Offset> {
        let specs = Dictionary(partitions.map { ($0, OffsetSpec.latest) }, uniquingKeysWith: { first, _ in first })
        return await listOffsets(specs, timeout: timeout).mapValues { $0.map(\.offset) }
    }
}

/// Whether records of open and aborted transactions are seen (KIP-98).
package enum IsolationLevel: Int8, Sendable, Hashable {
    case readUncommitted = 0
    case readCommitted = 1
}

extension OffsetSpec {
    fileprivate var wire: Timestamp {
        switch self {
        case .earliest: ListOffsetsRequest.earliest
        case .latest: ListOffsetsRequest.latest
        case .maxTimestamp: ListOffsetsRequest.maxTimestamp
        case .timestamp(let time): max(0, time)
        }
    }
}

extension ListedOffset {
    fileprivate init(_ partition: ListOffsetsResponse.Partition) {
        // Version 0 answers with a list of which the first is the one asked for.
        offset = partition.offset >= 0 ? partition.offset : partition.oldStyleOffsets.first ?? -1
        timestamp = partition.timestamp
        leaderEpoch = partition.leaderEpoch
    }
}
