import KafkaProtocol

@testable import MetadataQuorum

/// One machine under test, with names for what is done to it most.
struct Scenario {
    var machine: QuorumMachine
    var now: Int64 = 0
    private var nextToken: UInt64 = 1

    /// Timing without chance: every random part is 0.
    static let config = QuorumConfig(
        electionTimeout: 150, firstElectionTimeout: 0, fetchTimeout: 1000, fetchMaxWait: 250, electionBackoffMax: 300,
        requestTimeout: 1000, retryBackoff: 20)

    init(
        id: BrokerID = 1, voters: [BrokerID] = [1, 2, 3], election: ElectionState = ElectionState(),
        log: LogIndex = LogIndex(), owedEnd: Offset = 0
    ) {
        machine = QuorumMachine(
            own: Voter(ReplicaKey(id)), voters: VoterHistory(configured: VoterSet(voters)), config: Self.config,
            recovered: election, log: log, owedEnd: owedEnd, random: NoChance())
    }

    /// A log whose records are all of one epoch.
    static func log(end: Offset, epoch: Epoch) -> LogIndex {
        LogIndex(end: end, epochs: [LogIndex.Entry(epoch: epoch, start: 0)])
    }

    mutating func start() -> [QuorumEffect] { machine.start(now: now) }

    mutating func pass(_ duration: Int64) -> [QuorumEffect] {
        now += duration
        return machine.tick(now: now)
    }

    mutating func ask(_ request: QuorumRequest) -> [QuorumEffect] {
        defer { nextToken += 1 }
        return machine.received(request, token: RequestToken(nextToken), now: now)
    }

    mutating func vote(
        _ candidate: BrokerID, epoch: Epoch, lastEpoch: Epoch = 0, end: Offset = 0, pre: Bool = false
    ) -> [QuorumEffect] {
        ask(
            .vote(
                VoteAsk(
                    candidate: candidate, epoch: epoch, lastEpoch: lastEpoch, endOffset: end, preVote: pre,
                    voter: ReplicaKey(1))))
    }

    mutating func fetch(
        _ replica: BrokerID, epoch: Epoch, offset: Offset, lastEpoch: Epoch, maxWait: Int64 = 250
    ) -> [QuorumEffect] {
        ask(
            .fetch(FetchAsk(replica: replica, epoch: epoch, offset: offset, lastEpoch: lastEpoch, maxWait: maxWait)))
    }

    /// Answers the request that is on its way to `peer`.
    mutating func answer(
        _ peer: BrokerID, error: ErrorCode = .none, leader: BrokerID? = nil, epoch: Epoch, _ body: QuorumResponse.Body,
        batches: [QuorumBatch] = []
    ) -> [QuorumEffect] {
        let id = machine.inFlight[peer]?.id ?? 0
        let response = QuorumResponse(error: error, leader: leader, epoch: epoch, body: body)
        return machine.received(response, id: id, batches: batches, now: now)
    }

    /// Wins the election of the next epoch with voter 2's help and syncs the first record.
    mutating func lead() {
        _ = start()
        _ = answer(2, epoch: machine.election.epoch, .vote(granted: true))
        _ = answer(2, epoch: machine.election.epoch, .vote(granted: true))
        _ = machine.persisted(to: machine.log.end, epoch: machine.election.epoch, now: now)
    }

    /// Follows voter 2 in `epoch`.
    mutating func follow(epoch: Epoch) {
        _ = start()
        _ = ask(.beginEpoch(BeginEpochAsk(leader: 2, epoch: epoch, voter: ReplicaKey(1))))
    }
}

/// The randomness of a test that wants none: every range gives its lower bound (0 itself would be drawn again for ever).
struct NoChance: RandomNumberGenerator, Sendable {
    mutating func next() -> UInt64 { 1 }
}

extension [QuorumEffect] {
    /// The answers among the effects.
    var responses: [QuorumResponse] {
        compactMap { if case .respond(_, let response) = $0 { response } else { nil } }
    }

    /// Whom which request goes to.
    var sends: [(to: BrokerID, request: QuorumRequest)] {
        compactMap { if case .send(let request, _, let to) = $0 { (to, request) } else { nil } }
    }

    /// Whether the only answer grants a vote.
    var grantsVote: Bool { responses.map(\.body) == [.vote(granted: true)] }

    /// The content of the only answer to a Fetch.
    var fetched: FetchResult.Content? {
        guard responses.count == 1, case .fetch(let result) = responses[0].body else { return nil }
        return result.content
    }
}
