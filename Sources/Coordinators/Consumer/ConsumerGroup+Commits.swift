import KafkaProtocol

/// Who may store and read positions of a consumer group.
extension ConsumerGroup {
    /// Nil for a member with its present epoch.
    func identityError(_ memberID: String, epoch: Int32) -> ErrorCode? {
        guard let member = members[memberID] else { return .unknownMemberId }
        return member.epoch == epoch ? nil : .staleMemberEpoch
    }

    /// Why an OffsetCommit is refused; tools may store positions while the group is empty.
    func refusal(ofCommitBy memberID: String, epoch: Int32, version: Int16) -> ErrorCode? {
        if epoch < 0 && members.isEmpty { return nil }
        guard let member = members[memberID] else { return .unknownMemberId }
        if member.usesClassicProtocol { return member.epoch == epoch ? nil : .illegalGeneration }
        // Versions before 9 cannot carry the epoch of a member.
        return version < 9 ? .unsupportedVersion : identityError(memberID, epoch: epoch)
    }

    /// Why a TxnOffsetCommit is refused; producers before KIP-447 name no member.
    func refusal(ofTransactionalCommitBy memberID: String, epoch: Int32) -> ErrorCode? {
        if epoch < 0 && memberID.isEmpty { return nil }
        guard let error = identityError(memberID, epoch: epoch) else { return nil }
        return error == .staleMemberEpoch ? .illegalGeneration : error
    }
}
