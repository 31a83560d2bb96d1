import KafkaProtocol

extension QuorumMachine {
    /// When `tick` is due; `nil` when only a message can change anything. Never before the last event's time.
    package var nextDeadline: Int64? {
        var times = inFlight.values.map(\.deadline)
        switch role {
        case .unattached(let unattached): if let deadline = unattached.deadline { times.append(deadline) }
        case .prospective(let campaign), .candidate(let campaign): times.append(campaign.deadline)
        case .follower(let following): if !mayCampaign || !shuttingDown { times.append(following.deadline) }
        case .resigned(let resignation): if let deadline = resignation.deadline { times.append(deadline) }
        case .leader(let leadership):
            if let deadline = leadership.checkQuorumDeadline { times.append(deadline) }
            times += leadership.parked.map(\.deadline)
            // Not before the pause after a failure, which a voter that left and came back has to wait for as well.
            times += leadership.nextBegin.filter { inFlight[$0.key] == nil }.map { max($0.value, retryAt[$0.key] ?? 0) }
            if let change = leadership.voterChange { times.append(change.deadline) }
        }
        times += targets.filter { inFlight[$0] == nil }.compactMap { retryAt[$0] }
        return times.min().map { max($0, now) }
    }

    /// Takes the role a node starts in (Kafka: `QuorumState.initialize`).
    mutating func resumeRole() {
        guard mayCampaign else {
            // The leader it remembers may be long gone: it asks around.
            if election.leader != nil { elect(election.withoutLeader) }
            return role = .unattached(Unattached(deadline: nil))
        }
        let soon = now + randomPart(config.firstElectionTimeout)
        if let leader = election.leader, leader == id {
            role = .resigned(Resignation(deadline: soon, unacknowledged: [], successors: []))
        } else if election.leader != nil {
            role = .follower(Following(deadline: soon))
        } else {
            role = .unattached(Unattached(deadline: soon))
        }
        // There is nothing to wait for.
        if decidesAlone { becomeCandidate(retries: 0) }
    }

    /// Does what is due.
    mutating func fireTimers() {
        for peer in inFlight.keys.sorted() where inFlight[peer].map({ $0.deadline <= now }) == true {
            failed(peer, unreachable: false)
        }
        switch role {
        case .unattached(let unattached):
            if let deadline = unattached.deadline, deadline <= now { becomeProspective(retries: 0) }
        case .prospective(let campaign):
            guard campaign.deadline <= now else { return }
            lateBelow = nextRequestID
            endPreVote(retries: campaign.retries)
        case .candidate(let campaign):
            guard campaign.deadline <= now else { return }
            if campaign.backingOff {
                becomeProspective(retries: campaign.retries + 1)
            } else {
                lateBelow = nextRequestID
                backOff(campaign)
            }
        case .leader:
            checkQuorum()
            expireParked()
            expireVoterChange()
        case .follower(let following):
            if following.deadline <= now { leaderIsSilent() }
        case .resigned(let resignation):
            if let deadline = resignation.deadline, deadline <= now { becomeProspective(retries: 0) }
        }
    }

    private mutating func leaderIsSilent() {
        if mayCampaign {
            becomeProspective(retries: 0)
        } else {
            // Another voter will name the leader.
            elect(election.withoutLeader)
            enter(.unattached(Unattached(deadline: nil)))
        }
    }
}
