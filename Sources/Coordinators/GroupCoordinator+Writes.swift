import KafkaProtocol
import KafkaRecords
import NIOCore

/// An append whose commit is awaited, and what depends on it.
struct PendingWrite {
    enum Purpose {
        /// Positions, applied when committed.
        case offsetCommit(RequestToken, OffsetCommitResponse)
        /// Positions that count from the end of a transaction on.
        case transactionalCommit(RequestToken, TxnOffsetCommitResponse, producerID: Int64)
        /// The end of a transaction.
        case marker(RequestToken, TransactionMarker)
        /// The first record of a group.
        case creation(group: String)
        /// The record of a group that lost its last member.
        case emptied
        /// The leader's assignment.
        case assignment(group: String, generation: Int32, [String: ByteBuffer])
        /// A static member came back under a new id.
        case replacement(StaticReplacement)
        /// A heartbeat or a timer changed a group of the new protocol.
        case consumerChange(ConsumerChange)
        /// Tombstones of groups and their positions, on request or by retention.
        case deletion(groups: [String], RequestToken?, [DeleteGroupsResponse.Result])
        /// Tombstones of positions.
        case forgetting(RequestToken?, OffsetDeleteResponse)
    }

    var records: [GroupRecord]
    var purpose: Purpose
    /// The waiting requests were told about a timeout; the records may still be committed.
    var answered = false
}

extension PendingWrite.Purpose {
    /// What the failure of the append is called towards those who wait. Markers are asked for by transaction coordinators,
    /// which know the log's own errors.
    func error(_ error: ErrorCode?) -> ErrorCode? {
        if case .marker = self { return error }
        return error?.asCoordinatorWriteFailure
    }
}

extension GroupCoordinator {
    /// Whether another request that writes is taken on.
    var hasRoomToWrite: Bool {
        writes.count < CoordinatorLimits.pendingWrites && pendingRecords < CoordinatorLimits.pendingRecords
    }

    func write(_ records: [GroupRecord], _ purpose: PendingWrite.Purpose) {
        write(records, purpose) { .append(records, $0) }
    }

    /// Begins a write that needs an append of its own kind.
    func write(_ records: [GroupRecord], _ purpose: PendingWrite.Purpose, as append: (WriteToken) -> GroupEffect) {
        lastWrite += 1
        pendingRecords += records.count
        writes[lastWrite] = PendingWrite(records: records, purpose: purpose)
        timers.arm(.write(lastWrite), at: now + config.commitTimeoutMs)
        emit(append(lastWrite))
    }

    /// The high watermark passed the records of this write and of all before it.
    package func committed(through token: WriteToken, now: Timestamp) -> [GroupEffect] {
        run(now) {
            let last = min(token, lastWrite)
            while settledThrough < last {
                settledThrough += 1
                settle(settledThrough, error: nil)
            }
        }
    }

    /// The records of one write did not get into the log, with the error of the append.
    package func writeFailed(_ token: WriteToken, error: ErrorCode, now: Timestamp) -> [GroupEffect] {
        run(now) { settle(token, error: error) }
    }

    func settle(_ token: WriteToken, error: ErrorCode?) {
        guard let write = writes.removeValue(forKey: token) else { return }
        timers.cancel(.write(token))
        pendingRecords -= write.records.count
        let error = write.purpose.error(error)
        if error == nil {
            apply(write)
            applyConsumerRecords(write.records)
        } else {
            revertConsumerRecords(write.records, write.purpose)
        }
        if case .deletion(let ids, _, _) = write.purpose { deletionSettled(ids, failed: error != nil) }
        if !write.answered { finish(write.purpose, error: error) }
    }

    func writeTimedOut(_ token: WriteToken) {
        guard let write = writes[token], !write.answered else { return }
        writes[token]?.answered = true
        finish(write.purpose, error: write.purpose.error(.requestTimedOut))
    }

    /// Positions change here and nowhere else.
    private func apply(_ write: PendingWrite) {
        switch write.purpose {
        case .transactionalCommit(_, _, let producerID):
            for case .offset(let group, let partition, let value?) in write.records {
                transactional.add(producerID, group, partition, value)
            }
        case .marker(_, let marker):
            for committed in transactional.end(marker.producerID, isCommit: marker.isCommit) {
                applyOffset(committed.group, committed.partition, committed.value, order: committed.order)
            }
        default:
            for case .offset(let group, let partition, let value) in write.records {
                applyOffset(group, partition, value)
            }
        }
    }

    private func finish(_ purpose: PendingWrite.Purpose, error: ErrorCode?) {
        switch purpose {
        case .offsetCommit(let token, var response):
            if let error { response.failSuccesses(error) }
            reply(token, .offsetCommit(response))
        case .transactionalCommit(let token, var response, _):
            if let error { response.failSuccesses(error) }
            reply(token, .txnOffsetCommit(response))
        case .marker(let token, _): reply(token, .transactionEnded(error ?? .none))
        case .creation(let group):
            if let error { creationFailed(group, 0, error) }
        case .emptied: break
        case .assignment(let group, let generation, let assignments):
            assignmentSettled(group, generation, assignments, error)
        case .replacement(let replacement): replacementSettled(replacement, error)
        case .consumerChange(let change): finish(change, error)
        case .deletion(_, let token, var results):
            guard let token else { return }
            if let error {
                for index in results.indices where results[index].errorCode == .none {
                    results[index].errorCode = error
                }
            }
            reply(token, .deleteGroups(results))
        case .forgetting(let token, var response):
            guard let token else { return }
            if let error {
                response.topics = []
                response.errorCode = error
            }
            reply(token, .offsetDelete(response))
        }
    }
}

extension OffsetCommitResponse {
    /// Partitions that would have succeeded get the error of the append.
    fileprivate mutating func failSuccesses(_ error: ErrorCode) {
        for topic in topics.indices {
            for partition in topics[topic].partitions.indices
            where topics[topic].partitions[partition].errorCode == .none {
                topics[topic].partitions[partition].errorCode = error
            }
        }
    }
}

extension TxnOffsetCommitResponse {
    /// Partitions that would have succeeded get the error of the append.
    fileprivate mutating func failSuccesses(_ error: ErrorCode) {
        for topic in topics.indices {
            for partition in topics[topic].partitions.indices
            where topics[topic].partitions[partition].errorCode == .none {
                topics[topic].partitions[partition].errorCode = error
            }
        }
    }
}
