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

/// What is done to committed offsets, which share groups do not have, and what does the like for those.
package enum CommitsOnly: String, Sendable {
    case reset = "--reset-offsets moves where it starts"
    case delete = "--delete-offsets forgets a topic"

    /// Why it is refused of a share group.
    package func refusal(of group: String) -> String {
        "\(group) is a share group, which commits no offsets: kafka-share-groups.sh \(rawValue)"
    }
}

extension KafkaClient {
    /// Throws when a group is a share group, of which something cannot be done.
    package func refuse(_ what: CommitsOnly, ifShare group: String, timeout: Duration? = nil) async throws {
        guard case .success(let found)? = await describeGroups([group], timeout: timeout)[group], found.type == .share
        else { return }
        throw ClientError.invalid(what.refusal(of: group))
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
