import KafkaProtocol

extension QuorumMachine {
    /// The peers this node has something to ask, whether or not it is time.
    var targets: [BrokerID] {
        switch role {
        case .unattached:
            guard !mayCampaign, !shuttingDown, mayFetch else { return [] }
            return someone(of: voters.others(than: id) + bootstrap)
        case .prospective(let campaign):
            // All the voters that it knows may have been replaced while it was away.
            return unheard(campaign) + (mayFetch ? someone(of: bootstrap) : [])
        case .candidate(let campaign): return unheard(campaign)
        case .leader(let leadership): return leadership.nextBegin.filter { $0.value <= now }.keys.sorted()
        case .follower(let following):
            guard let leader = election.leader, !(following.download?.installing ?? false) else { return [] }
            return following.download != nil || mayFetch ? [leader] : []
        case .resigned(let resignation): return resignation.unacknowledged.sorted()
        }
    }

    private func unheard(_ campaign: Campaign) -> [BrokerID] {
        guard !campaign.backingOff else { return [] }
        return voters.others(than: id).filter { !campaign.granted.contains($0) && !campaign.refused.contains($0) }
    }

    /// One node after the other, so that who is gone does not stand in the way.
    private func someone(of nodes: [BrokerID]) -> [BrokerID] {
        nodes.isEmpty ? [] : [nodes[askedTarget % nodes.count]]
    }

    /// What is fetched next acknowledges what is there, so it has to be on disk. An observer that can become a voter may
    /// be one already, as the leader counts; of configured ones none does before it has fetched who votes.
    private var mayFetch: Bool { log.persistedEnd == log.end || (isConfigured && !isVoter) }

    /// Whether who votes is configured, as far as this node knows (kraft.version 0).
    private var isConfigured: Bool { voters.version == 0 && bootstrap.isEmpty }

    /// Sends what is due to every peer that has no request on its way.
    mutating func sendWanted() {
        for peer in targets where inFlight[peer] == nil && (retryAt[peer] ?? now) <= now {
            guard let request = request(to: peer) else { continue }
            let number = nextRequestID
            nextRequestID += 1
            retryAt[peer] = nil
            if case .updateVoter = request {
                let next = now + 3 * config.fetchTimeout
                change { $0.nextUpdate = next }
            }
            inFlight[peer] = InFlight(id: number, request: request, deadline: now + patience(with: request))
            effects.append(.send(request, id: number, to: peer))
        }
    }

    /// How long an answer is waited for. Who leads is said as often to a voter that does not answer as to one that does not
    /// fetch (KIP-853): a request that went into a cut is not heard of before it times out.
    private func patience(with request: QuorumRequest) -> Int64 {
        guard case .beginEpoch = request else { return config.requestTimeout }
        return min(config.requestTimeout, config.fetchTimeout / 2)
    }

    private func request(to peer: BrokerID) -> QuorumRequest? {
        switch role {
        case .prospective where peer < 0: return fetch
        case .prospective: return .vote(ballot(preVote: true, peer))
        case .candidate: return .vote(ballot(preVote: false, peer))
        case .leader: return .beginEpoch(BeginEpochAsk(leader: id, epoch: election.epoch, voter: key(of: peer)))
        case .resigned(let resignation):
            return .endEpoch(EndEpochAsk(leader: id, epoch: election.epoch, successors: resignation.successors))
        case .unattached: return fetch
        case .follower(let following):
            guard let download = following.download else { return mustUpdate(following) ? update : fetch }
            return .fetchSnapshot(
                FetchSnapshotAsk(
                    replica: id, directory: own.key.directory, epoch: election.epoch, snapshot: download.snapshot,
                    position: download.position,
                    maxBytes: config.snapshotChunk))
        }
    }

    private func key(of voter: BrokerID) -> ReplicaKey { voters[voter]?.key ?? ReplicaKey(voter) }

    private func ballot(preVote: Bool, _ peer: BrokerID) -> VoteAsk {
        VoteAsk(
            candidate: id, candidateDirectory: voteDirectory, epoch: election.epoch, lastEpoch: log.lastEpoch,
            endOffset: log.end, preVote: preVote, voter: key(of: peer))
    }

    /// Whether the voters' entry of this node is of before it moved or was upgraded.
    private func mustUpdate(_ following: Following) -> Bool {
        voters.version > 0 && isVoter && !own.listeners.isEmpty && voters[id] != own && following.hasFetched
            && following.nextUpdate <= now
    }

    private var update: QuorumRequest { .updateVoter(UpdateVoterAsk(epoch: election.epoch, voter: own)) }

    private var fetch: QuorumRequest {
        .fetch(
            FetchAsk(
                replica: id, directory: own.key.directory, epoch: election.epoch, offset: log.end,
                lastEpoch: log.lastEpoch, maxWait: hasFetched ? config.fetchMaxWait : 0))
    }

    /// Whoever has not heard of its leader yet asks for an answer at once. The leader would keep a Fetch without news for
    /// longer than a follower waits whose pre-vote was refused: it would ask for pre-votes again, and so on, and never learn
    /// what was committed meanwhile.
    private var hasFetched: Bool {
        if case .follower(let following) = role { following.hasFetched } else { false }
    }

    // MARK: Answers

    /// A request was not answered. An unreachable leader is probably dead, so there is no point in waiting for the whole
    /// fetch timeout; should it live, the other followers refuse their pre-votes.
    mutating func failed(_ peer: BrokerID, unreachable: Bool) {
        guard let request = inFlight.removeValue(forKey: peer)?.request else { return }
        retryAt[peer] = now + config.retryBackoff
        switch (role, request) {
        case (.follower(var following), _):
            guard mayCampaign, unreachable else { return }
            following.hasFetched = false
            following.deadline = min(following.deadline, electionDeadline())
            role = .follower(following)
        case (.unattached, _), (.prospective, .fetch): askedTarget += 1
        case (.leader(var leadership), .beginEpoch):
            // Unless it fetches meanwhile.
            let next = unreachable ? now + config.fetchTimeout / 4 : now
            leadership.nextBegin[peer] = max(leadership.nextBegin[peer] ?? next, next)
            role = .leader(leadership)
        default: break
        }
    }

    /// Takes over an answer.
    mutating func handle(_ response: QuorumResponse, id: UInt64, batches: [QuorumBatch]) {
        guard let peer = inFlight.first(where: { $0.value.id == id })?.key,
            let request = inFlight.removeValue(forKey: peer)?.request
        else {
            // Too late to be an answer, but a higher epoch is news all the same.
            if case .vote = response.body { voteCameLate(id) }
            if response.epoch > election.epoch { adopt(leader: response.leader, epoch: response.epoch) }
            return
        }
        let before = transitions
        if response.epoch >= election.epoch { adopt(leader: response.leader, epoch: response.epoch) }
        guard transitions == before else { return }
        guard response.epoch == election.epoch, response.error == .none else {
            return refused(peer, request, response.error)
        }
        switch (request, response.body) {
        case (.vote(let ask), .vote(let granted)): handleVote(granted: granted, to: ask, from: peer)
        case (.beginEpoch, .acknowledged), (.endEpoch, .acknowledged): acknowledged(peer)
        case (.updateVoter, .acknowledged): break
        case (.fetch, .fetch(let result)): handleFetch(result, batches, from: peer)
        case (.fetchSnapshot, .snapshot(let chunk)): handleChunk(chunk, from: peer)
        default: later(peer)
        }
    }

    /// Asks a peer again after the usual pause.
    mutating func later(_ peer: BrokerID) { retryAt[peer] = now + config.retryBackoff }

    private mutating func refused(_ peer: BrokerID, _ request: QuorumRequest, _ error: ErrorCode) {
        later(peer)
        switch (role, request) {
        case (.unattached, _), (.prospective, .fetch): askedTarget += 1
        case (.leader, _), (.resigned, _):
            // Who knows better will be heard of by its epoch; there is nothing more to tell it.
            acknowledged(peer)
        case (.follower, .fetchSnapshot): dropDownload()
        default: break
        }
    }

    private mutating func acknowledged(_ peer: BrokerID) {
        switch role {
        case .leader(var leadership):
            if leadership.nextBegin[peer] != nil { leadership.nextBegin[peer] = now + config.fetchTimeout / 2 }
            role = .leader(leadership)
        case .resigned(var resignation):
            resignation.unacknowledged.remove(peer)
            role = .resigned(resignation)
        default: break
        }
    }
}
