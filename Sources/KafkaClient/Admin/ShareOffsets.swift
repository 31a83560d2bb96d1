import KafkaProtocol

/// Where a share group reads a partition (KIP-932).
package struct ShareOffset: Sendable, Hashable {
    /// The share-partition start offset: all before it is done with.
    package var start: Offset
    /// Records that are not done with; nil where the broker does not tell, as before Kafka 4.2 (KIP-1226).
    package var lag: Int64?

    package init(start: Offset, lag: Int64? = nil) {
        self.start = start
        self.lag = lag
    }
}

extension KafkaClient {
    /// Whether a group is a share group, as far as the cluster tells.
    package func isShareGroup(_ group: String, timeout: Duration? = nil) async -> Bool {
        guard case .success(let found)? = await describeGroups([group], timeout: timeout)[group] else { return false }
        return found.type == .share
    }

    /// Moves where a group without members reads on: its committed offsets, or where a share group begins. A group with
    /// members refuses.
    ///
    /// - Parameter isShare: whether it is a share group, if that is known.
    package func moveOffsets(
        of group: String, isShare: Bool? = nil, to offsets: [TopicPartition: Offset], timeout: Duration? = nil
    ) async throws -> Outcomes<TopicPartition, Bool> {
        var known = isShare
        if known == nil { known = await isShareGroup(group, timeout: timeout) }
        return known == true
            ? try await alterShareOffsets(of: group, to: offsets, timeout: timeout)
            : try await resetOffsets(of: group, to: offsets.mapValues { CommittedOffset($0) }, timeout: timeout)
    }

    private func alterShareOffsets(
        of group: String, to offsets: [TopicPartition: Offset], timeout: Duration?
    ) async throws -> Outcomes<TopicPartition, Bool> {
        var request = AlterShareGroupOffsetsRequest()
        request.groupID = group
        request.topics = offsets.keys.byTopic {
            var partition = AlterShareGroupOffsetsRequest.Partition()
            (partition.partitionIndex, partition.startOffset) = ($0.partition, offsets[$0] ?? 0)
            return partition
        }
        let answer: AlterShareGroupOffsetsResponse
        do {
            answer = try await call(request, to: .group(group), deadline: deadline(timeout)) {
                ($0.errorCode, $0.errorMessage)
            }
        } catch ClientError.broker(.unsupportedVersion, _) {
            throw ClientError.notOffered(.alterShareGroupOffsets)
        } catch ClientError.broker(.nonEmptyGroup, _) {
            throw ClientError.broker(.nonEmptyGroup, "\(group) has members; stop its consumers first")
        }
        var outcomes: Outcomes<TopicPartition, Bool> = [:]
        for topic in answer.responses {
            for partition in topic.partitions {
                outcomes[TopicPartition(topic.topicName, partition.partitionIndex)] =
                    partition.errorCode.outcome(partition.errorMessage, true)
            }
        }
        return outcomes
    }

    /// Where share groups read, each with its own result; partitions that they have not begun with are left out. Groups
    /// that are no share groups have GROUP_ID_NOT_FOUND.
    package func shareOffsets(
        _ groups: [String], timeout: Duration? = nil
    ) async -> Outcomes<String, [TopicPartition: ShareOffset]> {
        await byCoordinator(groups, deadline(timeout)) { connection, groups, time in
            var request = DescribeShareGroupOffsetsRequest()
            request.groups = groups.map {
                var group = DescribeShareGroupOffsetsRequest.Group()
                group.groupID = $0
                return group
            }
            var outcomes: Outcomes<String, [TopicPartition: ShareOffset]> = [:]
            for group in try await connection.send(request, timeout: time).groups {
                outcomes[group.groupID] =
                    group.errorCode == .unsupportedVersion
                    ? .failure(.notOffered(.describeShareGroupOffsets))
                    : group.errorCode.outcome(group.errorMessage, Self.offsets(group.topics))
            }
            return outcomes
        }
    }

    private static func offsets(
        _ topics: [DescribeShareGroupOffsetsResponse.Topic]
    ) -> [TopicPartition: ShareOffset] {
        var offsets: [TopicPartition: ShareOffset] = [:]
        for topic in topics {
            for partition in topic.partitions where partition.errorCode == .none && partition.startOffset >= 0 {
                offsets[TopicPartition(topic.topicName, partition.partitionIndex)] = ShareOffset(
                    start: partition.startOffset, lag: partition.lag < 0 ? nil : partition.lag)
            }
        }
        return offsets
    }
}
