import KafkaProtocol

/// What one client goes on fetching, so that it need not name it all every time (KIP-227). Loop only.
final class FetchSession {
    /// A partition as the client names it.
    private struct Name: Hashable {
        let topicID: TopicID
        let topicName: String
        let partition: Int32
    }

    let id: Int32
    let usesIDs: Bool
    let isFollower: Bool
    /// The epoch that the next request must carry.
    fileprivate(set) var epoch: Int32 = 1
    fileprivate(set) var lastUse: Int64
    private(set) var parts: [FetchPart] = []
    /// Where the next answer begins: behind whoever got records last, so that nobody starves behind busy partitions.
    var start = 0
    private var byName: [Name: FetchPart] = [:]
    private var byKey: [TopicPartition: FetchPart] = [:]
    private var generation = -1

    fileprivate init(id: Int32, usesIDs: Bool, isFollower: Bool, now: Int64) {
        self.id = id
        self.usesIDs = usesIDs
        self.isFollower = isFollower
        lastUse = now
    }

    /// Takes the request's changes over. Returns the parts that it names.
    fileprivate func update(_ body: FetchRequest) -> [FetchPart] {
        forget(body.forgottenTopicsData)
        var named: [FetchPart] = []
        for topic in body.topics {
            for ask in topic.partitions {
                let name = name(topic.topicID, topic.topic, ask.partition)
                if let known = byName[name] {
                    known.named(ask)
                    named.append(known)
                } else {
                    let part = FetchPart(topic, ask, usesIDs: usesIDs)
                    byName[name] = part
                    parts.append(part)
                    named.append(part)
                    generation = -1
                }
            }
        }
        return named
    }

    private func forget(_ topics: [FetchRequest.ForgottenTopic]) {
        var gone: Set<ObjectIdentifier> = []
        for topic in topics {
            for partition in topic.partitions {
                guard let part = byName.removeValue(forKey: name(topic.topicID, topic.topic, partition)) else {
                    continue
                }
                gone.insert(ObjectIdentifier(part))
            }
        }
        guard !gone.isEmpty else { return }
        parts.removeAll { gone.contains(ObjectIdentifier($0)) }
        generation = -1
    }

    private func name(_ id: TopicID, _ topic: String, _ partition: Int32) -> Name {
        Name(topicID: usesIDs ? id : .zero, topicName: usesIDs ? "" : topic, partition: partition)
    }

    /// Looks all partitions up again after metadata or the session changed.
    func resolve(_ replicas: ReplicaManager) {
        guard generation != replicas.generation else { return }
        generation = replicas.generation
        byKey.removeAll(keepingCapacity: true)
        for part in parts {
            _ = part.resolved(replicas)
            if let key = part.key { byKey[key] = part }
        }
    }

    func part(_ key: TopicPartition) -> FetchPart? { byKey[key] }
}

/// The fetch sessions of a broker. Loop only.
final class FetchSessions {
    private let clock: any Clock
    private var random: any RandomNumberGenerator
    /// Sessions at a time: Kafka's `max.incremental.fetch.session.cache.slots`.
    private let slots: Int
    private var sessions: [Int32: FetchSession] = [:]

    init(clock: any Clock, random: any RandomNumberGenerator, slots: Int = 1_000) {
        self.slots = slots
        self.clock = clock
        self.random = random
    }

    /// The fetch that a request means, in its session if it has one; an error ends the session for its client.
    func fetch(_ request: Request<FetchRequest>) -> Result<PendingFetch, ErrorCode> {
        let body = request.body
        let usesIDs = request.version >= 13
        if body.sessionEpoch > 0 { return inSession(request, usesIDs) }
        sessions[body.sessionID] = nil
        if body.sessionEpoch == 0, let session = make(usesIDs, body) {
            let named = session.update(body)
            return .success(
                PendingFetch(request, parts: session.parts, named: named, session: session, isIncremental: false))
        }
        let parts = body.topics.flatMap { topic in
            topic.partitions.map { FetchPart(topic, $0, usesIDs: usesIDs) }
        }
        return .success(PendingFetch(request, parts: parts, named: parts, session: nil, isIncremental: false))
    }

    /// The answer to a client that has used too much: nothing, which changes nothing of its session. One that was about to
    /// begin does not.
    func throttled(_ fetch: PendingFetch, for milliseconds: Int64) -> FetchResponse {
        var response = FetchResponse()
        response.throttleTimeMs = Int32(clamping: milliseconds)
        guard let session = fetch.session else { return response }
        if fetch.isIncremental { response.sessionID = session.id } else { sessions[session.id] = nil }
        return response
    }

    private func inSession(_ request: Request<FetchRequest>, _ usesIDs: Bool) -> Result<PendingFetch, ErrorCode> {
        let body = request.body
        guard let session = sessions[body.sessionID] else { return .failure(.fetchSessionIdNotFound) }
        guard session.epoch == body.sessionEpoch else { return .failure(.invalidFetchSessionEpoch) }
        guard session.usesIDs == usesIDs else { return .failure(.fetchSessionTopicIdError) }
        session.epoch = session.epoch == .max ? 1 : session.epoch + 1
        session.lastUse = clock.now
        let named = session.update(body)
        return .success(
            PendingFetch(request, parts: session.parts, named: named, session: session, isIncremental: true))
    }

    /// A new session; nil when there is no room, which clients take for "none" and go on without.
    private func make(_ usesIDs: Bool, _ body: FetchRequest) -> FetchSession? {
        let isFollower = body.askingReplicaID >= 0
        let count = body.topics.reduce(0) { $0 + $1.partitions.count }
        guard count > 0, makeRoom(for: count, isFollower: isFollower) else { return nil }
        var id: Int32
        repeat { id = Int32.random(in: 1...Int32.max, using: &random) } while sessions[id] != nil
        let session = FetchSession(id: id, usesIDs: usesIDs, isFollower: isFollower, now: clock.now)
        sessions[id] = session
        return session
    }

    /// Followers go before consumers, and who is idle gives way.
    private func makeRoom(for count: Int, isFollower: Bool) -> Bool {
        func isFull() -> Bool {
            sessions.count >= slots
                || sessions.values.reduce(count) { $0 + $1.parts.count } > Limits.fetchSessionPartitions
        }
        while isFull() {
            let oldest = sessions.values.filter {
                clock.now - $0.lastUse > Limits.fetchSessionIdle || (isFollower && !$0.isFollower)
            }
            .min { $0.lastUse < $1.lastUse }
            guard let oldest else { return false }
            sessions[oldest.id] = nil
        }
        return true
    }
}
