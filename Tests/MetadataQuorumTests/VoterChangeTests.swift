import KafkaProtocol
import Testing

@testable import MetadataQuorum

/// What a leader says to whoever wants other voters (KIP-853), in the order of Kafka's checks.
@Suite("Changes of the voters")
struct VoterChangeTests {
    private static func directory(_ id: BrokerID) -> UUID { UUID(high: 7, low: UInt64(id)) }

    private static func voter(_ id: BrokerID) -> Voter {
        Voter(
            ReplicaKey(id, directory: directory(id)),
            listeners: [.init(name: "PLAINTEXT", host: "node", port: UInt16(id))])
    }

    /// Node 1 with the voters of a bootstrap snapshot.
    private struct Leader {
        var machine: QuorumMachine
        private var lastToken: UInt64 = 0

        init(voters: [BrokerID] = [1, 2, 3], configured: Bool = false) {
            let set = VoterSet(voters.map(VoterChangeTests.voter))
            machine = QuorumMachine(
                own: VoterChangeTests.voter(1),
                voters: configured
                    ? VoterHistory(configured: VoterSet(voters))
                    : VoterHistory(configured: VoterSet([BrokerID]()), entries: [.init(offset: -1, voters: set)]),
                config: Scenario.config, recovered: ElectionState(), log: LogIndex(), random: NoChance())
            _ = machine.start(now: 0)
            for _ in 0..<2 where voters.count > 1 { _ = vote() }
            _ = sync()
        }

        private mutating func vote() -> [QuorumEffect] {
            let epoch = machine.election.epoch
            let yes = QuorumResponse(leader: nil, epoch: epoch, body: .vote(granted: true))
            return machine.received(yes, id: machine.inFlight[2]?.id ?? 0, now: 0)
        }

        mutating func sync() -> [QuorumEffect] {
            machine.persisted(to: machine.log.end, epoch: machine.election.epoch, now: 0)
        }

        mutating func fetch(
            _ id: BrokerID, offset: Offset? = nil, directory: UUID? = nil, now: Int64 = 0
        ) -> [QuorumEffect] {
            let ask = FetchAsk(
                replica: id, directory: directory ?? VoterChangeTests.directory(id), epoch: machine.election.epoch,
                offset: offset ?? machine.log.end, lastEpoch: machine.log.lastEpoch, maxWait: 0)
            lastToken += 1
            return machine.received(.fetch(ask), token: RequestToken(lastToken), now: now)
        }

        mutating func ask(_ change: VoterChange, now: Int64 = 0) -> [QuorumEffect] {
            lastToken += 1
            return machine.requested(change, timeout: 500, token: RequestToken(lastToken), now: now)
        }

        mutating func probed(
            _ versions: ClosedRange<Int16>?, by id: BrokerID = 4, now: Int64 = 0
        ) -> [QuorumEffect] {
            machine.probed(versions, by: id, token: RequestToken(lastToken), now: now)
        }
    }

    private static func ends(_ effects: [QuorumEffect]) -> [ErrorCode] {
        effects.compactMap { if case .endVoterChange(_, let error) = $0 { error } else { nil } }
    }

    private static func sets(_ effects: [QuorumEffect]) -> [[BrokerID]] {
        effects.compactMap { if case .appendVoters(_, let set, _) = $0 { set.ids } else { nil } }
    }

    private static func key(_ id: BrokerID) -> ReplicaKey { ReplicaKey(id, directory: directory(id)) }

    @Test("a leader writes the voters of a bootstrap snapshot down, with the version of the rules")
    func firstSet() {
        var node = Leader()
        #expect(node.machine.history.latestOffset == 1)
        #expect(node.machine.log.end == 3, "the leader's change, kraft.version and the voters")
        _ = node.fetch(2)
        #expect(node.machine.highWatermark == 3)
    }

    @Test("nothing changes before the leader knows what is committed")
    func unknownHighWatermark() {
        var node = Leader()
        #expect(Self.ends(node.ask(.remove(Self.key(3)))) == [.requestTimedOut])
        _ = node.fetch(2)
        #expect(Self.sets(node.ask(.remove(Self.key(3)))) == [[1, 2]])
    }

    @Test("configured voters do not change")
    func configured() {
        var node = Leader(configured: true)
        _ = node.fetch(2)
        #expect(Self.ends(node.ask(.remove(ReplicaKey(3)))) == [.unsupportedVersion])
        #expect(Self.ends(node.ask(.add(Self.voter(4)))) == [.unsupportedVersion])
    }

    /// Where configured voters listen.
    private static let listeners = [BrokerID(2), 3].reduce(into: [BrokerID: Voter.Listener]()) {
        $0[$1] = voter($1).listeners[0]
    }

    @Test("configured voters go into the log, with the directories under which they fetch")
    func upgrade() {
        var node = Leader(configured: true)
        #expect(node.machine.upgradeRefusal == .requestTimedOut, "nothing is committed yet")
        _ = node.fetch(2)
        #expect(Self.ends(node.ask(.upgrade(Self.listeners))) == [.requestTimedOut], "3 was never heard of")
        _ = node.fetch(3)
        #expect(node.machine.upgradeRefusal == nil)
        let end = node.machine.log.end
        let asked = node.ask(.upgrade(Self.listeners)).compactMap { effect in
            if case .probe(let voter, _) = effect { voter } else { nil }
        }
        #expect(asked.map(\.key.id) == [2, 3] && asked.allSatisfy { !$0.listeners.isEmpty })
        #expect(node.probed(0...1, by: 2) == [], "3 has not answered yet")
        let effects = node.probed(0...1, by: 3)
        #expect(Self.sets(effects) == [[1, 2, 3]])
        #expect(node.machine.voters == VoterSet([1, 2, 3].map(Self.voter)))
        #expect(node.machine.log.end == end + 2, "kraft.version and the voters, in one batch")
        _ = node.sync()
        #expect(Self.ends(node.fetch(2)) == [.none])
        // From now on they can change, and who replaced his disk is somebody else.
        #expect(Self.ends(node.ask(.upgrade(Self.listeners))) == [.none], "again changes nothing")
        _ = node.fetch(3, directory: UUID(high: 9, low: 9))
        #expect(node.machine.describe(now: 0)?.observers.map(\.id) == [3])
        #expect(Self.sets(node.ask(.remove(Self.key(3)))) == [[1, 2]])
    }

    @Test("what a leader knows of its followers stays when their directories begin to count")
    func upgradeKeepsProgress() {
        var node = Leader(configured: true)
        _ = node.fetch(2)
        _ = node.fetch(3)
        _ = node.fetch(7)
        let before = node.machine.describe(now: 0)
        _ = node.ask(.upgrade(Self.listeners))
        for id: BrokerID in [2, 3] { _ = node.probed(0...1, by: id) }
        let after = node.machine.describe(now: 0)
        #expect(after?.voters.map(\.endOffset).dropFirst() == before?.voters.map(\.endOffset).dropFirst())
        #expect(after?.observers == before?.observers && after?.observers.map(\.id) == [7])
    }

    @Test("an upgrade needs every voter")
    func upgradeIsRefused() {
        var node = Leader(configured: true)
        for id: BrokerID in [2, 3] { _ = node.fetch(id) }
        _ = node.ask(.upgrade(Self.listeners))
        #expect(Self.ends(node.probed(nil, by: 2)) == [.requestTimedOut], "2 is not reached")
        _ = node.ask(.upgrade(Self.listeners))
        #expect(Self.ends(node.ask(.upgrade(Self.listeners))) == [.requestTimedOut], "one at a time")
        _ = node.ask(.upgrade(Self.listeners))
        #expect(node.machine.voters.version == 0)
    }

    @Test("an upgrade needs voters that know the new rules, and a leader")
    func upgradeOfAnOlderVoter() {
        var node = Leader(configured: true)
        for id: BrokerID in [2, 3] { _ = node.fetch(id) }
        _ = node.ask(.upgrade(Self.listeners))
        #expect(Self.ends(node.probed(0...0, by: 3)) == [.invalidUpdateVersion])
        #expect(Self.ends(node.probed(0...1, by: 2)) == [], "it is over")
        #expect(node.machine.voters.version == 0)
        _ = node.ask(.upgrade(Self.listeners))
        #expect(Self.ends(node.machine.resign(now: 0)) == [.notLeaderOrFollower])
        #expect(Self.ends(node.ask(.upgrade(Self.listeners))) == [.notLeaderOrFollower])
    }

    @Test("who votes alone upgrades at once")
    func upgradeAlone() {
        var node = Leader(voters: [1], configured: true)
        #expect(Self.sets(node.ask(.upgrade([:]))) == [[1]])
        #expect(Self.ends(node.sync()) == [.none])
        #expect(node.machine.voters == VoterSet([Self.voter(1)]))
    }

    @Test("a voter that missed the upgrade follows leaders that its configuration does not know")
    func missedUpgrade() {
        var machine = QuorumMachine(
            own: Self.voter(1), voters: VoterHistory(configured: VoterSet([1, 2, 3])), config: Scenario.config,
            recovered: ElectionState(), log: LogIndex(), random: NoChance())
        _ = machine.start(now: 0)
        _ = machine.received(
            .beginEpoch(BeginEpochAsk(leader: 4, epoch: 7, voter: Self.key(1))), token: RequestToken(1), now: 1)
        #expect(machine.leaderAndEpoch == LeaderAndEpoch(4, epoch: 7))
    }

    @Test("one change at a time")
    func oneAtATime() {
        var node = Leader()
        _ = node.fetch(2)
        _ = node.ask(.remove(Self.key(3)))
        #expect(Self.ends(node.ask(.remove(Self.key(2)))) == [.requestTimedOut], "one is pending")
        #expect(Self.ends(node.machine.tick(now: 500)) == [.requestTimedOut], "it takes too long")
        #expect(
            Self.ends(node.ask(.remove(Self.key(2)), now: 501)) == [.requestTimedOut], "its record is not committed")
        _ = node.sync()
        #expect(node.machine.voters.ids == [1, 2])
        _ = node.fetch(2)
        #expect(Self.sets(node.ask(.remove(Self.key(2)), now: 502)) == [[1]])
    }

    @Test("who is a voter is not added, who is none is not removed, and the last one stays")
    func wrongVoters() {
        var node = Leader(voters: [1])
        #expect(Self.ends(node.ask(.add(Self.voter(1)))) == [.duplicateVoter])
        #expect(Self.ends(node.ask(.remove(Self.key(2)))) == [.voterNotFound])
        #expect(Self.ends(node.ask(.remove(ReplicaKey(1)))) == [.voterNotFound], "another directory is another voter")
        #expect(Self.ends(node.ask(.remove(Self.key(1)))) == [.voterNotFound])
    }

    @Test("a new voter must be reached, fit, and have caught up")
    func newVoter() {
        var node = Leader(voters: [1])
        _ = node.ask(.add(Self.voter(4)))
        #expect(Self.ends(node.probed(nil)) == [.requestTimedOut])
        _ = node.ask(.add(Self.voter(4)))
        #expect(Self.ends(node.probed(0...0)) == [.invalidRequest])
        _ = node.ask(.add(Self.voter(4)))
        #expect(Self.ends(node.probed(0...1)) == [.requestTimedOut], "it never fetched")
        _ = node.fetch(4)
        _ = node.ask(.add(Self.voter(4)))
        #expect(Self.sets(node.probed(0...1)) == [[1, 4]])
        #expect(Self.ends(node.sync()) == [], "the new voter counts: it must have the record as well")
        #expect(Self.ends(node.fetch(4)) == [.none])
    }

    @Test("a node that has been silent for an hour must fetch again before it is a voter")
    func silentNewVoter() {
        var node = Leader(voters: [1])
        _ = node.fetch(4, now: 1)
        let late = Limits.newVoterSilence + 1
        _ = node.ask(.add(Self.voter(4)), now: late)
        #expect(Self.ends(node.probed(0...1, now: late)) == [.requestTimedOut])
        _ = node.fetch(4, now: late)
        let later = late + Limits.newVoterSilence - 1
        _ = node.ask(.add(Self.voter(4)), now: later)
        #expect(Self.sets(node.probed(0...1, now: later)) == [[1, 4]])
    }

    @Test("a voter whose disk was replaced does not count")
    func otherDirectory() {
        var node = Leader()
        _ = node.fetch(2, directory: UUID(high: 9, low: 9))
        #expect(node.machine.highWatermark == nil)
        #expect(node.machine.describe(now: 0)?.observers.map(\.id) == [2])
        _ = node.fetch(2)
        #expect(node.machine.highWatermark == 3)
    }

    @Test("a leader that removes itself goes on until the others have it")
    func removesItself() {
        var node = Leader()
        _ = node.fetch(2)
        _ = node.ask(.remove(Self.key(1)))
        _ = node.sync()
        _ = node.fetch(2)
        #expect(node.machine.isLeader, "its own copy does not count any more")
        let effects = node.fetch(3)
        #expect(Self.ends(effects) == [.none])
        #expect(effects.contains(.lostLeadership(1)))
        #expect(effects.responses.map(\.error) == [.none], "who has it is told so before")
        #expect(node.machine.tick(now: 10_000).sends.allSatisfy { if case .vote = $0.request { false } else { true } })
    }

    @Test("a voter that moved has its entry changed")
    func update() {
        var node = Leader()
        _ = node.fetch(2)
        var moved = Self.voter(2)
        moved.listeners = [.init(name: "PLAINTEXT", host: "elsewhere", port: 1)]
        _ = node.machine.received(
            .updateVoter(UpdateVoterAsk(epoch: 1, voter: moved)), token: RequestToken(99), now: 0)
        #expect(node.machine.voters[2] == moved)
        #expect(node.machine.voters.ids == [1, 2, 3])
        _ = node.sync()
        #expect(node.fetch(3).responses.contains { $0.body == .acknowledged && $0.error == .none })
        let refused = node.machine.received(
            .updateVoter(UpdateVoterAsk(epoch: 1, voter: Self.voter(4))), token: RequestToken(100), now: 0)
        #expect(refused.responses.map(\.error) == [.voterNotFound])
    }

    @Test("a set is taken back when its record is cut off")
    func truncation() {
        let first = VoterSet([Self.voter(1), Self.voter(2), Self.voter(3)])
        var history = VoterHistory(configured: VoterSet([BrokerID]()), entries: [.init(offset: -1, voters: first)])
        history.append(.init(offset: 5, voters: first.removing(3)))
        #expect(history.latest.ids == [1, 2])
        #expect(history.voters(before: 5).ids == [1, 2, 3])
        history.truncate(to: 5)
        #expect(history.latest.ids == [1, 2, 3])
        history.append(.init(offset: 6, voters: first.removing(2)))
        history.trim(to: 7)
        #expect(history.entries.map(\.offset) == [6])
        history.reset(to: SnapshotID(endOffset: 9, epoch: 1), nil)
        #expect(history.latest.ids == [])
    }
}
