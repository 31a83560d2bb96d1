import KafkaProtocol

extension GroupCoordinator {
    /// OffsetFetch of one group; versions before 8 ask the same in another shape. An unknown group or partition has
    /// offset −1 and no error. Topics nil means every position. `requireStable` refuses those that a transaction may
    /// change yet (KIP-447).
    ///
    /// From version 9 on the asking member may be named with its epoch, which must be that of a group of the new protocol.
    package func fetchOffsets(
        of groupID: String, topics: [OffsetFetchRequest.Topic]?, memberID: String? = nil, memberEpoch: Int32 = -1,
        requireStable: Bool = false
    ) -> OffsetFetchResponse.Group {
        var response = OffsetFetchResponse.Group()
        response.groupID = groupID
        let member = memberID ?? ""
        if !member.isEmpty || memberEpoch >= 0,
            let error = consumerGroup(groupID)?.identityError(member, epoch: memberEpoch)
        {
            response.errorCode = error
            return response
        }
        let known = offsets[groupID] ?? [:]
        let unstable = requireStable ? unstablePartitions(of: groupID) : []
        response.topics = (topics ?? Self.everything(in: known)).map { topic in
            var result = OffsetFetchResponse.Topic()
            result.name = topic.name
            result.topicID = topic.topicID
            result.partitions = topic.partitionIndexes.map {
                let key = TopicPartition(topic.name, $0)
                return unstable.contains(key) ? Self.unstable($0) : Self.position($0, known[key])
            }
            return result
        }
        return response
    }

    private static func everything(in known: [TopicPartition: OffsetCommitValue]) -> [OffsetFetchRequest.Topic] {
        Dictionary(grouping: known.keys, by: \.topic).sorted { $0.key < $1.key }.map { name, partitions in
            var topic = OffsetFetchRequest.Topic()
            topic.name = name
            topic.partitionIndexes = partitions.map(\.partition).sorted()
            return topic
        }
    }

    private static func unstable(_ index: Int32) -> OffsetFetchResponse.Partition {
        var result = OffsetFetchResponse.Partition()
        result.partitionIndex = index
        result.errorCode = .unstableOffsetCommit
        return result
    }

    private static func position(_ index: Int32, _ value: OffsetCommitValue?) -> OffsetFetchResponse.Partition {
        var result = OffsetFetchResponse.Partition()
        result.partitionIndex = index
        guard let value else { return result }
        result.committedOffset = value.offset
        result.committedLeaderEpoch = value.leaderEpoch
        result.metadata = value.metadata
        return result
    }
}
