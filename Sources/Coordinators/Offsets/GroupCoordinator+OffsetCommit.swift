import KafkaProtocol

extension GroupCoordinator {
    /// OffsetCommit. The positions can be read when their records are committed, which is when the answer comes.
    ///
    /// `exists` says whether a partition is known; unknown ones are refused with UNKNOWN_TOPIC_OR_PARTITION. Positions
    /// are not held against the log: lower than before or beyond its end is legal.
    package func commitOffsets(
        _ request: OffsetCommitRequest, version: Int16, token: RequestToken, now: Timestamp,
        exists: (TopicPartition) -> Bool
    ) -> [GroupEffect] {
        run(now) {
            let refusal = refusal(of: request, version: version)
            var response = OffsetCommitResponse()
            var records: [GroupRecord] = []
            var room = CoordinatorLimits.offsetsPerGroup - (offsets[request.groupID]?.count ?? 0)
            for topic in request.topics {
                var result = OffsetCommitResponse.Topic()
                result.name = topic.name
                result.topicID = topic.topicID
                for partition in topic.partitions {
                    let key = TopicPartition(topic.name, partition.partitionIndex)
                    let isNew = offsets[request.groupID]?[key] == nil
                    let error =
                        refusal ?? unfit(metadata: partition.committedMetadata, key, isNew && room <= 0, exists)
                    result.partitions.append(PartitionOutcome(partition.partitionIndex, error ?? .none))
                    guard error == nil else { continue }
                    if isNew { room -= 1 }
                    records.append(.offset(group: request.groupID, key, value(of: partition, request)))
                }
                response.topics.append(result)
            }
            if records.isEmpty {
                reply(token, .offsetCommit(response))
            } else {
                write(records, .offsetCommit(token, response))
            }
        }
    }

    private func value(
        of partition: OffsetCommitRequest.Partition, _ request: OffsetCommitRequest
    ) -> OffsetCommitValue {
        let (expiry, overflow) = now.addingReportingOverflow(request.retentionTimeMs)
        return OffsetCommitValue(
            offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
            metadata: partition.committedMetadata ?? "",
            commitTimestamp: partition.commitTimestamp == -1 ? now : partition.commitTimestamp,
            expireTimestamp: request.retentionTimeMs == -1 ? -1 : overflow ? .max : max(expiry, 0))
    }

    /// Why one partition is refused; nil when it is stored.
    func unfit(
        metadata: String?, _ key: TopicPartition, _ full: Bool, _ exists: (TopicPartition) -> Bool
    ) -> ErrorCode? {
        if !exists(key) { return .unknownTopicOrPartition }
        let longest = min(config.offsetMetadataMaxBytes, Int(Int16.max))
        if (metadata?.utf8.count ?? 0) > longest { return .offsetMetadataTooLarge }
        return full ? .invalidCommitOffsetSize : nil
    }

    /// Why the whole request is refused; the order of the checks is Kafka's.
    private func refusal(of request: OffsetCommitRequest, version: Int16) -> ErrorCode? {
        if request.groupID.utf8.count > CoordinatorLimits.identifierBytes { return .invalidGroupId }
        if !hasRoomToWrite { return .coordinatorNotAvailable }
        let generation = request.generationIDOrMemberEpoch
        if let group = consumerGroup(request.groupID) {
            return group.refusal(ofCommitBy: request.memberID, epoch: generation, version: version)
        }
        guard let group = groups[request.groupID] else {
            // Tools and simple consumers store positions without a group (the group appears with them).
            if generation >= 0 { return version >= 9 ? .groupIdNotFound : .illegalGeneration }
            return hasRoomForGroup ? nil : .coordinatorNotAvailable
        }
        if group.state == .dead { return .coordinatorNotAvailable }
        if generation < 0 && group.state == .empty { return nil }
        if generation < 0 && request.memberID.isEmpty && request.groupInstanceID == nil { return .unknownMemberId }
        if let error = group.identityError(request.memberID, instance: request.groupInstanceID) { return error }
        if generation != group.generation { return .illegalGeneration }
        if group.state == .completingRebalance { return .rebalanceInProgress }
        if let member = group.members[request.memberID] { restartSession(of: member, in: group) }
        return nil
    }

    /// Stores or forgets one committed position. `order`: of a position that waited for its transaction.
    func applyOffset(
        _ groupID: String, _ partition: TopicPartition, _ value: OffsetCommitValue?, order: UInt64? = nil
    ) {
        if let value {
            transactional.supersede(groupID, partition, upTo: order)
            offsets[groupID, default: [:]][partition] = value
            if !hasGroup(groupID) { groups[groupID] = ClassicGroup(id: groupID, now: now) }
        } else {
            transactional.forget(groupID, partition)
            offsets[groupID]?[partition] = nil
            if offsets[groupID]?.isEmpty == true { offsets[groupID] = nil }
        }
    }

    /// Positions that are on their way into the log or wait for the end of a transaction, by group.
    var pendingPositions: [String: Set<TopicPartition>] {
        var found: [String: Set<TopicPartition>] = [:]
        for group in transactional.groups { found[group] = transactional.partitions(of: group) }
        for write in writes.values {
            for case .offset(let group, let partition, _?) in write.records {
                found[group, default: []].insert(partition)
            }
        }
        return found
    }

    /// Positions of a group, those on their way into the log included: what a deletion must cover.
    func positions(of groupID: String, with pending: [String: Set<TopicPartition>]) -> Set<TopicPartition> {
        (pending[groupID] ?? []).union((offsets[groupID] ?? [:]).keys)
    }
}
