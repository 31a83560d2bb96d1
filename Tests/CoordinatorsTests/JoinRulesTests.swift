import Coordinators
import KafkaProtocol
import Testing

/// JoinGroup: who is let in, in Kafka's order of checks, and when a rebalance completes.
@Suite struct JoinRulesTests {
    @Test func refusesWhatIsMalformed() {
        let script = CoordinatorScript()
        #expect(script.joined(script.join("a", group: ""))?.errorCode == .invalidGroupId)
        #expect(script.joined(script.join("a", session: 5_999))?.errorCode == .invalidSessionTimeout)
        #expect(script.joined(script.join("a", session: 1_800_001))?.errorCode == .invalidSessionTimeout)
        #expect(script.joined(script.join("a", id: "stranger"))?.errorCode == .unknownMemberId)
        #expect(script.joined(script.join("a", protocols: []))?.errorCode == .inconsistentGroupProtocol)
        #expect(script.joined(script.join("a", type: ""))?.errorCode == .inconsistentGroupProtocol)
        #expect(script.coordinator.list(states: [], types: []).isEmpty)
        #expect(script.log.isEmpty)
    }

    @Test func oldClientsAreAddedAtOnce() {
        let script = CoordinatorScript()
        let answer = script.joined(script.join("a", version: 3))
        #expect(answer?.errorCode == ErrorCode.none)
        #expect(answer?.generationID == 1)
        #expect(answer?.memberID == "a-00000000-0000-0000-0000-000000000001")
    }

    @Test func membersMustShareAProtocol() {
        let script = CoordinatorScript()
        _ = script.enter("a", protocols: ["range", "sticky"])
        #expect(script.joined(script.join("b", protocols: ["roundrobin"]))?.errorCode == .inconsistentGroupProtocol)
        #expect(
            script.joined(script.join("b", protocols: ["range"], type: "connect"))?.errorCode
                == .inconsistentGroupProtocol)
        #expect(script.joined(script.join("b", protocols: ["sticky"]))?.errorCode == .memberIdRequired)
    }

    @Test func mostVotesAmongSharedProtocolsWin() {
        let script = CoordinatorScript { $0.initialRebalanceDelayMs = 1_000 }
        let joins = [["x", "range", "sticky"], ["sticky", "range"], ["sticky", "range"]].enumerated().map {
            script.join("m\($0.offset)", version: 3, protocols: $0.element)
        }
        script.advance(3_000)
        for join in joins { #expect(script.joined(join)?.protocolName == "sticky") }
    }

    @Test func theInitialDelayIsExtendedByNewMembersUpToTheRebalanceTimeout() {
        let script = CoordinatorScript { $0.initialRebalanceDelayMs = 3_000 }
        let first = script.join("a", version: 3, rebalance: 7_000)
        script.advance(2_000)
        let second = script.join("b", version: 3, rebalance: 7_000)
        script.advance(1_500)
        #expect(script.isParked(first))
        let third = script.join("c", version: 3, rebalance: 7_000)
        script.advance(3_000)
        #expect(script.isParked(second))
        script.advance(500)
        #expect(script.joined(third)?.generationID == 1)
        #expect(script.joined(first)?.members.count == 3)
        // Three seconds, three more, and the last one of seven.
        #expect(script.now - script.start == 7_000)
    }

    @Test func aGivenIdMustBeUsedBeforeTheSessionEnds() {
        let script = CoordinatorScript()
        let id = script.joined(script.join("a"))?.memberID ?? ""
        script.advance(10_001)
        #expect(script.joined(script.join("a", id: id))?.errorCode == .unknownMemberId)
    }

    @Test func aRebalanceWaitsForIdsThatWereHandedOut() {
        let script = CoordinatorScript()
        let (a, _) = RebalanceTranscriptTests.pair(script)
        let id = script.joined(script.join("c"))?.memberID ?? ""
        script.leave("a", [.init(memberID: a)])
        #expect(script.state() == "PreparingRebalance")
        let b = script.join("b", id: script.coordinator.describe("g", version: 5).members[0].memberID)
        #expect(script.isParked(b))
        let c = script.join("c", id: id)
        #expect(script.joined(b)?.generationID == 3)
        #expect(script.joined(c)?.generationID == 3)
    }

    @Test func whoDoesNotJoinInTimeIsOutUnlessStatic() {
        let script = CoordinatorScript()
        let (a, b) = RebalanceTranscriptTests.pair(script)
        let s = script.join("s", instance: "i", session: 1_000_000)
        script.join("a", id: a, session: 1_000_000)
        script.advance(4_000)
        script.heartbeat("b", b, generation: 2)
        #expect(script.isParked(s))
        while script.isParked(s) && script.now < script.start + 200_000 {
            script.advance(5_000)
            script.heartbeat("b", b, generation: 2)
        }
        #expect(script.joined(s)?.generationID == 3)
        #expect(script.heartbeat("b", b, generation: 3) == .unknownMemberId)

        script.join("c", version: 3, session: 1_000_000)
        script.join("a", id: a, session: 1_000_000)
        script.advance(60_001)
        #expect(script.coordinator.describe("g", version: 5).members.contains { $0.groupInstanceID == "i" })
        #expect(script.state() == "CompletingRebalance")
    }

    @Test func anUnchangedFollowerGetsItsGenerationAgainAndTheLeaderRebalances() {
        let script = CoordinatorScript()
        let (a, b) = RebalanceTranscriptTests.pair(script)
        #expect(script.joined(script.join("b", id: b))?.generationID == 2)
        #expect(script.state() == "Stable")
        #expect(script.isParked(script.join("b", id: b, metadata: "changed")))
        #expect(script.state() == "PreparingRebalance")
        #expect(script.joined(script.join("a", id: a))?.generationID == 3)
        script.sync("a", a, generation: 3)
        #expect(script.state() == "Stable")
        #expect(script.isParked(script.join("a", id: a)))
    }

    @Test func aChangedMemberInTheSecondPhaseStartsOver() {
        let script = CoordinatorScript()
        let (a, b) = RebalanceTranscriptTests.pair(script)
        script.join("a", id: a)
        script.join("b", id: b)
        let waiting = script.sync("b", b, generation: 3)
        #expect(script.isParked(waiting))
        let rejoined = script.join("a", id: a, metadata: "changed")
        #expect(script.synced(waiting)?.errorCode == .rebalanceInProgress)
        #expect(script.isParked(rejoined))
    }

    @Test func aFullGroupRefusesStrangers() {
        let script = CoordinatorScript { $0.maxSize = 2 }
        let (_, b) = RebalanceTranscriptTests.pair(script)
        #expect(script.joined(script.join("c"))?.errorCode == .groupMaxSizeReached)
        #expect(script.joined(script.join("b", id: b))?.errorCode == ErrorCode.none)
    }

    @Test func aRepeatedJoinFreesTheEarlierOne() {
        let script = CoordinatorScript()
        let (_, b) = RebalanceTranscriptTests.pair(script)
        let first = script.join("b", id: b, metadata: "x")
        let second = script.join("b", id: b, metadata: "x")
        #expect(script.joined(first)?.errorCode == .rebalanceInProgress)
        #expect(script.isParked(second))
    }

    @Test func aGroupWhoseFirstRecordIsLostIsForgotten() {
        let script = CoordinatorScript { $0.initialRebalanceDelayMs = 1_000 }
        script.committing = false
        let join = script.join("a", version: 3)
        script.fail(.notEnoughReplicas)
        #expect(script.joined(join)?.errorCode == .coordinatorNotAvailable)
        #expect(script.coordinator.counts.groups == 0)
    }
}
