import KafkaProtocol
import LogStorage
import NIOCore

/// Serves record batches to consumers (up to the high watermark, or the last stable offset) and to followers (up to the
/// log end); waits for enough bytes as long as the request allows (KIP-74, KIP-227 sessions, KIP-516 ids).
package final class FetchHandler {
    private let replicas: ReplicaManager
    private let sentBytes: SentBytes
    private let quotas: ClientQuotas
    private let sessions: FetchSessions
    /// Holds fetches until the cluster is known.
    private let gate: StartupGate
    /// Fetches of the metadata log go to the quorum.
    private let quorum: (Request<FetchRequest>) -> Void
    /// `fetch.max.bytes`: the most that one answer carries beyond its first batch.
    private let maxBytes: Int
    /// Up to so many partitions a waiting fetch is noted at each.
    private static let fewPartitions = 32

    package init(
        replicas: ReplicaManager, sentBytes: SentBytes, quotas: ClientQuotas, gate: StartupGate,
        random: any RandomNumberGenerator, quorum: @escaping (Request<FetchRequest>) -> Void
    ) {
        self.replicas = replicas
        self.sentBytes = sentBytes
        self.quotas = quotas
        self.gate = gate
        let configs = replicas.configs
        maxBytes = Int(configs.int("fetch.max.bytes"))
        sessions = FetchSessions(
            clock: replicas.clock, random: random,
            slots: Int(configs.int("max.incremental.fetch.session.cache.slots")))
        self.quorum = quorum
    }

    func handle(_ request: Request<FetchRequest>) {
        let first = request.body.topics.first
        if first?.topicID == .metadataTopic || first?.topic == .metadataTopic { return quorum(request) }
        gate.pass(request, to: serve)
    }

    private func serve(_ request: Request<FetchRequest>) {
        switch sessions.fetch(request) {
        case .success(let fetch): serve(fetch)
        case .failure(let error):
            var response = FetchResponse()
            response.errorCode = error
            request.reply(response)
        }
    }

    private func serve(_ fetch: PendingFetch) {
        fetch.session?.resolve(replicas)
        let reader = FetchReader(replicas: replicas, fetch: fetch)
        reader.noteFollower()
        let operation = DelayedOperation(
            on: interest(of: fetch),
            attempt: { changed in
                fetch.session?.resolve(self.replicas)
                return reader.isDue(changed) ? { self.answer(fetch, reader) } : nil
            },
            expire: { self.answer(fetch, reader) })
        replicas.operations.park(operation, timeout: Int64(fetch.body.maxWaitMs))
    }

    /// A follower's fetch is about most partitions of its leader.
    private func interest(of fetch: PendingFetch) -> DelayedOperation.Interest {
        if fetch.session != nil, fetch.parts.count > Self.fewPartitions { return .all }
        return .partitions(
            fetch.parts.compactMap { part in
                _ = part.resolved(replicas)
                return part.key
            })
    }

    private func answer(_ fetch: PendingFetch, _ reader: FetchReader) {
        let quota = fetch.isFollower ? nil : quotas.fetchRoom(of: fetch.client)
        var room = min(Int(fetch.body.maxBytes), maxBytes, quota ?? .max)
        var answers: [(part: FetchPart, answer: FetchResponse.Partition)] = []
        var total = 0
        var next: Int?
        let start = fetch.session.map { $0.start < fetch.parts.count ? $0.start : 0 } ?? 0
        for offset in fetch.parts.indices {
            let index = (start + offset) % fetch.parts.count
            let part = fetch.parts[index]
            guard let answer = reader.news(part, room: room, atLeastOne: total == 0) else { continue }
            let bytes = answer.records?.readableBytes ?? 0
            if bytes > 0 { next = index + 1 }
            total += bytes
            room -= bytes
            answers.append((part, answer))
        }
        if !fetch.isFollower, case let throttle = quotas.fetched(total, by: fetch.client), throttle > 0 {
            return fetch.reply(sessions.throttled(fetch, for: throttle))
        }
        if let next { fetch.session?.start = next }
        var response = FetchResponse()
        response.sessionID = fetch.session?.id ?? 0
        for (part, answer) in answers {
            sent(answer, of: part, fetch)
            response.add(answer, of: part)
        }
        fetch.reply(response)
    }

    private func sent(_ answer: FetchResponse.Partition, of part: FetchPart, _ fetch: PendingFetch) {
        if fetch.session != nil { part.told(answer) }
        let bytes = answer.records?.readableBytes ?? 0
        guard fetch.isFollower else { return sentBytes.add(bytes) }
        if bytes > 0, let partition = part.resolved(replicas) { replicas.throttle.sent(bytes, of: partition) }
    }
}

extension FetchResponse {
    /// Neighbours of one topic share an entry.
    fileprivate mutating func add(_ answer: Partition, of part: FetchPart) {
        if let last = responses.last, last.topicID == part.topicID, last.topic == part.topicName {
            responses[responses.count - 1].partitions.append(answer)
            return
        }
        var entry = Topic()
        entry.topic = part.topicName
        entry.topicID = part.topicID
        entry.partitions = [answer]
        responses.append(entry)
    }
}
