import KafkaProtocol
import NIOCore

/// What the client knows of the cluster: its brokers, leaders and coordinators, and a connection to each broker that is
/// needed. Everything it knows may be out of date; `forget` drops what proved wrong.
actor Cluster {
    let configuration: ClientConfiguration
    private let group: any EventLoopGroup
    private let clock = ContinuousClock()
    /// What comes in over all its connections.
    nonisolated let arrivals = Arrivals()

    private var connections: [Line: Task<BrokerConnection, any Error>] = [:]
    /// Those of them that were made.
    private var opened: [Line: BrokerConnection] = [:]
    private var nextLane = Cluster.controllerLane
    private var failures: [BrokerAddress: Failure] = [:]
    private var isClosed = false
    /// Whether any broker has ever answered.
    private var wasReached = false

    private(set) var brokers: [BrokerID: BrokerAddress] = [:]
    private(set) var controllerID: BrokerID = -1
    private var metadataTime: Deadline?
    private var topics: [String: CachedTopic] = [:]
    private var coordinators: [Destination: BrokerAddress] = [:]

    /// A connection: brokers answer the requests of one in order, so that long waits get lanes of their own.
    private struct Line: Hashable {
        var address: BrokerAddress
        var lane: Int
    }

    private struct Failure {
        var count: Int
        var retryAt: Deadline
        var error: ClientError
        /// Set when no connection was made at all.
        var connect: ConnectFailure?
    }

    /// Kept when it proves out of date, as it tells what is older still.
    private struct CachedTopic {
        var topic: MetadataResponse.Topic
        /// When it was told; nil when it must be asked for again.
        var time: Deadline?
    }

    init(_ configuration: ClientConfiguration, group: any EventLoopGroup) {
        self.configuration = configuration
        self.group = group
    }

    func close() async {
        isClosed = true
        let lines = Array(connections.keys)
        for line in lines { await close(line) }
    }

    /// Closes a connection; one that is still being made once it is, as nobody waits for that.
    private func close(_ line: Line) async {
        let task = connections.removeValue(forKey: line)
        if let made = opened.removeValue(forKey: line) {
            await made.close()
        } else if let task {
            Task { await (try? task.value)?.close() }
        }
    }

    // MARK: Connections

    /// The lane of what only the active controller answers, also by way of another broker: one that finds no controller
    /// holds such a request back, and with it all that comes after on the same connection.
    static let controllerLane = 1

    /// A number for connections of one's own, for requests that brokers hold back: the answers of a connection come in
    /// order, and others would wait behind.
    func openLane() -> Int {
        nextLane += 1
        return nextLane
    }

    func close(lane: Int) async {
        for line in connections.keys where line.lane == lane { await close(line) }
    }

    /// The connection to where `destination` is thought to be; `lane` 0 is everybody's.
    ///
    /// - Parameter deadline: until when brokers may be asked where that is; nil is a request's usual time.
    func connection(
        to destination: Destination, lane: Int = 0, by deadline: Deadline? = nil
    ) async throws -> BrokerConnection {
        switch destination {
        case .any:
            let open = try await anyConnection(by: deadline)
            return lane == 0 ? open : try await connection(open.address, lane: lane, by: deadline)
        case .controller: return try await controllerConnection(by: deadline)
        case .broker(let id):
            return try await connection(try await address(of: id, by: deadline), lane: lane, by: deadline)
        case .group, .transaction:
            return try await connection(try await coordinator(destination, by: deadline), lane: lane, by: deadline)
        case .leader(let partition):
            let leader = try await leader(of: partition, by: deadline)
            return try await connection(try await address(of: leader, by: deadline), lane: lane, by: deadline)
        }
    }

    /// The connection to an address: the open one, or a new one unless an attempt has only just failed.
    func connection(
        _ address: BrokerAddress, lane: Int = 0, by deadline: Deadline? = nil
    ) async throws -> BrokerConnection {
        guard !isClosed else { throw ClientError.closed }
        let line = Line(address: address, lane: lane)
        if let made = opened[line] {
            if made.isOpen { return made }
            opened[line] = nil
            connections[line] = nil
        }
        if connections[line] == nil, let failure = failures[address], clock.now < failure.retryAt {
            throw failure.error
        }
        let task =
            connections[line]
            ?? Task { [configuration, group, arrivals] in
                try await BrokerConnection.open(address, configuration, on: group, beside: arrivals)
            }
        connections[line] = task
        let made: BrokerConnection?
        do {
            made = try await task.value(by: deadline)
        } catch {
            let connect = error as? ConnectFailure
            let error = connect.map { ClientError.unreachable("\(address): \($0.reason)") } ?? ClientError(error)
            if connections[line] == task {
                connections[line] = nil
                remember(error, connect, at: address)
            }
            throw error
        }
        guard let made else { throw noAnswer(address) }
        guard !isClosed else {
            await made.close()
            throw ClientError.closed
        }
        failures[address] = nil
        wasReached = true
        if connections[line] == task { opened[line] = made }
        return made
    }

    private func noAnswer(_ address: BrokerAddress) -> ClientError {
        .timedOut("\(address) does not answer" + (wasReached ? "" : "; \(ClientError.hintOfSilence)"))
    }

    private func remember(_ error: ClientError, _ connect: ConnectFailure?, at address: BrokerAddress) {
        let count = (failures[address]?.count ?? 0) + 1
        let pause = Backoff.pause(
            attempt: count - 1, first: configuration.reconnectBackoff, most: configuration.reconnectBackoffMax)
        failures[address] = Failure(count: count, retryAt: clock.now + pause, error: error, connect: connect)
    }

    /// A connection to any broker. While none has ever answered, one more round of the bootstrap addresses is enough: who
    /// gave a wrong address, or forgot to start a broker, is told at once.
    private func anyConnection(by deadline: Deadline?) async throws -> BrokerConnection {
        do {
            return try await firstConnection(by: deadline)
        } catch {
            guard !wasReached, nobodyIsThere else { throw ofAllAddresses(error) }
            try await Task.sleep(for: configuration.reconnectBackoff * 2)
        }
        do {
            return try await firstConnection(by: deadline)
        } catch {
            guard !wasReached, nobodyIsThere else { throw ofAllAddresses(error) }
            throw ClientError.nobodyThere(bootstrapFailures)
        }
    }

    /// What became of each bootstrap address when it was last tried; none once a broker has answered.
    var bootstrapFailures: [AddressFailure] {
        guard !wasReached else { return [] }
        let hint = ClientError.hintOfSilence
        return configuration.bootstrap.map { address in
            guard let failure = failures[address] else { return AddressFailure(address, "does not answer; \(hint)") }
            return AddressFailure(address, failure.connect?.reason ?? failure.error.reason(at: address))
        }
    }

    /// While nobody has ever answered, what became of every address is told, and not only of the last one.
    private func ofAllAddresses(_ error: any Error) -> any Error {
        guard !wasReached, configuration.bootstrap.count > 1 else { return error }
        return ClientError.unreachable(bootstrapFailures.map(\.description).joined(separator: "; "))
    }

    /// Whether every bootstrap address proved to lead nowhere when it was last tried.
    private var nobodyIsThere: Bool { configuration.bootstrap.allSatisfy { failures[$0]?.connect?.isLasting ?? false } }

    /// Who answers comes first, then who has not been asked; then who is being connected to, and last who owes an answer.
    /// Nobody waits for a connection alone while others can be made: one to a machine that is gone fails only when all time
    /// is up.
    private func firstConnection(by deadline: Deadline?) async throws -> BrokerConnection {
        let usable = opened.filter { $0.key.lane == 0 && $0.value.isOpen }
        let silences = Dictionary(
            usable.map { ($0.key.address, $0.value.silenceDuration) }, uniquingKeysWith: { first, _ in first })
        let answering = silences.filter { $0.value < ClientLimits.silence }.map(\.key).shuffled()
        let silent = silences.sorted { $0.value < $1.value }.map(\.key).filter { !answering.contains($0) }
        let pending = connections.keys.filter { $0.lane == 0 && silences[$0.address] == nil }.map(\.address)
        let taken = Set(answering + silent + pending)
        let known = brokers.values.filter { !taken.contains($0) }.shuffled()
        let bootstrap = configuration.bootstrap.filter { !taken.contains($0) && !known.contains($0) }
        var last = ClientError.unreachable("no bootstrap servers")
        var awaited = answering + known + bootstrap + pending
        var turn = ClientLimits.patience
        while !awaited.isEmpty {
            // Closing waits for its turn here, and until it has had it the connections are still there.
            guard !isClosed else { throw ClientError.closed }
            var undecided: [BrokerAddress] = []
            for address in awaited {
                let isLast = awaited.count == 1
                do {
                    let end = clock.now + turn
                    return try await connection(address, by: isLast ? deadline : min(deadline ?? end, end))
                } catch {
                    last = ClientError(error)
                    if connections[Line(address: address, lane: 0)] != nil { undecided.append(address) }
                }
            }
            if let deadline, clock.now >= deadline { break }
            awaited = undecided
            turn = ClientLimits.look
        }
        for address in silent {
            do {
                return try await connection(address, by: deadline)
            } catch {
                last = ClientError(error)
            }
        }
        throw last
    }

    private func controllerConnection(by deadline: Deadline?) async throws -> BrokerConnection {
        if controllerID < 0 || isStale(metadataTime) { try await refresh(topics: [], by: deadline) }
        guard let address = brokers[controllerID] else {
            throw ClientError.broker(.notController, "no controller is known")
        }
        return try await connection(address, lane: Self.controllerLane, by: deadline)
    }

    private func address(of id: BrokerID, by deadline: Deadline?) async throws -> BrokerAddress {
        if let address = brokers[id] { return address }
        try await refresh(topics: [], by: deadline)
        guard let address = brokers[id] else { throw ClientError.unreachable("broker \(id) is not in the cluster") }
        return address
    }

    // MARK: Metadata

    /// The brokers, freshly asked for if they are old.
    func knownBrokers(fresh: Bool = false, by deadline: Deadline? = nil) async throws -> [BrokerID: BrokerAddress] {
        if fresh || brokers.isEmpty || isStale(metadataTime) { try await refresh(topics: [], by: deadline) }
        return brokers
    }

    /// Asks for the cluster and these topics; nil is all topics, an empty list none.
    @discardableResult
    func refresh(topics names: [String]?, by deadline: Deadline? = nil) async throws -> MetadataResponse {
        var request = MetadataRequest()
        request.allowAutoTopicCreation = false
        request.topics = names?.map { name in
            var topic = MetadataRequest.Topic()
            topic.name = name
            return topic
        }
        let answer = try await firstAnswer(to: request, by: deadline)
        adopt(answer, remembersAll: names != nil)
        return answer
    }

    /// What one request may take that is over by a deadline. One that passes while answers fill the line is no reason to
    /// ask nothing any more: the request waits behind them, as one that was sent in time does.
    nonisolated func time(until deadline: Deadline?) throws -> Duration {
        guard let deadline else { return configuration.requestTimeout }
        let left = Deadline.now.duration(to: deadline)
        if left <= .zero, left > .zero - configuration.arrivalTimeout, arrivals.fillTheLine { return ClientLimits.look }
        guard left > .zero else { throw ClientError.timedOut("the call's deadline") }
        return min(left, configuration.requestTimeout)
    }

    /// Of all topics of a cluster only those are worth remembering that somebody has asked for.
    func adopt(_ answer: MetadataResponse, remembersAll: Bool) {
        let now = clock.now
        if !answer.brokers.isEmpty {
            brokers = Dictionary(
                answer.brokers.map { ($0.nodeID, BrokerAddress(host: $0.host, port: Int($0.port))) },
                uniquingKeysWith: { first, _ in first })
            metadataTime = now
        }
        controllerID = answer.controllerID
        if remembersAll, isTooMuch(answer.topics.lazy.compactMap(\.name)) { topics = [:] }
        for topic in answer.topics {
            guard let name = topic.name, remembersAll || topics[name] != nil else { continue }
            guard let known = topics[name], known.topic.errorCode == .none else {
                topics[name] = CachedTopic(topic: topic, time: now)
                continue
            }
            // What a broker that has only just started does not know yet is no reason to forget it.
            let isTold = topic.errorCode == .none
            topics[name] = CachedTopic(
                topic: isTold ? topic.keepingNewerLeaders(of: known.topic) : known.topic, time: isTold ? now : nil)
        }
    }

    /// Whether these cannot be remembered beside the others.
    private func isTooMuch(_ names: some Sequence<String>) -> Bool {
        topics.count + names.reduce(0) { $0 + (topics[$1] == nil ? 1 : 0) } > ClientLimits.cachedTopics
    }

    /// A topic as Metadata described it; asked for when unknown or old.
    func topic(_ name: String, by deadline: Deadline? = nil) async throws -> MetadataResponse.Topic {
        if let cached = topics[name], !isStale(cached.time), cached.topic.errorCode == .none { return cached.topic }
        let answer = try await refresh(topics: [name], by: deadline)
        guard let told = answer.topics.first(where: { $0.name == name }) else {
            throw ClientError.broker(.unknownTopicOrPartition, "topic \(name)")
        }
        guard told.errorCode == .none else { throw ClientError.broker(told.errorCode, "topic \(name)") }
        return topics[name]?.topic ?? told
    }

    /// The leader of a partition.
    func leader(of partition: TopicPartition, by deadline: Deadline? = nil) async throws -> BrokerID {
        let topic = try await topic(partition.topic, by: deadline)
        guard let found = topic.partitions.first(where: { $0.partitionIndex == partition.partition }) else {
            forget(topic: partition.topic)
            throw ClientError.broker(.unknownTopicOrPartition, "partition \(partition)")
        }
        guard found.leaderID >= 0 else {
            forget(topic: partition.topic)
            throw ClientError.broker(.leaderNotAvailable, "partition \(partition)")
        }
        return found.leaderID
    }

    /// Brings all of these topics into the cache with one request.
    func prefetch(topics names: some Sequence<String>, by deadline: Deadline? = nil) async throws {
        let names = Set(names)
        var missing = names.filter { name in topics[name].map { isStale($0.time) } ?? true }
        // Those that are known would be forgotten for the others, and each be asked for by itself.
        if isTooMuch(missing) { missing = names }
        if !missing.isEmpty { try await refresh(topics: missing.sorted(), by: deadline) }
    }

    func forget(topic: String) { topics[topic]?.time = nil }

    /// Drops what `error` shows to be out of date about `destination`.
    func forget(_ destination: Destination, after error: ClientError) {
        let lost: Bool
        switch error {
        case .unreachable, .disconnected, .timedOut: lost = true
        default: lost = false
        }
        switch destination {
        case .any: break
        case .broker: if lost { metadataTime = nil }
        case .controller: if lost || error.code == .notController { controllerID = -1 }
        case .leader(let partition): if lost || error.code?.isRetriable == true { forget(topic: partition.topic) }
        case .group, .transaction:
            if lost || error.code == .notCoordinator || error.code == .coordinatorNotAvailable {
                coordinators[destination] = nil
            }
        }
    }

    private func isStale(_ time: Deadline?) -> Bool {
        guard let time else { return true }
        return clock.now - time > configuration.metadataMaxAge
    }

    // MARK: Coordinators

    private func coordinator(_ destination: Destination, by deadline: Deadline?) async throws -> BrokerAddress {
        if let known = coordinators[destination] { return known }
        var request = FindCoordinatorRequest()
        switch destination {
        case .group(let id): request.key = id
        case .transaction(let id):
            request.key = id
            request.keyType = FindCoordinatorRequest.KeyType.transaction.rawValue
        default: throw ClientError.invalid("no coordinator of \(destination)")
        }
        request.coordinatorKeys = [request.key]
        let answer = try await firstAnswer(to: request, by: deadline)
        // From version 4 on the answer is a list (KIP-699).
        let found = answer.coordinators.first
        let code = found?.errorCode ?? answer.errorCode
        guard code == .none else { throw ClientError.broker(code, found?.errorMessage ?? answer.errorMessage) }
        let address = BrokerAddress(host: found?.host ?? answer.host, port: Int(found?.port ?? answer.port))
        coordinators[destination] = address
        return address
    }

    /// The coordinators of groups, asked for together where the brokers can (KIP-699).
    func coordinators(
        of groups: [String], by deadline: Deadline? = nil
    ) async throws -> Outcomes<String, BrokerAddress> {
        var outcomes: Outcomes<String, BrokerAddress> = [:]
        for group in groups { outcomes[group] = coordinators[.group(group)].map { .success($0) } }
        let missing = groups.filter { outcomes[$0] == nil }
        let connection = try await anyConnection(by: deadline)
        guard !missing.isEmpty, (connection.version(of: FindCoordinatorRequest.self) ?? 0) >= 4 else {
            for group in missing {
                do {
                    outcomes[group] = .success(try await coordinator(.group(group), by: deadline))
                } catch {
                    outcomes[group] = .failure(ClientError(error))
                }
            }
            return outcomes
        }
        var request = FindCoordinatorRequest()
        request.coordinatorKeys = missing
        let answer = try await firstAnswer(to: request, by: deadline)
        for found in answer.coordinators {
            let address = BrokerAddress(host: found.host, port: Int(found.port))
            outcomes[found.key] = found.errorCode.outcome(found.errorMessage, address)
            if found.errorCode == .none { coordinators[.group(found.key)] = address }
        }
        return outcomes
    }
}

extension MetadataResponse.Topic {
    /// This topic with the leaders that were told before where their epoch is newer: a broker that is cut off or has only
    /// just started tells of leaders that are long gone (KIP-320). A topic that was made again begins anew.
    func keepingNewerLeaders(of known: Self) -> Self {
        guard topicID == known.topicID, topicID != .zero else { return self }
        let before = Dictionary(
            known.partitions.map { ($0.partitionIndex, $0) }, uniquingKeysWith: { first, _ in first })
        var newest = self
        newest.partitions = partitions.map { told in
            guard told.leaderEpoch >= 0, let old = before[told.partitionIndex], old.leaderEpoch > told.leaderEpoch
            else { return told }
            return old
        }
        return newest
    }
}
