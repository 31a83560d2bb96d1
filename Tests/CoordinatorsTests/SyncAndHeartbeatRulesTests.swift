import Coordinators
import KafkaProtocol
import Testing

/// SyncGroup, Heartbeat and LeaveGroup.
@Suite struct SyncAndHeartbeatRulesTests {
    @Test func refusesInKafkasOrder() {
        let script = CoordinatorScript()
        #expect(script.synced(script.sync("a", "x", generation: 1))?.errorCode == .unknownMemberId)
        #expect(script.heartbeat("a", "x", generation: 1) == .unknownMemberId)
        #expect(script.heartbeat("a", "x", generation: 1, group: "") == .invalidGroupId)
        let (a, _) = RebalanceTranscriptTests.pair(script)
        #expect(script.synced(script.sync("a", "x", generation: 9))?.errorCode == .unknownMemberId)
        #expect(script.synced(script.sync("a", a, generation: 1))?.errorCode == .illegalGeneration)
        #expect(script.heartbeat("a", a, generation: 1) == .illegalGeneration)
        #expect(script.leave("a", [], group: "")?.errorCode == .invalidGroupId)
        #expect(script.leave("a", [.init(memberID: "x")], group: "none")?.errorCode == .unknownMemberId)
    }

    @Test func theGivenProtocolMustBeTheGroups() {
        let script = CoordinatorScript()
        let (a, _) = RebalanceTranscriptTests.pair(script)
        for (type, name) in [("connect", "range"), ("consumer", "sticky")] {
            var request = SyncGroupRequest()
            request.groupID = "g"
            request.memberID = a
            request.generationID = 2
            request.protocolType = type
            request.protocolName = name
            let token = script.token("a", "Sync")
            script.take(script.coordinator.syncGroup(request, token: token, now: script.now))
            #expect(script.synced(token)?.errorCode == .inconsistentGroupProtocol)
        }
    }

    @Test func assignmentsAreGivenOutOnlyWhenCommitted() {
        let script = CoordinatorScript()
        let a = script.enter("a")
        script.committing = false
        let sync = script.sync("a", a.id, generation: 1, assignments: [a.id: "x"])
        #expect(script.isParked(sync))
        #expect(script.state() == "CompletingRebalance")
        let again = script.sync("a", a.id, generation: 1, assignments: [a.id: "other"])
        #expect(script.synced(sync)?.errorCode == .rebalanceInProgress)
        script.commit()
        #expect(script.synced(again).map { String(buffer: $0.assignment) } == "x")
        #expect(script.state() == "Stable")
    }

    @Test func aLostAssignmentRebalances() {
        let script = CoordinatorScript()
        let a = script.enter("a")
        script.committing = false
        let sync = script.sync("a", a.id, generation: 1, assignments: [a.id: "x"])
        script.fail(.notEnoughReplicasAfterAppend)
        #expect(script.synced(sync)?.errorCode == .coordinatorNotAvailable)
        #expect(script.state() == "PreparingRebalance")
    }

    @Test func anAppendThatTakesTooLongIsReported() {
        let script = CoordinatorScript()
        let a = script.enter("a")
        script.committing = false
        let sync = script.sync("a", a.id, generation: 1, assignments: [a.id: "x"])
        script.advance(5_000)
        #expect(script.synced(sync)?.errorCode == .coordinatorNotAvailable)
        #expect(script.state() == "PreparingRebalance")
        script.commit()
        #expect(script.state() == "PreparingRebalance")
    }

    @Test func membersLeftOutGetNothing() {
        let script = CoordinatorScript()
        let a = script.enter("a")
        let sync = script.sync("a", a.id, generation: 1, assignments: ["stranger": "x"])
        #expect(script.synced(sync)?.assignment.readableBytes == 0)
    }

    @Test func whoNeverSyncsIsRemoved() {
        let script = CoordinatorScript()
        let (a, b) = RebalanceTranscriptTests.pair(script)
        script.join("b", id: b, metadata: "x")
        script.join("a", id: a)
        script.sync("a", a, generation: 3, assignments: [a: "x"])
        for _ in 0..<12 {
            script.advance(5_000)
            script.heartbeat("a", a, generation: 3)
            script.heartbeat("b", b, generation: 3)
        }
        #expect(script.heartbeat("b", b, generation: 3) == .unknownMemberId)
        #expect(script.state() == "PreparingRebalance")
    }

    @Test func manyLeaversCauseOneRebalance() {
        let script = CoordinatorScript()
        let (a, b) = RebalanceTranscriptTests.pair(script)
        let answer = script.leave("a", [.init(memberID: a), .init(memberID: "x"), .init(memberID: b)])
        #expect(answer?.members.map(\.errorCode) == [ErrorCode.none, .unknownMemberId, ErrorCode.none])
        #expect(script.state() == "Empty")
        guard case .group("g", let last?)? = script.log.last else {
            Issue.record("no record of the empty group")
            return
        }
        #expect(last.generation == 3)
        #expect(last.members.isEmpty)
        #expect(last.protocolType == "consumer")
        #expect(last.protocolName == nil)
    }

    @Test func oldLeavesAnswerAtTheTop() {
        let script = CoordinatorScript()
        let (a, _) = RebalanceTranscriptTests.pair(script)
        #expect(script.leave("x", [.init(memberID: "x")], version: 2)?.errorCode == .unknownMemberId)
        let answer = script.leave("a", [.init(memberID: a)], version: 2)
        #expect(answer?.errorCode == ErrorCode.none)
        #expect(answer?.members.isEmpty == true)
    }

    @Test func aLeaverWithAParkedRequestIsAnswered() {
        let script = CoordinatorScript()
        let (_, b) = RebalanceTranscriptTests.pair(script)
        let parked = script.join("b", id: b, metadata: "x")
        script.leave("b", [.init(memberID: b)])
        #expect(script.joined(parked)?.errorCode == .unknownMemberId)
    }

    @Test func resigningAnswersEverybody() {
        let script = CoordinatorScript()
        let (_, b) = RebalanceTranscriptTests.pair(script)
        let parked = script.join("b", id: b, metadata: "x")
        script.committing = false
        #expect(script.commitOffset("tool", 1, group: "simple") == nil)
        script.take(script.coordinator.resign(now: script.now))
        #expect(script.joined(parked)?.errorCode == .notCoordinator)
        #expect(script.text.hasSuffix("NOT_COORDINATOR") || script.text.contains("tool < NOT_COORDINATOR"))
    }
}
