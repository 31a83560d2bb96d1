import KafkaProtocol

extension QuorumMachine {
    /// Leads the epoch the election was won in, beginning with a record that says so.
    mutating func becomeLeader() {
        guard case .candidate(let campaign) = role else { return }
        var leadership = Leadership(epoch: election.epoch, epochStart: log.end)
        for voter in voters.others(than: id) { leadership.nextBegin[voter] = now }
        if votersToHear > 0 { leadership.checkQuorumDeadline = now + checkQuorumTimeout }
        elect(ElectionState(epoch: election.epoch, leader: id, votedFor: id, votedDirectory: election.votedDirectory))
        enter(.leader(leadership))
        effects.append(.becameLeader(election.epoch, epochStart: leadership.epochStart))
        let batch = QuorumBatch(baseOffset: log.end, count: 1, epoch: election.epoch)
        guard log.append(batch) else { return }
        effects.append(.appendLeaderChange(batch, voters: voters.ids, granting: campaign.granted.sorted()))
        writeVotersDown()
    }

    /// Puts voters that so far only a bootstrap snapshot names into the log, where everybody reads them, and its own new
    /// address. This does not change who votes, so it needs not wait for the set before.
    private mutating func writeVotersDown() {
        guard voters.version > 0, isVoter else { return }
        let isStale = !own.listeners.isEmpty && voters[id] != own
        if history.latestOffset < 0 || isStale { appendVoters(isStale ? voters.adding(own) : voters) }
    }

    /// Leads no longer, but keeps the epoch; the voters are told, the furthest first in line.
    mutating func becomeResigned() {
        guard case .leader(let leadership) = role else { return }
        let others = voters.others(than: id)
        let successors = others.sorted { a, b in
            let (x, y) = (leadership.end(of: a, voters) ?? -1, leadership.end(of: b, voters) ?? -1)
            return (y, a) < (x, b)
        }
        let deadline = shuttingDown ? nil : electionDeadline()
        enter(.resigned(Resignation(deadline: deadline, unacknowledged: Set(others), successors: successors)))
        effects.append(.leaderChanged(leaderAndEpoch))
    }

    // MARK: High watermark

    /// Raises the high watermark to what a majority of voters has on disk, once that includes a record of this epoch:
    /// counting copies of older records proves nothing (Raft §5.4.2).
    mutating func advanceHighWatermark() {
        guard case .leader(var leadership) = role else { return }
        let ends = voters.ids.map { voter in
            voter == id && isVoter ? log.persistedEnd : leadership.end(of: voter, voters) ?? -1
        }
        let agreed = ends.sorted(by: >)[voters.majority - 1]
        guard agreed > leadership.epochStart, agreed > leadership.highWatermark ?? -1 else { return }
        leadership.highWatermark = agreed
        role = .leader(leadership)
        commit(to: agreed)
        completeVoterChange()
        completeParked()
    }

    // MARK: Check-quorum

    var checkQuorumTimeout: Int64 { config.fetchTimeout + config.fetchTimeout / 2 }

    /// How many voters besides itself a leader must hear of.
    var votersToHear: Int { voters.majority - (isVoter ? 1 : 0) }

    /// Notes that a voter reads from this leader.
    mutating func heard(_ peer: ReplicaKey) {
        guard case .leader(var leadership) = role, peer.id != id, voters.contains(peer) else { return }
        leadership.heardOf.insert(peer.id)
        leadership.nextBegin[peer.id] = now + config.fetchTimeout / 2
        if leadership.heardOf.count >= votersToHear {
            leadership.heardOf = []
            leadership.checkQuorumDeadline = votersToHear > 0 ? now + checkQuorumTimeout : nil
        }
        role = .leader(leadership)
    }

    /// Resigns when no majority reads any more: another leader may exist, and clients must not wait for this one.
    mutating func checkQuorum() {
        guard case .leader(let leadership) = role, let deadline = leadership.checkQuorumDeadline, deadline <= now
        else { return }
        becomeResigned()
    }

    // MARK: Parked fetches

    /// Answers everybody who waits: there are new records or a new high watermark.
    mutating func completeParked() {
        guard case .leader(var leadership) = role, !leadership.parked.isEmpty else { return }
        let parked = leadership.parked
        leadership.parked = []
        role = .leader(leadership)
        for fetch in parked { answerRecords(fetch.token, replica: fetch.replica, from: fetch.offset) }
    }

    /// Answers those who waited long enough.
    mutating func expireParked() {
        guard case .leader(var leadership) = role else { return }
        let due = leadership.parked.filter { $0.deadline <= now }
        guard !due.isEmpty else { return }
        leadership.parked.removeAll { $0.deadline <= now }
        role = .leader(leadership)
        for fetch in due { answerRecords(fetch.token, replica: fetch.replica, from: fetch.offset) }
    }

    /// Lets a Fetch wait. A node reads one request after the other, so an older one of the same node is answered.
    mutating func park(_ ask: FetchAsk, _ token: RequestToken) {
        guard case .leader(var leadership) = role else { return }
        let replica = key(of: ask)
        let superseded = ask.replica >= 0 ? leadership.parked.filter { $0.replica == replica } : []
        leadership.parked.removeAll { ask.replica >= 0 && $0.replica == replica }
        let wait = min(ask.maxWait, config.requestTimeout)
        leadership.parked.append(
            ParkedFetch(token: token, replica: replica, offset: ask.offset, deadline: now + wait))
        role = .leader(leadership)
        for fetch in superseded { answerRecords(fetch.token, replica: fetch.replica, from: fetch.offset) }
    }
}

extension Leadership {
    /// How far a voter is known to be.
    func end(of voter: BrokerID, _ voters: VoterSet) -> Offset? {
        voters[voter].flatMap { replicas[$0.key]?.endOffset }
    }
}
