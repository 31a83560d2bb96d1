import KafkaProtocol

extension QuorumMachine {
    /// The peers this node has something to ask, whether or not it is time.
    var targets: [BrokerID] {
        switch role {
        case .unattached:
            guard !isVoter, !voters.ids.isEmpty, !shuttingDown else { return [] }
            return [voters.ids[observerTarget % voters.ids.count]]
        case .prospective(let campaign), .candidate(let campaign):
            guard !campaign.backingOff else { return [] }
            return voters.ids.filter { !campaign.granted.contains($0) && !campaign.refused.contains($0) }
        case .leader(let leadership):
            return leadership.replicas.filter { $0.value.nextBegin.map { $0 <= now } ?? false }.keys.sorted()
        case .follower(let following):
            guard let leader = election.leader, !(following.download?.installing ?? false) else { return [] }
            // What is fetched next acknowledges what is there, so it has to be on disk.
            let mayFetch = following.download != nil || !isVoter || log.persistedEnd == log.end
            return mayFetch ? [leader] : []
        case .resigned(let resignation): return resignation.unacknowledged.sorted()
        }
    }

    /// Sends what is due to every peer that has no request on its way.
    mutating func sendWanted() {
        for peer in targets where inFlight[peer] == nil && (retryAt[peer] ?? now) <= now {
            guard let request = request(to: peer) else { continue }
            let number = nextRequestID
            nextRequestID += 1
            retryAt[peer] = nil
            inFlight[peer] = InFlight(id: number, request: request, deadline: now + config.requestTimeout)
            effects.append(.send(request, id: number, to: peer))
        }
    }

    private func request(to peer: BrokerID) -> QuorumRequest? {
        switch role {
        case .prospective: return .vote(ballot(preVote: true, peer))
        case .candidate: return .vote(ballot(preVote: false, peer))
        case .leader: return .beginEpoch(BeginEpochAsk(leader: id, epoch: election.epoch, voter: peer))
        case .resigned(let resignation):
            return .endEpoch(EndEpochAsk(leader: id, epoch: election.epoch, successors: resignation.successors))
        case .unattached: return fetch
        case .follower(let following):
            guard let download = following.download else { return fetch }
            return .fetchSnapshot(
                FetchSnapshotAsk(
                    replica: id, epoch: election.epoch, snapshot: download.snapshot, position: download.position,
                    maxBytes: config.snapshotChunk))
        }
    }

    private func ballot(preVote: Bool, _ peer: BrokerID) -> VoteAsk {
        VoteAsk(
            candidate: id, epoch: election.epoch, lastEpoch: log.lastEpoch, endOffset: log.end, preVote: preVote,
            voter: peer)
    }

    private var fetch: QuorumRequest {
        .fetch(
            FetchAsk(
                replica: id, epoch: election.epoch, offset: log.end, lastEpoch: log.lastEpoch,
                maxWait: config.fetchMaxWait))
    }

    // MARK: Answers

    /// A request was not answered. An unreachable leader is probably dead, so there is no point in waiting for the whole
    /// fetch timeout; should it live, the other followers refuse their pre-votes.
    mutating func failed(_ peer: BrokerID, unreachable: Bool) {
        guard let request = inFlight.removeValue(forKey: peer)?.request else { return }
        retryAt[peer] = now + config.retryBackoff
        switch (role, request) {
        case (.follower(var following), _):
            guard isVoter, unreachable else { return }
            following.hasFetched = false
            following.deadline = min(following.deadline, electionDeadline())
            role = .follower(following)
        case (.unattached, _): observerTarget += 1
        case (.leader(var leadership), .beginEpoch):
            leadership.replicas[peer]?.nextBegin = now + config.fetchTimeout / 4
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
        case (.unattached, _): observerTarget += 1
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
            leadership.replicas[peer]?.nextBegin = now + config.fetchTimeout / 2
            role = .leader(leadership)
        case .resigned(var resignation):
            resignation.unacknowledged.remove(peer)
            role = .resigned(resignation)
        default: break
        }
    }
}
