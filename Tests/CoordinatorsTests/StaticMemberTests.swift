import Coordinators
import KafkaProtocol
import Testing

/// Static membership, KIP-345 and KIP-814.
@Suite struct StaticMemberTests {
    /// A Stable group with the static leader "i" and the dynamic follower b.
    private func group(_ script: CoordinatorScript) -> (leader: String, follower: String) {
        let leader = script.joined(script.join("a", instance: "i"))?.memberID ?? ""
        script.sync("a", leader, generation: 1, instance: "i", assignments: [leader: "all"])
        let b = script.enter("b")
        script.join("a", id: leader, instance: "i")
        script.sync("b", b.id, generation: 2)
        script.sync("a", leader, generation: 2, instance: "i", assignments: [leader: "x", b.id: "y"])
        return (leader, b.id)
    }

    @Test func oldVersionsMakeTheReturningLeaderAFollower() {
        let script = CoordinatorScript()
        let (leader, _) = group(script)
        let answer = script.joined(script.join("a", instance: "i", version: 8))
        #expect(answer?.leader == leader)
        #expect(answer?.memberID != leader)
        #expect(answer?.members.isEmpty == true)
        #expect(answer?.generationID == 2)
        #expect(script.state() == "Stable")
    }

    @Test func newVersionsTellTheReturningLeaderToKeepTheAssignment() {
        let script = CoordinatorScript()
        _ = group(script)
        let answer = script.joined(script.join("a", instance: "i", version: 9))
        #expect(answer?.leader == answer?.memberID)
        #expect(answer?.skipAssignment == true)
        #expect(answer?.members.count == 2)
    }

    @Test func aChangedProtocolRebalances() {
        let script = CoordinatorScript { $0.maxSize = 10 }
        let leader = script.joined(script.join("a", instance: "i", protocols: ["range", "sticky"]))?.memberID ?? ""
        script.sync("a", leader, generation: 1, instance: "i", assignments: [leader: "x"])
        let back = script.join("a", instance: "i", protocols: ["sticky", "range"])
        #expect(script.joined(back)?.generationID == 2)
        #expect(script.joined(back)?.protocolName == "sticky")
    }

    @Test func theReplacedIdIsFencedEverywhere() {
        let script = CoordinatorScript()
        let (leader, _) = group(script)
        _ = script.join("a", instance: "i")
        #expect(script.heartbeat("a", leader, generation: 2, instance: "i") == .fencedInstanceId)
        #expect(script.synced(script.sync("a", leader, generation: 2, instance: "i"))?.errorCode == .fencedInstanceId)
        #expect(script.commitOffset("a", 1, id: leader, generation: 2, instance: "i") == .fencedInstanceId)
        #expect(script.joined(script.join("a", id: leader, instance: "i"))?.errorCode == .fencedInstanceId)
        #expect(script.heartbeat("a", leader, generation: 2) == .unknownMemberId)
        #expect(script.heartbeat("a", leader, generation: 2, instance: "other") == .unknownMemberId)
    }

    @Test func aParkedRequestOfTheReplacedIdIsFenced() {
        let script = CoordinatorScript()
        let (leader, _) = group(script)
        let parked = script.join("a", id: leader, instance: "i")
        let back = script.join("a", instance: "i")
        #expect(script.joined(parked)?.errorCode == .fencedInstanceId)
        #expect(script.isParked(back))
    }

    @Test func aReplacementThatIsNotStoredIsUndone() {
        let script = CoordinatorScript()
        let (leader, _) = group(script)
        script.committing = false
        let back = script.join("a", instance: "i")
        #expect(script.isParked(back))
        script.fail(.notLeaderOrFollower)
        #expect(script.joined(back)?.errorCode == .notCoordinator)
        #expect(script.heartbeat("a", leader, generation: 2, instance: "i") == ErrorCode.none)
    }

    @Test func anAdministratorRemovesByInstanceId() {
        let script = CoordinatorScript()
        _ = group(script)
        let answer = script.leave("admin", [.init(memberID: "", groupInstanceID: "i"), .init(memberID: "")])
        #expect(answer?.members.map(\.errorCode) == [ErrorCode.none, .unknownMemberId])
        #expect(script.state() == "PreparingRebalance")
    }
}
