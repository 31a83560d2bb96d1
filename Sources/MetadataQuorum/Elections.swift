import KafkaProtocol

extension QuorumMachine {
    // MARK: Entering the states of an election

    /// Asks for pre-votes. The epoch and a known leader stay as they are.
    mutating func becomeProspective(retries: Int) {
        guard mayCampaign, mayElect, !shuttingDown else {
            return enter(.unattached(Unattached(deadline: nil)))
        }
        enter(.prospective(Campaign(granted: ownVote, deadline: electionDeadline(), retries: retries)))
        if decidesAlone { becomeCandidate(retries: retries) }
    }

    /// Asks for votes in the next epoch, having voted for itself.
    mutating func becomeCandidate(retries: Int) {
        guard election.epoch < .max else { return }
        elect(ElectionState(epoch: election.epoch + 1, votedFor: id, votedDirectory: voteDirectory))
        enter(.candidate(Campaign(granted: ownVote, deadline: electionDeadline(), retries: retries)))
        if decidesAlone { becomeLeader() }
    }

    /// Whether nobody else has to be asked.
    var decidesAlone: Bool { isVoter && mayElect && voters.majority == 1 }

    private var ownVote: Set<BrokerID> { isVoter ? [id] : [] }

    /// Moves to an epoch without a leader. A running election timer runs on, so that candidates with higher and higher
    /// epochs cannot keep this voter from ever campaigning.
    mutating func becomeUnattached(epoch: Epoch) {
        var deadline: Int64?
        if mayCampaign, !shuttingDown {
            switch role {
            case .unattached(let unattached): deadline = unattached.deadline ?? electionDeadline()
            case .prospective(let campaign), .candidate(let campaign): deadline = campaign.deadline
            default: deadline = electionDeadline()
            }
        }
        elect(ElectionState(epoch: epoch))
        enter(.unattached(Unattached(deadline: deadline)))
    }

    /// Follows the leader of an epoch.
    mutating func becomeFollower(of leader: BrokerID, epoch: Epoch) {
        var state = epoch == election.epoch ? election : ElectionState(epoch: epoch)
        state.leader = leader
        elect(state)
        enter(.follower(Following(deadline: now + config.fetchTimeout)))
    }

    /// Takes over what a message says about the current epoch.
    mutating func adopt(leader: BrokerID?, epoch: Epoch) {
        let leader = leader.flatMap { $0 >= 0 ? $0 : nil }
        if epoch > election.epoch {
            if let leader, leader != id {
                becomeFollower(of: leader, epoch: epoch)
            } else {
                becomeUnattached(epoch: epoch)
            }
        } else if epoch == election.epoch, let leader {
            if let known = election.leader, known != leader {
                effects.append(.halt(.twoLeaders(known, leader, epoch: epoch)))
            } else if leader != id, !isFollowing(leader) {
                becomeFollower(of: leader, epoch: epoch)
            }
        }
    }

    /// Whether this node follows the leader already, or asks for pre-votes because it seems lost.
    private func isFollowing(_ leader: BrokerID) -> Bool {
        guard election.leader == leader else { return false }
        if case .unattached = role { return false }
        return true
    }

    // MARK: Voting

    /// Whether a log that ends there is at least as complete as this one.
    func isUpToDate(lastEpoch: Epoch, endOffset: Offset) -> Bool {
        (lastEpoch, endOffset) >= (log.lastEpoch, log.end)
    }

    /// Answers Vote.
    mutating func serve(_ ask: VoteAsk, _ token: RequestToken) {
        let error = prepareToVote(ask)
        var granted = false
        if error == .none {
            granted = ask.preVote ? canGrantPreVote(ask) : grantVote(ask)
        }
        respond(token, error: error, .vote(granted: granted))
    }

    private mutating func prepareToVote(_ ask: VoteAsk) -> ErrorCode {
        let epochsFit = ask.preVote ? ask.lastEpoch <= ask.epoch : ask.lastEpoch < ask.epoch
        guard ask.endOffset >= 0, ask.lastEpoch >= 0, epochsFit else { return .invalidRequest }
        guard ask.epoch >= election.epoch else { return .fencedLeaderEpoch }
        guard ask.candidate >= 0 else { return .invalidRequest }
        if ask.epoch > election.epoch { becomeUnattached(epoch: ask.epoch) }
        if !isMeant(ask.voter) { return .invalidVoterKey }
        return .none
    }

    /// Whether a request is for this node. Who does not know its directory may leave it out.
    func isMeant(_ voter: ReplicaKey?) -> Bool {
        guard let voter else { return true }
        return voter.id == id && (voter.directory == .zero || voter.directory == own.key.directory)
    }

    private func canGrantPreVote(_ ask: VoteAsk) -> Bool {
        guard mayElect, isUpToDate(lastEpoch: ask.lastEpoch, endOffset: ask.endOffset) else { return false }
        switch role {
        case .leader: return false
        case .follower(let following): return !following.hasFetched
        case .unattached, .prospective, .candidate, .resigned: return true
        }
    }

    private mutating func grantVote(_ ask: VoteAsk) -> Bool {
        switch role {
        case .unattached, .prospective: break
        case .candidate, .leader, .follower, .resigned: return false
        }
        guard mayElect, election.leader == nil, ask.candidate != id else { return false }
        if let vote = election.votedFor {
            return vote == ask.candidate && election.votedDirectory == ask.candidateDirectory
        }
        guard isUpToDate(lastEpoch: ask.lastEpoch, endOffset: ask.endOffset) else { return false }
        elect(
            ElectionState(
                epoch: election.epoch, votedFor: ask.candidate, votedDirectory: ask.candidateDirectory))
        let deadline = mayCampaign && !shuttingDown ? electionDeadline() : nil
        enter(.unattached(Unattached(deadline: deadline)))
        return true
    }

    /// What this node calls itself in an election; where voters are configured nobody asks for directories.
    var voteDirectory: UUID { voters.normal(own.key).directory }

    // MARK: Counting

    /// Counts an answer to Vote.
    mutating func handleVote(granted: Bool, to ask: VoteAsk, from peer: BrokerID) {
        switch role {
        case .prospective(var campaign) where ask.preVote:
            campaign.count(peer, granted: granted)
            role = .prospective(campaign)
            if campaign.granted.count >= voters.majority {
                becomeCandidate(retries: campaign.retries)
            } else if isLost(campaign) {
                endPreVote(retries: campaign.retries)
            }
        case .candidate(var campaign) where !ask.preVote && ask.epoch == election.epoch:
            campaign.count(peer, granted: granted)
            role = .candidate(campaign)
            if campaign.granted.count >= voters.majority {
                becomeLeader()
            } else if isLost(campaign), !campaign.backingOff {
                backOff(campaign)
            }
        default: break
        }
    }

    private func isLost(_ campaign: Campaign) -> Bool {
        voters.ids.count - campaign.refused.count < voters.majority
    }

    /// A pre-vote without a majority: back to a known leader, or ask again a little later.
    mutating func endPreVote(retries: Int) {
        if let leader = election.leader, leader != id {
            enter(.follower(Following(deadline: electionDeadline())))
        } else if case .prospective(let campaign) = role, campaign.deadline > now {
            enter(.unattached(Unattached(deadline: now + randomPart(config.electionTimeout))))
        } else {
            becomeProspective(retries: retries)
        }
    }

    /// An election is lost: wait a random time that doubles with every loss, then try a pre-vote.
    mutating func backOff(_ campaign: Campaign) {
        let doublings = min(campaign.retries, Limits.backoffDoublings)
        let limit = min(config.electionBackoffMax, 100 << Int64(doublings))
        var waiting = campaign
        waiting.backingOff = true
        waiting.deadline = now + randomPart(limit) + 1
        enter(.candidate(waiting))
    }
}

extension Campaign {
    mutating func count(_ peer: BrokerID, granted vote: Bool) {
        if vote { granted.insert(peer) } else { refused.insert(peer) }
    }
}
