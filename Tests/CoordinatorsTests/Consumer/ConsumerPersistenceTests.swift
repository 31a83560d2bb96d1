import KafkaProtocol
import NIOCore
import Testing

@testable import Coordinators

/// What of a consumer group is in the log, what happens when it does not get there, and its offsets.
@Suite struct ConsumerPersistenceTests {
    let topics = TestTopics(["t": 4])

    @Test func anotherBrokerTakesOver() throws {
        let script = CoordinatorScript()
        try script.enter("a", topics: topics)
        try script.enter("b", topics: topics, instance: "i")
        let kept = try script.beat("a", 1, topics: topics)?.assignment?.topicPartitions
        #expect(script.commitOffset("a", 5, id: "a", generation: 1) == ErrorCode.none)
        let before = try script.described(topics)
        script.reload()
        #expect(try script.described(topics) == before)
        #expect(script.offset() == 5)
        #expect(try script.beat("a", 1, topics: topics, owned: kept)?.memberEpoch == 2)
        #expect(try script.beat("b", 2, topics: topics, instance: "i")?.count == 2)
        script.advance(45_000)
        #expect(try script.described(topics).members.isEmpty, "sessions run from the takeover on")
    }

    @Test func answersWaitForTheirRecords() throws {
        let script = CoordinatorScript()
        script.committing = false
        #expect(try script.enter("a", topics: topics) == nil)
        #expect(try script.described(topics).errorCode == .groupIdNotFound)
        let repeated = try script.beat("a", 1, topics: topics)
        #expect(repeated == nil, "it tells of what is not committed")
        script.commit()
        #expect(script.transcript.suffix(2) == ["a < NONE", "a < NONE"])
        #expect(try script.described(topics).members.count == 1)
    }

    @Test func whatDoesNotGetIntoTheLogIsTakenBack() throws {
        let script = CoordinatorScript()
        try script.enter("a", topics: topics)
        let before = try script.described(topics)
        script.committing = false
        try script.enter("b", topics: topics)
        try script.beat("a", -1, topics: topics)
        script.fail(.notEnoughReplicas)
        #expect(
            script.transcript.suffix(2)
                == Array(repeating: "COORDINATOR_NOT_AVAILABLE", count: 2).enumerated().map {
                    ["b < ", "a < "][$0.offset] + $0.element
                })
        #expect(try script.described(topics) == before)
        script.committing = true
        #expect(try script.beat("a", 1, topics: topics)?.errorCode == ErrorCode.none)
        script.advance(45_000)
        #expect(try script.described(topics).members.isEmpty, "its session went on")
    }

    @Test func positionsNeedTheMembersEpoch() throws {
        let script = CoordinatorScript()
        try script.enter("a", topics: topics)
        #expect(script.commitOffset("a", 5, id: "a", generation: 1) == ErrorCode.none)
        #expect(script.commitOffset("a", 6, id: "a", generation: 0) == .staleMemberEpoch)
        #expect(script.commitOffset("a", 6, id: "x", generation: 1) == .unknownMemberId)
        #expect(script.commitOffset("a", 6, id: "a", generation: 1, version: 8) == .unsupportedVersion)
        #expect(script.commitOffset("tool", 6) == .unknownMemberId)
        let fetched = script.coordinator.fetchOffsets(of: "g", topics: nil, memberID: "a", memberEpoch: 1)
        #expect(fetched.errorCode == .none && fetched.topics.count == 1)
        let stale = script.coordinator.fetchOffsets(of: "g", topics: nil, memberID: "a", memberEpoch: 2)
        #expect(stale.errorCode == .staleMemberEpoch && stale.topics.isEmpty)
        #expect(
            script.coordinator.fetchOffsets(of: "g", topics: nil, memberID: "x", memberEpoch: 1).errorCode
                == .unknownMemberId)
        #expect(script.deleteOffset("t")?.topics.first?.partitions.first?.errorCode == .groupSubscribedToTopic)
        #expect(script.deleteOffset("u")?.topics.first?.partitions.first?.errorCode == ErrorCode.none)
        try script.beat("a", -1, topics: topics)
        #expect(script.commitOffset("tool", 7) == ErrorCode.none)
        #expect(script.offset() == 7)
    }

    @Test func groupsAreListedDescribedAndDeleted() throws {
        let script = CoordinatorScript()
        try script.enter("a", topics: topics)
        script.commitOffset("tool", 1, group: "old")
        let listed = script.coordinator.list(states: [], types: [])
        #expect(listed.map(\.groupID) == ["g", "old"])
        #expect(listed.map(\.groupType) == ["consumer", "classic"])
        #expect(listed.map(\.groupState) == ["Stable", "Empty"])
        #expect(listed.map(\.protocolType) == ["consumer", ""])
        #expect(script.coordinator.list(states: ["STABLE"], types: ["Consumer"]).map(\.groupID) == ["g"])
        #expect(script.coordinator.list(states: [], types: ["classic"]).map(\.groupID) == ["old"])
        #expect(script.coordinator.describe("g", version: 6).errorCode == .groupIdNotFound)
        #expect(script.coordinator.describe("g", version: 5).groupState == "Dead")
        #expect(try script.described(topics, group: "old").errorCode == .groupIdNotFound)
        let member = try #require(try script.described(topics).members.first)
        #expect(member.assignment.topics.map(\.topicName) == ["t"])
        #expect(member.assignment == member.targetAssignment && member.memberType == 1)

        script.commitOffset("a", 5, id: "a", generation: 1)
        #expect(script.delete(["g"]) == [.nonEmptyGroup])
        try script.beat("a", -1, topics: topics)
        #expect(script.delete(["g"]) == [ErrorCode.none])
        #expect(try script.described(topics).errorCode == .groupIdNotFound)
        #expect(script.offset() == -1)
        script.reload()
        #expect(script.coordinator.list(states: [], types: []).map(\.groupID) == ["old"])
    }

    @Test func emptyGroupsChangeTheirProtocolAndKeepTheirOffsets() throws {
        let script = CoordinatorScript()
        script.commitOffset("tool", 5)
        #expect(try script.enter("a", topics: topics)?.count == 4)
        #expect(script.offset() == 5)
        #expect(script.joined(script.join("c", version: 3))?.errorCode == .inconsistentGroupProtocol)
        #expect(script.heartbeat("c", "c", generation: 1) == .unknownMemberId)
        try script.beat("a", -1, topics: topics)
        let (id, join) = script.enter("c")
        #expect(script.joined(join)?.generationID == 1)
        #expect(script.offset() == 5)
        #expect(try script.enter("a", topics: topics)?.errorCode == .groupIdNotFound, "the classic group has members")
        script.reload()
        #expect(script.coordinator.list(states: [], types: []).map(\.groupType) == ["classic"])
        script.leave("c", [.init(memberID: id)])
        #expect(try script.enter("a", topics: topics)?.count == 4)
        script.reload()
        #expect(script.coordinator.list(states: [], types: []).map(\.groupType) == ["consumer"])
        #expect(script.offset() == 5)
    }

    @Test func aLostConversionLeavesTheClassicGroup() throws {
        let script = CoordinatorScript()
        script.commitOffset("tool", 5)
        script.committing = false
        try script.enter("a", topics: topics)
        script.fail(.notEnoughReplicas)
        script.committing = true
        #expect(script.coordinator.list(states: [], types: []).map(\.groupType) == ["classic"])
        #expect(script.state() == "Empty")
        #expect(script.offset() == 5)
    }

    @Test func aLostConversionLeavesTheConsumerGroup() throws {
        let script = CoordinatorScript()
        try script.enter("a", topics: topics)
        try script.beat("a", -1, topics: topics)
        let before = try script.described(topics)
        script.committing = false
        script.join("c")
        script.fail(.notEnoughReplicas)
        script.committing = true
        #expect(script.coordinator.list(states: [], types: []).map(\.groupType) == ["consumer"])
        #expect(try script.described(topics) == before)
        #expect(try script.enter("a", topics: topics)?.count == 4)
        #expect(try script.described(topics).groupEpoch > before.groupEpoch)
    }

    @Test func positionsExpire() throws {
        let script = CoordinatorScript {
            $0.offsetsRetentionMs = 60_000; $0.offsetsRetentionCheckIntervalMs = 1_000
        }
        try script.enter("a", topics: topics)
        script.commitOffset("a", 5, id: "a", generation: 1)
        script.commitOffset("a", 6, id: "a", generation: 1, topic: "u")
        for _ in 0..<7 {
            script.advance(10_000)
            try script.beat("a", 1, topics: topics)
        }
        #expect(script.offset() == 5, "subscribed to")
        #expect(script.offset("u") == -1)
        try script.beat("a", -1, topics: topics)
        script.advance(2_000)
        #expect(script.offset() == -1)
        #expect(try script.described(topics).errorCode == .groupIdNotFound)
    }

    @Test func recordsAreKafkas() throws {
        // Worked out by hand from Kafka's schemas.
        let cases: [(GroupRecord, key: String, value: String?)] = [
            (.consumer(group: "g", .epoch(7)), "0003000167", "00000000000700"),
            (.consumer(group: "g", .targetEpoch(8)), "0006000167", "00000000000800"),
            (
                .consumer(
                    group: "g", .topics([.init(topicID: UUID(high: 1, low: 2), topicName: "t", numPartitions: 3)])),
                "0004000167", "000002" + "00000000000000010000000000000002" + "0274" + "00000003" + "01" + "00" + "00"
            ),
            (
                .consumer(
                    group: "g", .target(member: "m", [.init(topicID: UUID(high: 1, low: 2), partitions: [0, 1])])),
                "0007000167" + "00016d",
                "000002" + "00000000000000010000000000000002" + "03" + "00000000" + "00000001" + "00" + "00"
            ),
            (.consumer(group: "g", .current(member: "m", nil)), "0008000167" + "00016d", nil),
            (.consumer(group: "g", .member(id: "m", nil)), "0005000167" + "00016d", nil),
            (.consumer(group: "g", .resolvedRegex("x", nil)), "0010000167" + "000178", nil),
        ]
        for (record, key, value) in cases {
            let encoded = try record.encoded()
            #expect(encoded == .init(key: GroupRecordTests.bytes(key), value: value.map(GroupRecordTests.bytes)))
            #expect(try GroupRecord.decode(encoded) == record)
        }
        var member = ConsumerGroupMemberValue()
        member.instanceID = "i"
        member.subscribedTopicNames = ["t"]
        member.subscribedTopicRegex = "x.*"
        member.classicMemberMetadata = .init()
        var current = ConsumerGroupCurrentValue()
        current.state = 1
        current.assignedPartitions = [.init(topicID: UUID(high: 1, low: 2), partitions: [3])]
        var regex = ConsumerGroupRegexValue()
        regex.topics = ["x1"]
        for record: ConsumerGroupRecord in [
            .member(id: "m", member), .current(member: "m", current), .resolvedRegex("x.*", regex),
        ] {
            #expect(
                try GroupRecord.decode(GroupRecord.consumer(group: "g", record).encoded())
                    == .consumer(group: "g", record))
        }
    }
}
