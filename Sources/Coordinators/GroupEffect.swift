import KafkaProtocol
import KafkaRecords

/// Names a request whose answer is due; chosen by the caller, never reused while unanswered.
package typealias RequestToken = UInt64
/// Names an append; counts up from 1.
package typealias WriteToken = UInt64

/// An answer to a request.
package enum GroupResponse: Sendable, Equatable {
    case joinGroup(JoinGroupResponse)
    case syncGroup(SyncGroupResponse)
    case heartbeat(HeartbeatResponse)
    case leaveGroup(LeaveGroupResponse)
    case consumerGroupHeartbeat(ConsumerGroupHeartbeatResponse)
    case offsetCommit(OffsetCommitResponse)
    case txnOffsetCommit(TxnOffsetCommitResponse)
    /// The marker of a transaction is written, or why not.
    case transactionEnded(ErrorCode)
    case deleteGroups([DeleteGroupsResponse.Result])
    case offsetDelete(OffsetDeleteResponse)
}

/// What a `GroupCoordinator` asks of its caller, in order.
package enum GroupEffect: Sendable, Equatable {
    /// Append the records to this coordinator's partition, then report `committed` when the high watermark has passed
    /// them, or `writeFailed`. They may be split into several batches in the same order; the token stands for the last.
    case append([GroupRecord], WriteToken)
    /// The same for positions in a transaction: the batches carry its producer and no sequence numbers.
    case appendTransactional([GroupRecord], producerID: Int64, producerEpoch: Int16, WriteToken)
    /// The same for the marker that ends a transaction.
    case appendMarker(TransactionMarker, WriteToken)
    /// Answer a request. Every token is answered exactly once.
    case reply(RequestToken, GroupResponse)
}

/// Who sent a request.
package struct GroupClient: Sendable, Equatable {
    package var clientID: String
    /// The address with a leading slash, such as `/10.0.0.1`.
    package var host: String
    /// Fresh randomness, from which a member id is made if one is needed.
    package var nonce: UUID

    package init(clientID: String, host: String, nonce: UUID) {
        self.clientID = clientID
        self.host = host
        self.nonce = nonce
    }
}

extension ErrorCode {
    /// What a failed append means to a client of a coordinator.
    var asCoordinatorWriteFailure: ErrorCode {
        switch self {
        case .unknownTopicOrPartition, .notEnoughReplicas, .notEnoughReplicasAfterAppend, .requestTimedOut,
            .coordinatorNotAvailable:
            .coordinatorNotAvailable
        case .notLeaderOrFollower, .kafkaStorageError, .fencedLeaderEpoch, .notCoordinator: .notCoordinator
        case .networkException: .coordinatorLoadInProgress
        default: .unknownServerError
        }
    }
}
