import KafkaProtocol
import NIOCore
import Testing

@testable import Coordinators

/// A group with members changes its protocol (KIP-848): up when the first member of the new one joins, down when the last
/// one is gone; between, members of the classic protocol are told of the new one in their own terms.
@Suite struct MigrationTests {
    let topics = TestTopics(["t": 4])

    /// A stable classic group of two, with two partitions each.
    func classicPair(
        _ change: (inout GroupConfig) -> Void = { _ in }
    ) throws -> (CoordinatorScript, a: String, b: String) {
        let script = CoordinatorScript(change)
        script.image = try topics.image
        let blob = ClassicBlobs.subscription(["t"])
        let first = script.join("a", version: 3, blob: blob)
        script.advance(1)
        let a = try #require(script.joined(first)).memberID
        script.sync("a", a, generation: 1, blobs: [a: ClassicBlobs.assignment(["t": [0, 1, 2, 3]])])
        let second = script.join("b", version: 3, blob: blob)
        script.join("a", id: a, version: 3, blob: blob)
        let b = try #require(script.joined(second)).memberID
        script.sync("b", b, generation: 2, blobs: [:])
        script.sync(
            "a", a, generation: 2,
            blobs: [a: ClassicBlobs.assignment(["t": [0, 1]]), b: ClassicBlobs.assignment(["t": [2, 3]])])
        #expect(script.state() == "Stable")
        return (script, a, b)
    }

    /// Join and Sync of a classic member in a group of the new protocol.
    func rejoin(
        _ script: CoordinatorScript, _ name: String, _ id: String, owned: [Int32] = []
    ) throws -> (epoch: Int32, partitions: [Int32]) {
        let blob = ClassicBlobs.subscription(["t"], owned: owned.isEmpty ? [:] : ["t": owned])
        let joined = try #require(script.joined(script.join(name, id: id, version: 5, blob: blob)))
        #expect(joined.errorCode == .none && joined.leader.isEmpty && joined.members.isEmpty)
        #expect(joined.protocolType == "consumer" && joined.protocolName == "range" && joined.memberID == id)
        let synced = try #require(script.synced(script.sync(name, id, generation: joined.generationID, blobs: [:])))
        #expect(synced.errorCode == .none)
        return (joined.generationID, try #require(ClassicBlobs.partitions(synced.assignment))["t"] ?? [])
    }

    @Test func aMemberOfTheNewProtocolTakesTheGroupAlong() throws {
        let (script, a, b) = try classicPair()
        let joined = try #require(try script.enter("c", topics: topics))
        #expect(joined.errorCode == .none && joined.memberEpoch == 3 && joined.count == 0, "all is in use by others")
        #expect(script.state() == "Dead", "it is no classic group any more")
        let described = try script.described(topics)
        #expect(described.members.filter { $0.memberType == 0 }.map(\.memberID).sorted() == [a, b].sorted())
        #expect(described.members.filter { $0.memberType == 1 }.map(\.memberID) == ["c"])
        #expect(script.coordinator.list(states: [], types: ["consumer"]).map(\.groupID) == ["g"])

        #expect(script.heartbeat("a", a, generation: 2) == .rebalanceInProgress)
        #expect(script.commitOffset("a", 5, id: a, generation: 2) == ErrorCode.none, "before it joins again")
        #expect(script.commitOffset("a", 5, id: a, generation: 1) == .illegalGeneration)
        let first = try rejoin(script, "a", a)
        let second = try rejoin(script, "b", b)
        #expect(first.epoch == 3 && second.epoch == 3)
        #expect(script.heartbeat("a", a, generation: 3) == ErrorCode.none)
        let third = try #require(try script.beat("c", 3, topics: topics))
        #expect(first.partitions.count + second.partitions.count + (third.count ?? 0) == 4)
        #expect(Set(first.partitions).isDisjoint(with: second.partitions))
        #expect(try script.described(topics).groupState == "Stable")
    }

    @Test func whatWaitsInTheClassicGroupIsToldToJoinAgain() throws {
        let (script, a, b) = try classicPair()
        let parked = script.join(
            "b", id: b, version: 3, protocols: ["range", "x"], blob: ClassicBlobs.subscription(["t"]))
        #expect(script.isParked(parked))
        try script.enter("c", topics: topics)
        #expect(script.joined(parked)?.errorCode == .rebalanceInProgress)
        #expect(try rejoin(script, "a", a).epoch == 3)
    }

    @Test func cooperativeMembersKeepWhatStaysTheirs() throws {
        let (script, a, b) = try classicPair()
        try script.enter("c", topics: topics)
        let first = try rejoin(script, "a", a, owned: [0, 1])
        let second = try rejoin(script, "b", b, owned: [2, 3])
        #expect(first.partitions.count + second.partitions.count == 3, "one is given up, and nobody has it yet")
        let (giver, id, kept) = first.partitions.count == 1 ? ("a", a, first) : ("b", b, second)
        #expect(kept.epoch == 2, "it has not confirmed")
        #expect(try script.beat("c", 3, topics: topics)?.assignment == nil)
        #expect(script.heartbeat(giver, id, generation: 2) == .rebalanceInProgress)
        #expect(try rejoin(script, giver, id, owned: kept.partitions).epoch == 3)
        #expect(try script.beat("c", 3, topics: topics)?.count == 1)
    }

    @Test func cooperativeMembersKeepWhatTheyHadInARebalanceThatFailed() throws {
        let (script, a, b) = try classicPair()
        script.join(
            "a", id: a, version: 5, protocols: ["x", "range"],
            blob: ClassicBlobs.subscription(["t"], owned: ["t": [0, 1]]))
        let joined = script.join(
            "b", id: b, version: 5, protocols: ["x", "range"],
            blob: ClassicBlobs.subscription(["t"], owned: ["t": [2, 3]]))
        let generation = try #require(script.joined(joined)).generationID
        script.committing = false
        script.sync("a", a, generation: generation, blobs: [:])
        script.sync("b", b, generation: generation, blobs: [:])
        script.fail(.notEnoughReplicas)
        script.committing = true
        #expect(try script.enter("c", topics: topics)?.count == 0)
        #expect(try rejoin(script, "a", a, owned: [0, 1]).partitions.count <= 2)
        #expect(try script.beat("c", generation + 1, topics: topics)?.assignment == nil, "nothing is given up yet")
    }

    @Test func thePolicyDecides() throws {
        for policy in [MigrationPolicy.disabled, .downgrade] {
            let (script, a, _) = try classicPair { $0.migrationPolicy = policy }
            #expect(try script.enter("c", topics: topics)?.errorCode == .groupIdNotFound)
            #expect(script.state() == "Stable" && script.heartbeat("a", a, generation: 2) == ErrorCode.none)
        }
        let (script, a, b) = try classicPair { $0.migrationPolicy = .upgrade }
        try script.enter("c", topics: topics)
        try script.beat("c", -1, topics: topics)
        #expect(try script.described(topics).errorCode == .none, "it stays a group of the new protocol")
        #expect(try rejoin(script, "a", a).partitions.count == 2)
        #expect(try rejoin(script, "b", b).partitions.count == 2)
    }

    @Test func metadataThatCannotBeReadKeepsTheGroupClassic() throws {
        let script = CoordinatorScript()
        let joined = script.join("a", version: 3)
        script.advance(1)
        #expect(script.joined(joined)?.errorCode == ErrorCode.none)
        #expect(try script.enter("c", topics: topics)?.errorCode == .groupIdNotFound)
        #expect(script.state() == "CompletingRebalance")
    }

    @Test func withTheLastMemberOfTheNewProtocolTheGroupGoesBack() throws {
        let (script, a, b) = try classicPair()
        try script.enter("c", topics: topics)
        _ = try rejoin(script, "a", a)
        _ = try rejoin(script, "b", b)
        #expect(try script.beat("c", -1, topics: topics)?.errorCode == ErrorCode.none)
        #expect(script.state() == "PreparingRebalance")
        #expect(try script.described(topics).errorCode == .groupIdNotFound)
        #expect(script.heartbeat("a", a, generation: 4) == .rebalanceInProgress)
        let blob = ClassicBlobs.subscription(["t"])
        let first = script.join("a", id: a, version: 5, blob: blob)
        let second = script.join("b", id: b, version: 5, blob: blob)
        #expect(script.joined(first)?.generationID == 5 && script.joined(second)?.generationID == 5)
        #expect(script.joined(first)?.leader == script.joined(second)?.leader)
        script.reload()
        #expect(script.coordinator.list(states: [], types: []).map(\.groupType) == ["classic"])
    }

    @Test func silenceOfTheLastMemberOfTheNewProtocolTakesTheGroupBack() throws {
        let (script, a, _) = try classicPair()
        try script.enter("c", topics: topics)
        _ = try rejoin(script, "a", a)
        for _ in 0..<5 {
            script.advance(9_000)
            script.heartbeat("a", a, generation: 3)
        }
        #expect(script.coordinator.list(states: [], types: []).map(\.groupType) == ["classic"])
    }

    @Test func anUpgradeThatIsNotStoredIsTakenBack() throws {
        let (script, a, _) = try classicPair()
        script.committing = false
        #expect(try script.enter("c", topics: topics) == nil)
        script.fail(.notEnoughReplicas)
        script.committing = true
        #expect(script.state() == "PreparingRebalance", "its members join again, because waiting ones were sent away")
        #expect(script.heartbeat("a", a, generation: 2) == .rebalanceInProgress)
        script.join("a", id: a, version: 5, blob: ClassicBlobs.subscription(["t"]))
        script.advance(10_000)
        #expect(script.state() == "CompletingRebalance")
    }

    @Test func aDowngradeThatIsNotStoredIsTakenBack() throws {
        let (script, a, _) = try classicPair()
        try script.enter("c", topics: topics)
        let before = try script.described(topics)
        script.committing = false
        #expect(try script.beat("c", -1, topics: topics) == nil)
        script.fail(.notEnoughReplicas)
        script.committing = true
        #expect(try script.described(topics) == before)
        #expect(script.heartbeat("a", a, generation: 2) == .rebalanceInProgress)
        #expect(try script.beat("c", 3, topics: topics)?.errorCode == ErrorCode.none)
    }

    @Test func anotherBrokerGoesOnWithBothKinds() throws {
        let (script, a, b) = try classicPair()
        try script.enter("c", topics: topics)
        _ = try rejoin(script, "a", a)
        let before = try script.described(topics)
        script.reload()
        #expect(try script.described(topics) == before)
        #expect(script.heartbeat("a", a, generation: 3) == ErrorCode.none)
        #expect(script.heartbeat("b", b, generation: 2) == .rebalanceInProgress)
        script.advance(10_000)
        #expect(try script.described(topics).members.map(\.memberID) == ["c"], "sessions are each member's own")
    }

    @Test func whoFallsSilentAfterTheChangeIsOut() throws {
        let (script, _, _) = try classicPair()
        try script.enter("c", topics: topics)
        script.advance(10_000)
        #expect(try script.described(topics).members.map(\.memberID) == ["c"])
    }

    @Test func whoMakesNoStepInTimeIsOut() throws {
        let (script, a, b) = try classicPair()
        try script.enter("c", topics: topics)
        // b is told to join again, and does not; a joins, and does not fetch its assignment.
        let blob = ClassicBlobs.subscription(["t"])
        let joined = try #require(script.joined(script.join("a", id: a, version: 5, blob: blob)))
        for _ in 0..<12 {
            script.heartbeat("a", a, generation: joined.generationID)
            script.heartbeat("b", b, generation: 2)
            try script.beat("c", 3, topics: topics)
            script.advance(5_000)
        }
        #expect(try script.described(topics).members.map(\.memberID) == ["c"])
    }

    @Test func newMembersOfTheClassicProtocolAreTakenIn() throws {
        let (script, _, _) = try classicPair()
        try script.enter("c", topics: topics)
        let blob = ClassicBlobs.subscription(["t"])
        let first = try #require(script.joined(script.join("d", version: 5, blob: blob)))
        #expect(first.errorCode == .memberIdRequired)
        _ = try rejoin(script, "d", first.memberID)
        #expect(try script.described(topics).members.count == 4)
        #expect(script.joined(script.join("e", blob: blob, type: "connect"))?.errorCode == .inconsistentGroupProtocol)
        #expect(
            script.joined(script.join("e", protocols: ["other"], blob: blob))?.errorCode
                == .inconsistentGroupProtocol)
        #expect(script.joined(script.join("e", version: 3))?.errorCode == .inconsistentGroupProtocol, "no subscription")
        #expect(script.joined(script.join("c", id: "c", blob: blob))?.errorCode == .unknownMemberId)
        #expect(script.joined(script.join("e", id: "e", instance: "i", blob: blob))?.errorCode == .unknownMemberId)
    }

    @Test func staticMembersChangeTheirProtocolInPlace() throws {
        let script = CoordinatorScript()
        script.image = try topics.image
        let blob = ClassicBlobs.subscription(["t"])
        let token = script.join("a", instance: "i", version: 5, blob: blob)
        script.advance(1)
        let a = try #require(script.joined(token)).memberID
        script.sync("a", a, generation: 1, instance: "i", blobs: [a: ClassicBlobs.assignment(["t": [0, 1, 2, 3]])])
        let up = try #require(try script.enter("c", topics: topics, instance: "i"))
        #expect(up.errorCode == .none && up.count == 4, "the only member has all at once")
        #expect(script.heartbeat("a", a, generation: 1, instance: "i") == .fencedInstanceId)
        // Back: the member that leaves its place was the last of the new protocol.
        let down = try #require(script.joined(script.join("a", instance: "i", version: 5, blob: blob)))
        #expect(down.errorCode == .rebalanceInProgress)
        #expect(script.coordinator.list(states: [], types: []).map(\.groupType) == ["classic"])
        let again = script.join("a", instance: "i", version: 5, blob: blob)
        script.advance(60_000)
        #expect(script.joined(again)?.errorCode == ErrorCode.none)
    }

    @Test func membersOfTheClassicProtocolLeave() throws {
        let (script, a, b) = try classicPair()
        try script.enter("c", topics: topics)
        let answer = try #require(script.leave("a", [.init(memberID: a), .init(memberID: "x"), .init(memberID: "c")]))
        #expect(answer.members.map(\.errorCode) == [.none, .unknownMemberId, .unknownMemberId])
        #expect(script.leave("b", [.init(memberID: b)], version: 2)?.errorCode == ErrorCode.none)
        #expect(try script.described(topics).members.map(\.memberID) == ["c"])
        #expect(try script.beat("c", 3, topics: topics)?.count == 4)
    }
}
