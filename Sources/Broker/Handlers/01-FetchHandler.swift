import KafkaProtocol
import LogStorage
import NIOCore

/// Serves record batches to consumers (up to the high watermark, or the last stable offset) and to followers (up to the
/// log end); waits for enough bytes as long as the request allows (KIP-74, KIP-227 sessions declined, KIP-516 ids).
package final class FetchHandler {
    private let replicas: ReplicaManager
    private let sentBytes: SentBytes
    /// Fetches of the metadata log go to the quorum.
    private let quorum: (Request<FetchRequest>) -> Void
    /// `fetch.max.bytes`: the most that one answer carries beyond its first batch.
    private let maxBytes = 57_671_680

    package init(replicas: ReplicaManager, sentBytes: SentBytes, quorum: @escaping (Request<FetchRequest>) -> Void) {
        self.replicas = replicas
        self.sentBytes = sentBytes
        self.quorum = quorum
    }

    func handle(_ request: Request<FetchRequest>) {
        let first = request.body.topics.first
        if first?.topicID == .metadataTopic || first?.topic == "__cluster_metadata" { return quorum(request) }
        let fetch = PendingFetch(request, replicas: replicas)
        let reader = FetchReader(replicas: replicas, fetch: fetch, limit: maxBytes)
        let operation = DelayedOperation(
            attempt: {
                guard reader.isDue() else { return false }
                self.answer(fetch, reader)
                return true
            },
            expire: { self.answer(fetch, reader) })
        reader.noteFollower()
        replicas.operations.park(operation, on: fetch.keys, timeout: Int64(request.body.maxWaitMs))
    }

    private func answer(_ fetch: PendingFetch, _ reader: FetchReader) {
        var response = FetchResponse()
        var room = min(Int(fetch.body.maxBytes), maxBytes)
        var isEmpty = true
        for (topic, parts) in zip(fetch.body.topics, fetch.parts) {
            var entry = FetchResponse.Topic()
            entry.topic = topic.topic
            entry.topicID = topic.topicID
            entry.partitions.reserveCapacity(parts.count)
            for part in parts {
                let answer = reader.read(part, room: room, atLeastOne: isEmpty)
                let bytes = answer.records?.readableBytes ?? 0
                if bytes > 0 { isEmpty = false }
                room -= bytes
                if !fetch.isFollower { sentBytes.add(bytes) }
                if fetch.isFollower, bytes > 0, let partition = replicas.partition(part.key) {
                    replicas.throttle.sent(bytes, of: partition)
                }
                entry.partitions.append(answer)
            }
            response.responses.append(entry)
        }
        fetch.reply(response)
    }
}

/// A Fetch request on its way: its partitions by name, whatever the version named them by.
final class PendingFetch {
    /// One partition asked for.
    struct Part {
        let key: TopicPartition
        let isKnown: Bool
        let ask: FetchRequest.Topic.Partition
    }

    let body: FetchRequest
    let version: Int16
    let reply: (FetchResponse?) -> Void
    let parts: [[Part]]
    let replica: BrokerID

    init(_ request: Request<FetchRequest>, replicas: ReplicaManager) {
        body = request.body
        version = request.version
        reply = request.reply
        replica = request.body.askingReplicaID
        parts = request.body.topics.map { topic in
            let name = request.version >= 13 ? replicas.image.topics[topic.topicID]?.name : topic.topic
            return topic.partitions.map {
                Part(key: TopicPartition(name ?? "", $0.partition), isKnown: name != nil, ask: $0)
            }
        }
    }

    var isFollower: Bool { replica >= 0 }
    var keys: [TopicPartition] { parts.flatMap { $0.map(\.key) } }
    var brokerEpoch: Int64 { body.replicaState.replicaEpoch }
}
