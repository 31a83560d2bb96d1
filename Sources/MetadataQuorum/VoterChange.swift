import KafkaProtocol

/// What may be asked of a leader about the voters, one at a time (KIP-853).
package enum VoterChange: Sendable, Equatable {
    /// AddRaftVoter (80): its `versions` are asked of the node itself.
    case add(Voter)
    /// RemoveRaftVoter (81).
    case remove(ReplicaKey)
    /// UpdateRaftVoter (82): a voter listens elsewhere, or is of another release.
    case update(Voter, epoch: Epoch)
    /// UpdateFeatures (57) of kraft.version to 1, with where the configured voters listen.
    case upgrade([BrokerID: Voter.Listener])
}

/// A change of the voters that was asked for and is not answered yet.
struct PendingVoterChange: Sendable, Equatable {
    var token: RequestToken
    var change: VoterChange
    /// When whoever asked is told that it takes too long.
    var deadline: Int64
    /// Where its record is; nil while voters are asked which versions they know.
    var offset: Offset?
    /// What they have answered, where more than one is asked.
    var versions: [BrokerID: ClosedRange<Int16>] = [:]
}

extension QuorumMachine {
    /// Somebody asks for other voters; `endVoterChange` answers under `token`, now or in a later event.
    package mutating func requested(
        _ change: VoterChange, timeout: Int64, token: RequestToken, now: Int64
    ) -> [QuorumEffect] {
        event(now) { $0.begin(change, timeout: timeout, token) }
    }

    /// What a node that is to be a voter of the log says about its versions; nil when it cannot be reached.
    package mutating func probed(
        _ versions: ClosedRange<Int16>?, by voter: BrokerID, token: RequestToken, now: Int64
    ) -> [QuorumEffect] {
        event(now) { $0.continueChange(token, voter, versions) }
    }

    /// Kafka's checks in Kafka's order. A leader must know its high watermark: only then is it sure that the set it
    /// starts from is the last one, and two majorities that do not overlap cannot arise.
    private mutating func begin(_ change: VoterChange, timeout: Int64, _ token: RequestToken) {
        guard case .leader(var leadership) = role else { return end(change, token, refusalToChange) }
        if let error = refusal(of: change, leadership) { return end(change, token, error) }
        let deadline = now + max(0, timeout)
        leadership.voterChange = PendingVoterChange(token: token, change: change, deadline: deadline)
        role = .leader(leadership)
        switch change {
        case .add(let voter): effects.append(.probe(voter, token))
        case .remove(let key): appendVoters(voters.removing(key.id))
        case .update(let voter, _): appendVoters(voters.adding(voter))
        case .upgrade(let listeners): beginUpgrade(listeners, token)
        }
    }

    /// Answers UpdateRaftVoter.
    mutating func serve(_ ask: UpdateVoterAsk, _ token: RequestToken) {
        begin(.update(ask.voter, epoch: ask.epoch), timeout: config.requestTimeout, token)
    }

    var refusalToChange: ErrorCode { shuttingDown ? .brokerNotAvailable : .notLeaderOrFollower }

    private func refusal(of change: VoterChange, _ leadership: Leadership) -> ErrorCode? {
        if case .update(_, let epoch) = change {
            if epoch < election.epoch { return .fencedLeaderEpoch }
            if epoch > election.epoch { return .unknownLeaderEpoch }
        }
        if case .upgrade = change { return upgradeRefusal ?? (voters.version > 0 ? ErrorCode.none : nil) }
        guard leadership.voterChange == nil, let committed = leadership.highWatermark else { return .requestTimedOut }
        guard voters.version > 0 else { return .unsupportedVersion }
        guard history.latestOffset < committed else { return .requestTimedOut }
        switch change {
        case .add(let voter): return voters.contains(voter.key.id) ? .duplicateVoter : nil
        case .remove(let key):
            return voters.contains(key) && voters.ids.count > 1 ? nil : .voterNotFound
        case .update(let voter, _):
            guard voters.contains(voter.key) else { return .voterNotFound }
            guard fits(voter) else { return .invalidRequest }
            return voters[voter.key.id] == voter ? ErrorCode.none : nil
        case .upgrade: return nil
        }
    }

    private func fits(_ voter: Voter) -> Bool { voter.versions.contains(voters.version) && !voter.listeners.isEmpty }

    private mutating func continueChange(
        _ token: RequestToken, _ voter: BrokerID, _ versions: ClosedRange<Int16>?
    ) {
        guard case .leader(let leadership) = role, let pending = leadership.voterChange, pending.token == token,
            pending.offset == nil
        else { return }
        guard let versions else { return endVoterChange(.requestTimedOut) }
        switch pending.change {
        case .add(let new): continueAdding(new, versions, leadership)
        case .upgrade(let listeners): continueUpgrade(listeners, voter, versions)
        case .remove, .update: break
        }
    }

    private mutating func continueAdding(
        _ new: Voter, _ versions: ClosedRange<Int16>, _ leadership: Leadership
    ) {
        var voter = new
        voter.versions = versions
        guard fits(voter) else { return endVoterChange(.invalidRequest) }
        let progress = leadership.replicas[voter.key]
        guard let fetched = progress?.lastFetch, now - fetched < Limits.newVoterSilence, progress?.lastCaughtUp != nil
        else { return endVoterChange(.requestTimedOut) }
        appendVoters(voters.adding(voter))
    }

    /// Appends a voter set, which counts from now on.
    mutating func appendVoters(_ set: VoterSet) {
        // A log that has no set yet says first which rules hold.
        let withVersion = history.latestOffset < 0
        let batch = QuorumBatch(
            baseOffset: log.end, count: withVersion ? 2 : 1, epoch: election.epoch, voters: set)
        guard log.append(batch) else { return endVoterChange(.unknownServerError) }
        effects.append(.appendVoters(batch, set, withVersion: withVersion))
        if case .leader(var leadership) = role {
            leadership.voterChange?.offset = batch.baseOffset
            role = .leader(leadership)
        }
        adoptVoters(in: [batch])
        completeParked()
        // A majority of fewer voters may have everything already.
        advanceHighWatermark()
    }

    /// Takes over the voter sets of batches just appended.
    mutating func adoptVoters(in batches: [QuorumBatch]) {
        for batch in batches {
            guard let set = batch.voters else { continue }
            history.append(VoterHistory.Entry(offset: batch.baseOffset, voters: set))
        }
        guard case .leader(var leadership) = role else { return }
        leadership.nextBegin = leadership.nextBegin.filter { voters.contains($0.key) && $0.key != id }
        for voter in voters.others(than: id) where leadership.nextBegin[voter] == nil {
            leadership.nextBegin[voter] = now
        }
        leadership.heardOf = leadership.heardOf.filter { voters.contains($0) }
        let mustHear = votersToHear > 0
        leadership.checkQuorumDeadline = mustHear ? leadership.checkQuorumDeadline ?? now + checkQuorumTimeout : nil
        role = .leader(leadership)
    }

    // MARK: Ends

    /// After the high watermark rose.
    mutating func completeVoterChange() {
        guard case .leader(let leadership) = role, let offset = leadership.voterChange?.offset,
            offset < leadership.highWatermark ?? -1
        else { return }
        endVoterChange(.none)
    }

    mutating func expireVoterChange() {
        guard case .leader(let leadership) = role, let pending = leadership.voterChange, pending.deadline <= now
        else { return }
        endVoterChange(.requestTimedOut)
    }

    mutating func endVoterChange(_ error: ErrorCode) {
        guard case .leader(var leadership) = role, let pending = leadership.voterChange else { return }
        leadership.voterChange = nil
        role = .leader(leadership)
        end(pending.change, pending.token, error)
    }

    /// Answers a change that was asked for; an update is asked for by a peer, as a request like others.
    mutating func end(_ change: VoterChange, _ token: RequestToken, _ error: ErrorCode) {
        if case .update = change { return respond(token, error: error, .acknowledged) }
        effects.append(.endVoterChange(token, error))
    }

    /// A leader that is no voter any more has done its part once everybody who decides knows.
    mutating func leaveIfRemoved() {
        guard case .leader(let leadership) = role, !isVoter, history.latestOffset < leadership.highWatermark ?? -1
        else { return }
        becomeResigned()
    }
}
