import KafkaProtocol

extension QuorumMachine {
    /// Answers a peer's request, at once or by parking it.
    mutating func serve(_ request: QuorumRequest, _ token: RequestToken) {
        switch request {
        case .vote(let ask): serve(ask, token)
        case .beginEpoch(let ask): serve(ask, token)
        case .endEpoch(let ask): serve(ask, token)
        case .fetch(let ask): serve(ask, token)
        case .fetchSnapshot(let ask): serve(ask, token)
        case .updateVoter(let ask): serve(ask, token)
        }
    }

    mutating func respond(_ token: RequestToken, error: ErrorCode = .none, _ body: QuorumResponse.Body) {
        let current = leaderAndEpoch
        effects.append(
            .respond(token, QuorumResponse(error: error, leader: current.leader, epoch: current.epoch, body: body)))
    }

    // MARK: Epochs

    private mutating func serve(_ ask: BeginEpochAsk, _ token: RequestToken) {
        let error = learn(leader: ask.leader, epoch: ask.epoch)
        if error == .none, case .prospective = role, election.leader == ask.leader, ask.leader != id {
            // The leader that seemed lost is there.
            becomeFollower(of: ask.leader, epoch: ask.epoch)
        }
        let isMisdirected = error == .none && !isMeant(ask.voter)
        respond(token, error: isMisdirected ? .invalidVoterKey : error, .acknowledged)
    }

    private mutating func serve(_ ask: EndEpochAsk, _ token: RequestToken) {
        let error = learn(leader: ask.leader, epoch: ask.epoch)
        if error == .none, mayCampaign, election.leader == ask.leader, case .follower(var following) = role {
            following.hasFetched = false
            following.deadline = now + successionDelay(ask.successors)
            role = .follower(following)
        }
        respond(token, error: error, .acknowledged)
    }

    private mutating func learn(leader: BrokerID, epoch: Epoch) -> ErrorCode {
        guard epoch >= election.epoch else { return .fencedLeaderEpoch }
        guard leader >= 0 else { return .invalidRequest }
        adopt(leader: leader, epoch: epoch)
        return .none
    }

    /// When a voter campaigns after a resignation: the furthest at once, the others later and later.
    private func successionDelay(_ successors: [BrokerID]) -> Int64 {
        let longest = config.electionBackoffMax
        guard let place = successors.firstIndex(of: id) else { return longest }
        guard place > 0 else { return 0 }
        let shift = Int64(min(successors.count - 1, 62))
        return min(longest, (longest >> shift) << Int64(min(place - 1, 30)))
    }

    // MARK: Fetch

    private func refusal(epoch: Epoch) -> ErrorCode {
        if epoch < election.epoch { return .fencedLeaderEpoch }
        if epoch > election.epoch { return .unknownLeaderEpoch }
        if isLeader { return .none }
        return shuttingDown ? .brokerNotAvailable : .notLeaderOrFollower
    }

    private mutating func serve(_ ask: FetchAsk, _ token: RequestToken) {
        guard ask.maxWait >= 0, ask.offset >= 0, ask.lastEpoch >= 0, ask.lastEpoch <= ask.epoch else {
            return answerFetch(token, error: .invalidRequest)
        }
        let error = refusal(epoch: ask.epoch)
        guard error == .none else { return answerFetch(token, error: error) }
        let content = content(for: ask)
        guard case .records = content else { return answerFetch(token, content) }
        record(ask)
        heard(key(of: ask))
        advanceHighWatermark()
        guard case .leader(let leadership) = role else { return }
        let replica = leadership.replicas[key(of: ask)]
        let knowsHighWatermark = replica == nil || replica?.toldHighWatermark == leadership.highWatermark
        let anonymous = leadership.parked.count { $0.replica.id < 0 }
        let mayWait = ask.replica >= 0 || anonymous < Limits.anonymousParkedFetches
        if ask.offset < log.end || !knowsHighWatermark || ask.maxWait == 0 || !mayWait {
            answerRecords(token, replica: key(of: ask), from: ask.offset)
        } else {
            park(ask, token)
        }
    }

    /// Whether the follower's log is a prefix of this one, and what it has to do if not.
    private func content(for ask: FetchAsk) -> FetchResult.Content {
        if ask.offset == 0 {
            if let snapshot = log.latestSnapshot { return .snapshot(snapshot) }
            if log.start.endOffset == 0 { return .records(from: 0) }
        }
        if log.start.endOffset > 0, let snapshot = log.latestSnapshot {
            let cutOff =
                ask.offset < log.start.endOffset || ask.lastEpoch < log.start.epoch
                || (ask.offset == log.start.endOffset && ask.lastEpoch != log.start.epoch)
            if cutOff { return .snapshot(snapshot) }
        }
        let known = log.endOffset(ofEpoch: ask.lastEpoch)
        if known.epoch != ask.lastEpoch || known.start < ask.offset {
            return .diverging(epoch: known.epoch, end: known.start)
        }
        return .records(from: ask.offset)
    }

    /// Who fetches, as this quorum distinguishes nodes.
    func key(of ask: FetchAsk) -> ReplicaKey { voters.normal(ReplicaKey(ask.replica, directory: ask.directory)) }

    /// Notes where a node reads from; for a voter, what it has on disk.
    private mutating func record(_ ask: FetchAsk) {
        guard case .leader(var leadership) = role, ask.replica >= 0, ask.replica != id else { return }
        let key = key(of: ask)
        if leadership.replicas[key] == nil, !voters.contains(key) {
            forgetSilentObservers(&leadership)
            guard leadership.replicas.count < Limits.observers else { return }
        }
        var progress = leadership.replicas[key] ?? Progress()
        progress.directory = ask.directory
        if ask.offset >= log.end {
            progress.lastCaughtUp = now
        } else if let last = progress.lastFetch, ask.offset >= progress.leaderEndAtLastFetch {
            progress.lastCaughtUp = max(progress.lastCaughtUp ?? last, last)
        }
        progress.endOffset = ask.offset
        progress.lastFetch = now
        progress.leaderEndAtLastFetch = log.end
        leadership.replicas[key] = progress
        role = .leader(leadership)
    }

    /// Looks through all of them only now and then, however many new ones come.
    private func forgetSilentObservers(_ leadership: inout Leadership) {
        guard now >= leadership.nextForgetting else { return }
        leadership.nextForgetting = now + config.observerExpiry / 10
        leadership.replicas = leadership.replicas.filter { replica, progress in
            voters.contains(replica) || now - (progress.lastFetch ?? now) < config.observerExpiry
        }
    }

    mutating func answerFetch(
        _ token: RequestToken, _ content: FetchResult.Content = .nothing, error: ErrorCode = .none
    ) {
        var highWatermark: Offset?
        if case .leader(let leadership) = role { highWatermark = leadership.highWatermark }
        let result = FetchResult(
            content: content, highWatermark: highWatermark ?? -1, logStart: log.start.endOffset)
        respond(token, error: error, .fetch(result))
    }

    mutating func answerRecords(_ token: RequestToken, replica: ReplicaKey, from offset: Offset) {
        if case .leader(var leadership) = role, replica.id >= 0 {
            leadership.replicas[replica]?.toldHighWatermark = leadership.highWatermark
            role = .leader(leadership)
        }
        answerFetch(token, .records(from: offset))
    }

    // MARK: FetchSnapshot

    private mutating func serve(_ ask: FetchSnapshotAsk, _ token: RequestToken) {
        let error = refusal(epoch: ask.epoch)
        guard error == .none else {
            let nothing = SnapshotChunk(snapshot: ask.snapshot, position: ask.position, count: 0, size: 0)
            return respond(token, error: error, .snapshot(nothing))
        }
        heard(voters.normal(ReplicaKey(ask.replica, directory: ask.directory)))
        effects.append(.serveSnapshot(token, ask))
    }
}
