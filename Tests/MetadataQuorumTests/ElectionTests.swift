import KafkaProtocol
import Testing

@testable import MetadataQuorum

@Suite("Elections")
struct ElectionTests {
    @Test("a single voter leads at once and commits what it has synced")
    func alone() {
        var node = Scenario(voters: [1])
        let effects = node.start()
        #expect(effects.contains(.persist(ElectionState(epoch: 1, votedFor: 1))))
        #expect(effects.contains(.becameLeader(1, epochStart: 0)))
        #expect(node.machine.persisted(to: 1, epoch: 1, now: 0) == [.commitAdvanced(to: 1)])
    }

    @Test("pre-votes leave the epoch alone; a majority of them starts the election")
    func preVote() {
        var node = Scenario()
        let asked = node.start()
        #expect(asked.sends.map(\.to) == [2, 3])
        #expect(!asked.contains { if case .persist = $0 { true } else { false } })
        let effects = node.answer(3, epoch: 0, .vote(granted: true))
        #expect(effects.first == .persist(ElectionState(epoch: 1, votedFor: 1)), "the vote for itself is written first")
        #expect(node.machine.election.epoch == 1)
    }

    @Test("the winner writes down that it leads, then who elected it, then tells the others")
    func winner() {
        var node = Scenario()
        _ = node.start()
        _ = node.answer(2, epoch: 0, .vote(granted: true))
        let effects = node.answer(2, epoch: 1, .vote(granted: true))
        let batch = QuorumBatch(baseOffset: 0, count: 1, epoch: 1)
        #expect(effects.first == .persist(ElectionState(epoch: 1, leader: 1, votedFor: 1)))
        #expect(effects.contains(.appendLeaderChange(batch, voters: [1, 2, 3], granting: [1, 2])))
        #expect(effects.sends.map(\.to) == [2, 3])
    }

    @Test("a vote is written before it is given, and never given twice in an epoch")
    func oneVote() {
        var node = Scenario()
        _ = node.start()
        let first = node.vote(2, epoch: 5)
        #expect(first.contains(.persist(ElectionState(epoch: 5, votedFor: 2))))
        #expect(first.grantsVote)
        #expect(!node.vote(3, epoch: 5).grantsVote)
        #expect(node.vote(2, epoch: 5).grantsVote, "the same candidate may ask again")
        _ = node.ask(.beginEpoch(BeginEpochAsk(leader: 3, epoch: 5, voter: ReplicaKey(1))))
        #expect(node.machine.election.votedFor == 2, "following keeps the vote")
    }

    @Test("a vote survives a restart")
    func remembered() {
        var node = Scenario(election: ElectionState(epoch: 5, votedFor: 2))
        _ = node.start()
        #expect(!node.vote(3, epoch: 5).grantsVote)
        #expect(node.vote(2, epoch: 5).grantsVote)
    }

    @Test(
        "candidates with a shorter or older log get no vote", arguments: [(1, 9), (2, 4), (1, 5)] as [(Epoch, Offset)])
    func staleLog(lastEpoch: Epoch, end: Offset) {
        var node = Scenario(election: ElectionState(epoch: 2), log: Scenario.log(end: 5, epoch: 2))
        _ = node.start()
        #expect(!node.vote(2, epoch: 3, lastEpoch: lastEpoch, end: end).grantsVote)
        #expect(node.vote(3, epoch: 3, lastEpoch: 2, end: 5).grantsVote)
    }

    @Test("a voter that lost what it had acknowledged neither votes nor campaigns until it has it again")
    func owing() {
        var voter = Scenario(election: ElectionState(epoch: 3), log: Scenario.log(end: 5, epoch: 3), owedEnd: 8)
        _ = voter.start()
        #expect(!voter.vote(2, epoch: 3, lastEpoch: 3, end: 9, pre: true).grantsVote)
        #expect(!voter.vote(2, epoch: 4, lastEpoch: 3, end: 9).grantsVote)
        for _ in 0..<5 { #expect(voter.pass(1_000).sends.isEmpty) }
        // A leader that the others elected gives it back.
        _ = voter.ask(.beginEpoch(BeginEpochAsk(leader: 2, epoch: 4, voter: ReplicaKey(1))))
        let batches = [QuorumBatch(baseOffset: 5, count: 3, epoch: 3)]
        let records = FetchResult(content: .records(from: 5), highWatermark: 8, logStart: 0)
        _ = voter.answer(2, leader: 2, epoch: 4, .fetch(records), batches: batches)
        #expect(!voter.vote(3, epoch: 5, lastEpoch: 3, end: 9).grantsVote, "it is not synced yet")
        _ = voter.machine.persisted(to: 8, epoch: 3, now: voter.now)
        #expect(voter.vote(3, epoch: 6, lastEpoch: 3, end: 9).grantsVote)
    }

    @Test("nonsense and the past are refused with Kafka's codes")
    func refusals() {
        var node = Scenario(election: ElectionState(epoch: 4))
        _ = node.start()
        #expect(node.vote(2, epoch: 3).responses.first?.error == .fencedLeaderEpoch)
        #expect(node.vote(2, epoch: 5, lastEpoch: 5).responses.first?.error == .invalidRequest)
        #expect(node.vote(2, epoch: 5, end: -1).responses.first?.error == .invalidRequest)
        let astray = VoteAsk(candidate: 2, epoch: 5, lastEpoch: 0, endOffset: 0, preVote: false, voter: ReplicaKey(9))
        #expect(node.ask(.vote(astray)).responses.first?.error == .invalidVoterKey)
    }

    @Test("whoever reads from a leader refuses pre-votes against it")
    func stickyLeader() {
        var node = Scenario()
        node.follow(epoch: 3)
        #expect(node.vote(3, epoch: 3, pre: true).grantsVote, "nothing was heard of the leader yet")
        _ = node.answer(2, leader: 2, epoch: 3, .fetch(FetchResult(content: .records(from: 0), highWatermark: 0)))
        let refused = node.vote(3, epoch: 3, pre: true)
        #expect(!refused.grantsVote)
        #expect(refused.responses.first?.leader == 2, "the answer names the leader")
    }

    @Test("a refusal that names the leader ends the pre-vote")
    func discovery() {
        var node = Scenario()
        _ = node.start()
        let effects = node.answer(2, leader: 3, epoch: 7, .vote(granted: false))
        #expect(effects.contains(.leaderChanged(LeaderAndEpoch(3, epoch: 7))))
        #expect(effects.sends.map(\.to) == [3], "it fetches")
    }

    @Test("a lost election backs off and goes back to pre-votes")
    func lost() {
        var node = Scenario()
        _ = node.start()
        _ = node.answer(2, epoch: 0, .vote(granted: true))
        _ = node.answer(2, epoch: 1, .vote(granted: false))
        #expect(node.answer(3, epoch: 1, .vote(granted: false)).sends.isEmpty)
        let again = node.pass(1)
        #expect(again.sends.count == 2)
        #expect(node.machine.election.epoch == 1)
    }

    /// How long so many pre-votes in a row last; voter 2 answers each so late after its end, or never.
    private func lengths(of elections: Int, lateBy delay: Int64?, _ node: inout Scenario) throws -> [Int64] {
        var lengths: [Int64] = []
        var late: UInt64?
        for _ in 0..<elections {
            let asked = try #require(node.machine.inFlight[2]?.id)
            if let late, let delay {
                _ = node.pass(delay)
                let epoch = node.machine.election.epoch
                let granted = QuorumResponse(leader: nil, epoch: epoch, body: .vote(granted: true))
                _ = node.machine.received(granted, id: late, now: node.now)
            }
            let passed = late == nil ? 0 : delay ?? 0
            let rest = try #require(node.machine.nextDeadline) - node.now
            #expect(node.pass(rest).sends.map(\.to) == [2, 3])
            lengths.append(passed + rest)
            late = asked
        }
        return lengths
    }

    @Test("elections last twice as long after votes that came late, up to a fetch timeout, until there is a leader")
    func lateVotes() throws {
        var node = Scenario()
        _ = node.start()
        #expect(try lengths(of: 7, lateBy: 10, &node) == [150, 150, 300, 600, 1000, 1000, 1000])
        node.follow(epoch: 3)
        #expect(node.pass(1000).sends.map(\.to) == [2, 3], "the leader is silent")
        #expect(node.pass(150).sends.map(\.to) == [2], "the pre-vote is over, and the leader is asked again")
    }

    @Test("elections get no longer for the silence around a voter that is cut off")
    func silence() throws {
        var node = Scenario()
        _ = node.start()
        #expect(try lengths(of: 7, lateBy: nil, &node) == Array(repeating: 150, count: 7))
    }

    @Test("votes that come late any number of times do no harm")
    func manyLateVotes() throws {
        var node = Scenario()
        _ = node.start()
        let lengths = try lengths(of: 2 * Limits.electionDoublings + 70, lateBy: 1, &node)
        #expect(lengths.last == 1000 && lengths.max() == 1000)
    }

    @Test("an epoch behind the log's is not believed")
    func staleState() {
        let node = Scenario(election: ElectionState(epoch: 1, votedFor: 2), log: Scenario.log(end: 3, epoch: 4))
        #expect(node.machine.election == ElectionState(epoch: 4))
    }

    @Test("a leader that restarts does not lead its old epoch")
    func restartedLeader() {
        var node = Scenario(election: ElectionState(epoch: 4, leader: 1, votedFor: 1))
        let effects = node.start()
        #expect(effects.first == .leaderChanged(LeaderAndEpoch(nil, epoch: 4)))
        #expect(!node.machine.isLeader)
    }

    @Test("two leaders in one epoch stop the node")
    func twoLeaders() {
        var node = Scenario()
        node.follow(epoch: 3)
        let effects = node.ask(.beginEpoch(BeginEpochAsk(leader: 3, epoch: 3, voter: ReplicaKey(1))))
        #expect(effects.contains(.halt(.twoLeaders(2, 3, epoch: 3))))
    }

    @Test("an unreachable leader is given up after an election timeout, a silent one after the fetch timeout")
    func lostLeader() {
        var silent = Scenario()
        silent.follow(epoch: 3)
        #expect(silent.machine.nextDeadline == 1000)
        var unreachable = silent
        let fetch = unreachable.machine.inFlight[2]?.id ?? 0
        _ = unreachable.machine.requestFailed(id: fetch, now: 0)
        _ = unreachable.pass(20)
        _ = unreachable.pass(130)
        #expect(unreachable.machine.inFlight.keys.sorted() == [2, 3], "it asks for pre-votes")
        #expect(silent.pass(999).sends.isEmpty)
        #expect(silent.pass(1).sends.count == 2)
    }
}
