import KafkaProtocol
import Testing

@testable import MetadataQuorum

@Suite("A leader")
struct LeaderTests {
    @Test("commits nothing of older epochs until a record of its own is on a majority")
    func highWatermark() {
        var node = Scenario(election: ElectionState(epoch: 1), log: Scenario.log(end: 5, epoch: 1))
        node.lead()
        #expect(node.machine.log.end == 6)
        #expect(!node.fetch(2, epoch: 2, offset: 5, lastEpoch: 1).contains(.commitAdvanced(to: 5)))
        #expect(node.machine.highWatermark == nil)
        #expect(node.fetch(2, epoch: 2, offset: 6, lastEpoch: 2).contains(.commitAdvanced(to: 6)))
    }

    @Test("does not count its own records before they are synced")
    func ownSync() throws {
        var node = Scenario()
        node.lead()
        _ = node.fetch(2, epoch: 1, offset: 1, lastEpoch: 1)
        let effects = try node.machine.propose(records: 3, epoch: 1, now: 0)
        #expect(effects.first == .append(QuorumBatch(baseOffset: 1, count: 3, epoch: 1)))
        #expect(!node.fetch(2, epoch: 1, offset: 4, lastEpoch: 1).contains(.commitAdvanced(to: 4)))
        #expect(node.machine.persisted(to: 4, epoch: 1, now: 0).contains(.commitAdvanced(to: 4)))
    }

    @Test("lets only so many readers without an id wait")
    func anonymousReaders() {
        var node = Scenario()
        node.lead()
        _ = node.fetch(2, epoch: 1, offset: 1, lastEpoch: 1)
        for _ in 0..<Limits.anonymousParkedFetches {
            #expect(node.fetch(-1, epoch: 1, offset: 1, lastEpoch: 1).responses.isEmpty)
        }
        #expect(node.fetch(-1, epoch: 1, offset: 1, lastEpoch: 1).fetched == .records(from: 1))
        // Those with an id wait all the same, once they know what is committed.
        _ = node.fetch(3, epoch: 1, offset: 1, lastEpoch: 1)
        #expect(node.fetch(3, epoch: 1, offset: 1, lastEpoch: 1).responses.isEmpty)
    }

    /// A voter that was taken out and made one again is to be told at once, and was just found unreachable (seed 335548).
    @Test("waits for the pause after a failure before it tells a voter that came back")
    func noSpinning() {
        var node = Scenario()
        node.lead()
        node.machine.inFlight[3] = nil
        node.machine.retryAt[3] = node.now + 20
        _ = node.pass(0)
        #expect(node.machine.inFlight[3] == nil && node.machine.targets.contains(3))
        #expect(node.machine.nextDeadline == node.now + 20)
        _ = node.pass(20)
        #expect(node.machine.inFlight[3] != nil)
    }

    @Test("says every half of a fetch timeout that it leads, where it is not answered as where nothing is fetched")
    func beginsAgain() {
        var node = Scenario()
        node.lead()
        func told(_ effects: [QuorumEffect]) -> [BrokerID] {
            effects.sends.filter { if case .beginEpoch = $0.request { true } else { false } }.map(\.to)
        }
        _ = node.answer(2, leader: 1, epoch: 1, .acknowledged)
        #expect(told(node.pass(499)).isEmpty)
        #expect(told(node.pass(1)) == [2], "what was said to 3 is not answered and not given up yet")
        #expect(told(node.pass(20)) == [3], "after the pause that follows a failure")
        _ = node.fetch(2, epoch: 1, offset: 1, lastEpoch: 1)
        #expect(told(node.pass(499)).isEmpty, "2 fetches")
        #expect(told(node.pass(1)).isEmpty)
        #expect(told(node.pass(20)) == [2, 3])
    }

    @Test("answers a waiting fetch when there is something to read, and when the wait is over")
    func parking() throws {
        var node = Scenario()
        node.lead()
        _ = node.fetch(2, epoch: 1, offset: 1, lastEpoch: 1)
        #expect(node.fetch(2, epoch: 1, offset: 1, lastEpoch: 1).responses.isEmpty)
        let appended = try node.machine.propose(records: 1, epoch: 1, now: 0)
        #expect(appended.fetched == .records(from: 1))
        _ = node.machine.persisted(to: 2, epoch: 1, now: 0)
        _ = node.fetch(2, epoch: 1, offset: 2, lastEpoch: 1)
        #expect(node.fetch(2, epoch: 1, offset: 2, lastEpoch: 1).responses.isEmpty)
        #expect(node.pass(249).responses.isEmpty)
        #expect(node.pass(1).fetched == .records(from: 2))
    }

    @Test("tells a follower about a new high watermark without waiting")
    func highWatermarkSpreads() {
        var node = Scenario()
        node.lead()
        _ = node.fetch(3, epoch: 1, offset: 0, lastEpoch: 0)
        let effects = node.fetch(2, epoch: 1, offset: 1, lastEpoch: 1)
        #expect(effects.contains(.commitAdvanced(to: 1)))
        let told = effects.responses.compactMap { response -> Offset? in
            guard case .fetch(let result) = response.body else { return nil }
            return result.highWatermark
        }
        #expect(told == [1])
    }

    @Test("shows a diverging follower where to cut, and does not count its position")
    func divergence() {
        var node = Scenario(election: ElectionState(epoch: 3), log: Scenario.log(end: 5, epoch: 1))
        node.lead()
        #expect(node.fetch(2, epoch: 4, offset: 9, lastEpoch: 3).fetched == .diverging(epoch: 1, end: 5))
        #expect(node.fetch(2, epoch: 4, offset: 7, lastEpoch: 1).fetched == .diverging(epoch: 1, end: 5))
        #expect(node.machine.highWatermark == nil)
    }

    @Test("refers a follower from before its log to the newest snapshot")
    func snapshot() {
        let start = SnapshotID(endOffset: 10, epoch: 2)
        let log = LogIndex(start: start, end: 12, epochs: [.init(epoch: 2, start: 10)], latestSnapshot: start)
        var node = Scenario(election: ElectionState(epoch: 2), log: log)
        node.lead()
        #expect(node.fetch(2, epoch: 3, offset: 0, lastEpoch: 0).fetched == .snapshot(start))
        #expect(node.fetch(2, epoch: 3, offset: 7, lastEpoch: 1).fetched == .snapshot(start))
        #expect(node.fetch(2, epoch: 3, offset: 10, lastEpoch: 1).fetched == .snapshot(start))
        #expect(node.fetch(2, epoch: 3, offset: 11, lastEpoch: 2).fetched == .records(from: 11))
    }

    @Test("refuses fetches of other epochs and impossible ones")
    func fetchErrors() {
        var node = Scenario(election: ElectionState(epoch: 1))
        node.lead()
        #expect(node.fetch(2, epoch: 1, offset: 0, lastEpoch: 0).responses.first?.error == .fencedLeaderEpoch)
        #expect(node.fetch(2, epoch: 3, offset: 0, lastEpoch: 0).responses.first?.error == .unknownLeaderEpoch)
        #expect(node.fetch(2, epoch: 2, offset: -1, lastEpoch: 0).responses.first?.error == .invalidRequest)
        var other = Scenario()
        other.follow(epoch: 2)
        let answer = other.fetch(3, epoch: 2, offset: 0, lastEpoch: 0).responses.first
        #expect(answer?.error == .notLeaderOrFollower)
        #expect(answer?.leader == 2)
    }

    @Test("resigns when no majority reads from it")
    func checkQuorum() {
        var node = Scenario()
        node.lead()
        _ = node.pass(1400)
        _ = node.fetch(2, epoch: 1, offset: 1, lastEpoch: 1)
        #expect(node.machine.isLeader)
        _ = node.pass(1499)
        #expect(node.machine.isLeader, "one voter besides itself is enough")
        let effects = node.pass(1)
        #expect(effects.contains(.lostLeadership(1)))
        #expect(throws: NotLeader.self) { try node.machine.propose(records: 1, epoch: 1, now: node.now) }
    }

    @Test("observers do not count")
    func observers() {
        var node = Scenario()
        node.lead()
        _ = node.fetch(9, epoch: 1, offset: 1, lastEpoch: 1)
        #expect(node.machine.highWatermark == nil)
        #expect(node.machine.describe(now: 0)?.observers.map(\.id) == [9])
        #expect(node.pass(1500).contains(.lostLeadership(1)))
    }

    @Test("names the furthest voter first when it resigns; that one campaigns at once")
    func resignation() {
        var node = Scenario()
        node.lead()
        _ = node.fetch(3, epoch: 1, offset: 1, lastEpoch: 1)
        _ = node.answer(2, leader: 1, epoch: 1, .acknowledged)
        _ = node.answer(3, leader: 1, epoch: 1, .acknowledged)
        let ask = EndEpochAsk(leader: 1, epoch: 1, successors: [3, 2])
        #expect(node.machine.shutdown(now: 0).sends.map(\.request) == [.endEpoch(ask), .endEpoch(ask)])
        #expect(!node.machine.isSettled)

        var heir = Scenario(id: 3)
        _ = heir.start()
        let effects = heir.ask(.endEpoch(ask))
        #expect(effects.responses.map(\.error) == [.none])
        #expect(effects.sends.map(\.to) == [1, 2])
    }

    @Test("a higher epoch ends its leadership, and whoever waits is told")
    func deposed() {
        var node = Scenario()
        node.lead()
        _ = node.fetch(2, epoch: 1, offset: 1, lastEpoch: 1)
        _ = node.fetch(2, epoch: 1, offset: 1, lastEpoch: 1)
        let effects = node.ask(.beginEpoch(BeginEpochAsk(leader: 3, epoch: 2, voter: ReplicaKey(1))))
        #expect(effects.first == .persist(ElectionState(epoch: 2, leader: 3)))
        #expect(effects.contains(.lostLeadership(1)))
        #expect(effects.responses.first?.error == .notLeaderOrFollower)
        #expect(effects.responses.first?.leader == 3)
    }
}
