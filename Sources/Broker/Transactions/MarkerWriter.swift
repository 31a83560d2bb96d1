import KafkaProtocol
import KafkaRecords

/// Writes the markers that end transactions in partitions led here; in `__consumer_offsets` by the group coordinator, whose
/// positions then count or are dropped.
package struct MarkerWriter {
    let replicas: ReplicaManager
    let groups: GroupRuntime

    package init(replicas: ReplicaManager, groups: GroupRuntime) {
        self.replicas = replicas
        self.groups = groups
    }

    /// Counts the markers of one request that are still to be written.
    private final class Progress {
        var response = WriteTxnMarkersResponse()
        var left = 1
        let done: (WriteTxnMarkersResponse) -> Void

        init(_ done: @escaping (WriteTxnMarkersResponse) -> Void) { self.done = done }

        func countDown() {
            left -= 1
            if left == 0 { done(response) }
        }
    }

    func handle(_ request: Request<WriteTxnMarkersRequest>) { write(request.body) { request.reply($0) } }

    /// Writes all markers and calls `done` when every in-sync replica has them, or they never will.
    func write(_ request: WriteTxnMarkersRequest, done: @escaping (WriteTxnMarkersResponse) -> Void) {
        let progress = Progress(done)
        progress.response.markers = request.markers.map { marker in
            var result = WriteTxnMarkersResponse.Marker()
            result.producerID = marker.producerID
            result.topics = marker.topics.map { topic in
                NamedTopic(topic.name, topic.partitions.map { PartitionOutcome($0, .none) })
            }
            return result
        }
        for (m, marker) in request.markers.enumerated() {
            let ending = TransactionMarker(
                producerID: marker.producerID, producerEpoch: marker.producerEpoch, isCommit: marker.transactionResult,
                coordinatorEpoch: marker.coordinatorEpoch)
            for (t, topic) in marker.topics.enumerated() {
                for (p, index) in topic.partitions.enumerated() {
                    progress.left += 1
                    write(ending, to: TopicPartition(topic.name, index)) { code in
                        progress.response.markers[m].topics[t].partitions[p].errorCode = code
                        progress.countDown()
                    }
                }
            }
        }
        progress.countDown()
    }

    private func write(_ marker: TransactionMarker, to key: TopicPartition, done: @escaping (ErrorCode) -> Void) {
        guard replicas.partition(key) != nil else { return done(replicas.absent(key)) }
        if key.topic == InternalTopics.offsets {
            return groups.endTransaction(in: key.partition, with: marker) { code in
                switch code {
                case .coordinatorLoadInProgress, .coordinatorNotAvailable, .notCoordinator: done(.notLeaderOrFollower)
                default: done(code)
                }
            }
        }
        let batch: RecordBatch
        do { batch = try marker.batch(timestamp: replicas.clock.wall) } catch { return done(.unknownServerError) }
        replicas.append(batch.bytes, to: key, timeout: Limits.markerAppendTimeout) { result in
            switch result {
            case .success: done(.none)
            case .failure(let code): done(code)
            }
        }
    }
}
