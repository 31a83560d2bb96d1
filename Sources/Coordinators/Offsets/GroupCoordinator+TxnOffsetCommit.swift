import KafkaProtocol
import KafkaRecords

extension GroupCoordinator {
    /// TxnOffsetCommit: stores positions that count from the COMMIT of the producer's transaction on (KIP-98, KIP-447).
    ///
    /// `exists` says whether a partition is known; unknown ones are refused with UNKNOWN_TOPIC_OR_PARTITION.
    package func commitOffsets(
        _ request: TxnOffsetCommitRequest, token: RequestToken, now: Timestamp, exists: (TopicPartition) -> Bool
    ) -> [GroupEffect] {
        run(now) {
            let refusal = refusal(of: request)
            var response = TxnOffsetCommitResponse()
            var records: [GroupRecord] = []
            let stored = offsets[request.groupID] ?? [:]
            let waiting = unstablePartitions(of: request.groupID).filter { stored[$0] == nil }
            var room = CoordinatorLimits.offsetsPerGroup - stored.count - waiting.count
            for topic in request.topics {
                var result = TxnOffsetCommitResponse.Topic()
                result.name = topic.name
                for partition in topic.partitions {
                    let key = TopicPartition(topic.name, partition.partitionIndex)
                    let isNew = stored[key] == nil && !waiting.contains(key)
                    let error =
                        refusal ?? unfit(metadata: partition.committedMetadata, key, isNew && room <= 0, exists)
                    result.partitions.append(PartitionOutcome(partition.partitionIndex, error ?? .none))
                    guard error == nil else { continue }
                    if isNew { room -= 1 }
                    let value = OffsetCommitValue(
                        offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
                        metadata: partition.committedMetadata ?? "", commitTimestamp: self.now)
                    records.append(.offset(group: request.groupID, key, value))
                }
                response.topics.append(result)
            }
            guard !records.isEmpty else { return reply(token, .txnOffsetCommit(response)) }
            let purpose = PendingWrite.Purpose.transactionalCommit(token, response, producerID: request.producerID)
            write(records, purpose) {
                .appendTransactional(
                    records, producerID: request.producerID, producerEpoch: request.producerEpoch, $0)
            }
        }
    }

    /// Why the whole request is refused; unlike an ordinary commit, one in a rebalance is welcome.
    private func refusal(of request: TxnOffsetCommitRequest) -> ErrorCode? {
        if request.groupID.utf8.count > CoordinatorLimits.identifierBytes { return .invalidGroupId }
        if !hasRoomToWrite { return .coordinatorNotAvailable }
        if let group = consumerGroup(request.groupID) {
            return group.refusal(ofTransactionalCommitBy: request.memberID, epoch: request.generationID)
        }
        guard let group = groups[request.groupID] else {
            if request.generationID >= 0 { return .illegalGeneration }
            return hasRoomForGroup ? nil : .coordinatorNotAvailable
        }
        if group.state == .dead { return .coordinatorNotAvailable }
        if request.generationID < 0, group.state == .empty { return nil }
        // Producers before KIP-447 name no member: they fence by their transactional id alone.
        if request.generationID < 0, request.memberID.isEmpty, request.groupInstanceID == nil { return nil }
        if let error = group.identityError(request.memberID, instance: request.groupInstanceID) { return error }
        return request.generationID == group.generation ? nil : .illegalGeneration
    }

    /// Ends a producer's transaction in this partition: writes the marker, and when that is committed, the positions
    /// stored in the transaction count, or are dropped.
    package func endTransaction(_ marker: TransactionMarker, token: RequestToken, now: Timestamp) -> [GroupEffect] {
        run(now) {
            guard hasRoomToWrite else { return reply(token, .transactionEnded(.coordinatorNotAvailable)) }
            write([], .marker(token, marker)) { .appendMarker(marker, $0) }
        }
    }

    /// The partitions of a group whose position depends on a transaction that has not ended (KIP-447).
    func unstablePartitions(of groupID: String) -> Set<TopicPartition> {
        var found = transactional.partitions(of: groupID)
        for write in writes.values {
            guard case .transactionalCommit = write.purpose else { continue }
            for case .offset(groupID, let partition, _?) in write.records { found.insert(partition) }
        }
        return found
    }
}
