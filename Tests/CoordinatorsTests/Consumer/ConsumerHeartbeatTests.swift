import KafkaProtocol
import Testing

@testable import Coordinators

/// The rules of ConsumerGroupHeartbeat (KIP-848), in the order in which a broker checks them.
@Suite struct ConsumerHeartbeatTests {
    let topics = TestTopics(["t": 4])

    @Test func aMemberGetsEverythingAndASecondItsHalf() throws {
        let script = CoordinatorScript()
        let first = try #require(try script.enter("a", topics: topics))
        #expect(first.errorCode == .none && first.memberID == "a" && first.memberEpoch == 1 && first.count == 4)
        #expect(first.heartbeatIntervalMs == 5_000)
        #expect(try script.described(topics).groupState == "Stable")
        let second = try #require(try script.enter("b", topics: topics))
        #expect(second.memberEpoch == 2 && second.count == 0, "nothing is free yet")
        #expect(try script.described(topics).groupState == "Reconciling")

        let told = try #require(try script.beat("a", 1, topics: topics))
        #expect(told.memberEpoch == 1 && told.count == 2, "what is to be given up is no longer in the assignment")
        #expect(try script.beat("b", 2, topics: topics)?.count == nil, "not given up yet")
        let kept = try #require(told.assignment?.topicPartitions)
        let confirmed = try #require(try script.beat("a", 1, topics: topics, owned: kept))
        #expect(confirmed.memberEpoch == 2)
        #expect(try script.beat("b", 2, topics: topics)?.count == 2)
        #expect(try script.described(topics).groupState == "Stable")
    }

    @Test func malformedHeartbeatsAreRefused() throws {
        let script = CoordinatorScript()
        let refused: [(ConsumerGroupHeartbeatResponse?, ErrorCode)] = try [
            (script.beat("a", 0, topics: topics, group: " ", names: ["t"], owned: [], timeout: 1), .invalidRequest),
            (script.beat("a", 0, topics: topics, names: ["t"], owned: []), .invalidRequest),
            (script.beat("a", 0, topics: topics, names: ["t"], timeout: 1), .invalidRequest),
            (script.beat("a", 0, topics: topics, names: [], owned: [], timeout: 1), .invalidRequest),
            (
                script.beat(
                    "a", 0, topics: topics, names: ["t"], owned: [.init(topicID: topics.id("t"), partitions: [0])],
                    timeout: 1), .invalidRequest
            ),
            (script.enter("a", topics: topics, instance: ""), .invalidRequest),
            (script.beat("", 3, topics: topics), .invalidRequest),
            (script.beat("a", -2, topics: topics), .invalidRequest),
            (script.beat("a", -3, topics: topics), .invalidRequest),
            (script.enter("a", topics: topics, assignor: "sticky"), .unsupportedAssignor),
            (
                script.beat("a", 0, topics: topics, regex: "orders-(", owned: [], timeout: 1),
                .invalidRegularExpression
            ),
            (script.beat("a", 5, topics: topics), .groupIdNotFound),
            (script.beat("a", -1, topics: topics), .groupIdNotFound),
        ]
        for (answer, code) in refused { #expect(answer?.errorCode == code) }
        #expect(script.log.isEmpty)
    }

    @Test func epochsFence() throws {
        let script = CoordinatorScript()
        try script.enter("a", topics: topics)
        #expect(try script.beat("b", 1, topics: topics)?.errorCode == .unknownMemberId)
        #expect(try script.beat("a", 2, topics: topics)?.errorCode == .fencedMemberEpoch)
        #expect(try script.enter("a", topics: topics)?.count == 4, "its first answer was lost")
        try script.enter("b", topics: topics)
        let kept = try #require(try script.beat("a", 1, topics: topics)?.assignment?.topicPartitions)
        #expect(try script.beat("a", 1, topics: topics, owned: kept)?.memberEpoch == 2)
        #expect(try script.beat("a", 1, topics: topics, owned: kept)?.memberEpoch == 2, "its last answer was lost")
        #expect(try script.beat("a", 1, topics: topics)?.errorCode == .fencedMemberEpoch)
        #expect(try script.enter("a", topics: topics)?.errorCode == .fencedMemberEpoch)
    }

    @Test func aGroupHasTimesOfItsOwn() throws {
        let script = CoordinatorScript()
        var topics = topics
        topics.configure("g", "consumer.session.timeout.ms", "50000")
        topics.configure("g", "consumer.heartbeat.interval.ms", "7000")
        let first = try #require(try script.enter("a", topics: topics))
        #expect(first.heartbeatIntervalMs == 7_000)
        script.advance(49_999)
        #expect(try script.described(topics).members.count == 1)
        script.advance(1)
        #expect(try script.described(topics).members.isEmpty)

        try script.enter("b", topics: topics)
        topics.configure("g", "consumer.session.timeout.ms", nil)
        topics.configure("g", "consumer.heartbeat.interval.ms", nil)
        #expect(try script.enter("c", topics: topics)?.heartbeatIntervalMs == 5_000, "back to the brokers' settings")
        script.advance(45_000)
        #expect(try script.described(topics).members.map(\.memberID) == ["b"], "whose last heartbeat was before")
    }

    @Test func silentMembersAreTakenOut() throws {
        let script = CoordinatorScript()
        try script.enter("a", topics: topics)
        script.advance(44_999)
        #expect(try script.beat("a", 1, topics: topics)?.errorCode == ErrorCode.none)
        script.advance(44_999)
        #expect(try script.described(topics).members.count == 1)
        script.advance(1)
        #expect(try script.described(topics).groupState == "Empty")
        #expect(try script.beat("a", 1, topics: topics)?.errorCode == .unknownMemberId)
    }

    @Test func whoKeepsPartitionsTooLongIsTakenOut() throws {
        let script = CoordinatorScript()
        try script.beat("a", 0, topics: topics, names: ["t"], owned: [], timeout: 8_000)
        try script.enter("b", topics: topics)
        try script.beat("a", 1, topics: topics)
        script.advance(4_000)
        try script.beat("a", 1, topics: topics)
        script.advance(4_000)
        #expect(try script.described(topics).members.map(\.memberID) == ["b"])
        #expect(try script.beat("b", 2, topics: topics)?.count == 4)
    }

    @Test func membersLeave() throws {
        let script = CoordinatorScript()
        try script.enter("a", topics: topics)
        try script.enter("b", topics: topics)
        #expect(try script.beat("a", -1, topics: topics)?.memberEpoch == -1)
        #expect(try script.beat("b", 2, topics: topics)?.count == 4)
        try script.beat("b", -1, topics: topics)
        let empty = try script.described(topics)
        #expect(empty.groupState == "Empty" && empty.members.isEmpty)
    }

    @Test func aGroupHasASize() throws {
        let script = CoordinatorScript { $0.consumerMaxSize = 1 }
        try script.enter("a", topics: topics)
        #expect(try script.enter("b", topics: topics)?.errorCode == .groupMaxSizeReached)
        #expect(try script.beat("a", 1, topics: topics)?.errorCode == ErrorCode.none)
    }

    @Test func aMemberWithoutAnIDIsGivenOne() throws {
        let script = CoordinatorScript()
        let answer = try #require(try script.enter("", topics: topics))
        #expect(answer.memberID == UUID(high: 1, low: 1).description)
    }

    @Test func staticMembersKeepTheirPlace() throws {
        let script = CoordinatorScript()
        try script.enter("a", topics: topics, instance: "i")
        #expect(try script.enter("b", topics: topics, instance: "i")?.errorCode == .unreleasedInstanceId)
        #expect(try script.beat("b", 1, topics: topics, instance: "i")?.errorCode == .fencedInstanceId)
        #expect(try script.beat("a", 1, topics: topics, instance: "j")?.errorCode == .unknownMemberId)
        #expect(try script.beat("a", -2, topics: topics, instance: "i")?.memberEpoch == -2)
        let epoch = try script.described(topics).groupEpoch
        let back = try #require(try script.enter("b", topics: topics, instance: "i"))
        #expect(back.errorCode == .none && back.count == 4 && back.memberEpoch == epoch)
        let group = try script.described(topics)
        #expect(group.groupEpoch == epoch, "its return is no rebalance")
        #expect(group.members.map(\.memberID) == ["b"])
        #expect(try script.beat("a", 1, topics: topics)?.errorCode == .unknownMemberId)
        script.advance(44_999)
        #expect(try script.described(topics).members.count == 1)
        script.advance(1)
        #expect(try script.described(topics).members.isEmpty)
    }

    @Test func topicsChange() throws {
        var topics = topics
        let script = CoordinatorScript()
        try script.enter("a", ["t", "later"], topics: topics)
        topics.set("later", 2)
        #expect(try script.beat("a", 1, topics: topics)?.count == 6)
        topics.set("later", 3)
        #expect(try script.beat("a", 2, topics: topics)?.count == 7)
        topics.delete("t")
        let told = try script.beat("a", 3, topics: topics)
        #expect(told?.count == 3)
        topics.set("unrelated", 1)
        let before = try script.described(topics).groupEpoch
        try script.beat("a", 3, topics: topics, owned: told?.assignment?.topicPartitions)
        #expect(try script.described(topics).groupEpoch == before)
    }

    @Test func regularExpressionsAreResolvedAndRefreshed() throws {
        var topics = TestTopics(["orders-1": 2, "orders-2": 2, "other": 9])
        let script = CoordinatorScript()
        let first = try script.beat("a", 0, topics: topics, regex: "orders-.*", owned: [], timeout: 1_000)
        #expect(first?.count == 4)
        script.advance(1_000)
        topics.set("orders-3", 3)
        #expect(try script.beat("a", 1, topics: topics)?.count == nil, "too early to look again")
        script.advance(10_000)
        #expect(try script.beat("a", 1, topics: topics)?.count == 7)
        script.reload()
        #expect(try script.beat("a", 2, topics: topics)?.errorCode == ErrorCode.none)
        try script.beat("a", -1, topics: topics)
        guard
            case .consumer(_, .resolvedRegex("orders-.*", nil))? = script.log.last(where: {
                if case .consumer(_, .resolvedRegex) = $0 { true } else { false }
            })
        else {
            Issue.record("the expression outlives its last member")
            return
        }
    }
}
