import Coordinators
import KafkaProtocol
import NIOCore
import Testing

/// OffsetCommit, OffsetFetch, OffsetDelete, DeleteGroups and expiry.
@Suite struct OffsetRulesTests {
    @Test func toolsCommitWithoutAGroup() {
        let script = CoordinatorScript()
        #expect(script.commitOffset("tool", 7, metadata: "note") == ErrorCode.none)
        #expect(script.offset() == 7)
        #expect(script.offset("t", 1) == -1)
        #expect(script.offset(group: "unknown") == -1)
        #expect(script.state() == "Empty")
        #expect(script.commitOffset("tool", 3) == ErrorCode.none)
        #expect(script.offset() == 3)
        #expect(script.coordinator.list(states: ["EMPTY"], types: ["Classic"]).map(\.protocolType) == [""])
    }

    @Test func aGenerationNeedsItsGroup() {
        let script = CoordinatorScript()
        #expect(script.commitOffset("a", 1, generation: 3, version: 8) == .illegalGeneration)
        #expect(script.commitOffset("a", 1, generation: 3, version: 9) == .groupIdNotFound)
    }

    @Test func onlyMembersCommitToAnActiveGroup() {
        let script = CoordinatorScript()
        let (a, b) = RebalanceTranscriptTests.pair(script)
        #expect(script.commitOffset("tool", 1) == .unknownMemberId)
        #expect(script.commitOffset("x", 1, id: "x", generation: 2) == .unknownMemberId)
        #expect(script.commitOffset("a", 1, id: a, generation: 1) == .illegalGeneration)
        #expect(script.commitOffset("a", 1, id: a, generation: 2) == ErrorCode.none)
        script.join("a", id: a)
        #expect(script.commitOffset("b", 2, id: b, generation: 2) == ErrorCode.none)
        script.join("b", id: b)
        #expect(script.commitOffset("b", 3, id: b, generation: 3) == .rebalanceInProgress)
        #expect(script.offset() == 2)
    }

    @Test func eachPartitionIsJudgedAlone() {
        let script = CoordinatorScript { $0.offsetMetadataMaxBytes = 4 }
        script.exists = { $0.partition < 2 }
        #expect(script.commitOffset("tool", 1, metadata: "12345") == .offsetMetadataTooLarge)
        #expect(script.commitOffset("tool", 1, partition: 2) == .unknownTopicOrPartition)
        #expect(script.commitOffset("tool", 1, metadata: "1234") == ErrorCode.none)
    }

    @Test func positionsAreReadOnlyWhenCommitted() {
        let script = CoordinatorScript()
        script.commitOffset("tool", 1)
        script.committing = false
        #expect(script.commitOffset("tool", 2) == nil)
        #expect(script.offset() == 1)
        script.commit()
        #expect(script.offset() == 2)
        #expect(script.commitOffset("tool", 3) == nil)
        script.fail(.messageTooLarge)
        #expect(script.offset() == 2)
        #expect(script.text.hasSuffix("tool < UNKNOWN_SERVER_ERROR"))
    }

    @Test func aLateCommitStillCounts() {
        let script = CoordinatorScript()
        script.committing = false
        let before = script.replies.count
        script.commitOffset("tool", 5)
        script.advance(5_000)
        #expect(script.text.hasSuffix("tool < COORDINATOR_NOT_AVAILABLE"))
        script.commit()
        #expect(script.offset() == 5)
        #expect(script.replies.count == before + 1)
    }

    @Test func fetchingEverythingIsSorted() {
        let script = CoordinatorScript()
        for (topic, partition) in [("u", 1), ("t", 2), ("t", 0)] {
            script.commitOffset("tool", 9, topic: topic, partition: Int32(partition))
        }
        let all = script.coordinator.fetchOffsets(of: "g", topics: nil)
        #expect(all.topics.map(\.name) == ["t", "u"])
        #expect(all.topics.first?.partitions.map(\.partitionIndex) == [0, 2])
    }

    @Test func onlyEmptyGroupsAreDeleted() {
        let script = CoordinatorScript()
        let (a, b) = RebalanceTranscriptTests.pair(script)
        script.commitOffset("a", 1, id: a, generation: 2)
        script.commitOffset("tool", 1, group: "simple")
        #expect(script.delete(["g", "simple", "none"]) == [.nonEmptyGroup, ErrorCode.none, .groupIdNotFound])
        #expect(script.offset(group: "simple") == -1)
        script.leave("a", [.init(memberID: a), .init(memberID: b)])
        #expect(script.delete(["g"]) == [ErrorCode.none])
        #expect(script.offset() == -1)
        #expect(script.coordinator.counts == (0, 0))
        script.reload()
        #expect(script.coordinator.counts == (0, 0))
    }

    @Test func aGroupBeingDeletedIsDead() {
        let script = CoordinatorScript()
        script.commitOffset("tool", 1)
        script.committing = false
        #expect(script.delete(["g"]) == nil)
        #expect(script.state() == "Dead")
        #expect(script.joined(script.join("a"))?.errorCode == .coordinatorNotAvailable)
        #expect(script.commitOffset("tool", 2) == .coordinatorNotAvailable)
        #expect(script.heartbeat("a", "x", generation: 1) == .coordinatorNotAvailable)
        script.fail(.notEnoughReplicas)
        #expect(script.state() == "Empty")
        #expect(script.offset() == 1)
    }

    @Test func aDeletionCoversCommitsOnTheirWay() {
        let script = CoordinatorScript()
        script.commitOffset("tool", 1)
        script.committing = false
        script.commitOffset("tool", 2, partition: 5)
        _ = script.delete(["g"])
        script.commit()
        #expect(script.coordinator.counts == (0, 0))
        #expect(script.pendingRecords.contains(.offset(group: "g", TopicPartition("t", 5), nil)))
    }

    @Test func positionsOfSubscribedTopicsStay() throws {
        let script = CoordinatorScript()
        let metadata = try subscription(to: ["t"])
        let a = script.joined(script.join("a", version: 3, metadata: metadata))?.memberID ?? ""
        script.sync("a", a, generation: 1)
        script.commitOffset("a", 1, id: a, generation: 1, topic: "t")
        script.commitOffset("a", 1, id: a, generation: 1, topic: "old")
        #expect(script.deleteOffset("t")?.topics.first?.partitions.first?.errorCode == .groupSubscribedToTopic)
        #expect(script.deleteOffset("old")?.topics.first?.partitions.first?.errorCode == ErrorCode.none)
        #expect(script.offset("old") == -1)
        #expect(script.offset("t") == 1)
        #expect(script.deleteOffset("t", group: "none")?.errorCode == .groupIdNotFound)
    }

    @Test func expiryFollowsTheRetention() throws {
        let script = CoordinatorScript { $0.offsetsRetentionMs = 3_600_000 }
        script.commitOffset("tool", 1, group: "simple")
        let metadata = try subscription(to: ["t"])
        let a = script.joined(script.join("a", version: 3, metadata: metadata, session: 1_800_000))?.memberID ?? ""
        script.sync("a", a, generation: 1)
        script.commitOffset("a", 1, id: a, generation: 1, topic: "t")
        script.commitOffset("a", 1, id: a, generation: 1, topic: "old")
        script.commitOffset("tool", 1, group: "short", version: 4, retention: 1_000)
        script.advance(600_000)
        #expect(script.offset(group: "short") == -1)
        #expect(script.offset(group: "simple") == 1)
        for _ in 0..<6 {
            script.advance(600_000)
            script.heartbeat("a", a, generation: 1)
        }
        #expect(script.offset(group: "simple") == -1)
        #expect(script.state("simple") == "Dead")
        #expect(script.offset("old") == -1)
        #expect(script.offset("t") == 1)
        #expect(script.state() == "Stable")
    }

    @Test func deletedTopicsTakeTheirPositionsAlong() {
        let script = CoordinatorScript()
        script.commitOffset("tool", 1, topic: "gone")
        script.commitOffset("tool", 1, topic: "stays")
        script.take(script.coordinator.topicsDeleted(["gone"], now: script.now))
        #expect(script.offset("gone") == -1)
        #expect(script.offset("stays") == 1)
    }

    @Test func describesOnlyStableGroupsInFull() {
        let script = CoordinatorScript()
        let (a, b) = RebalanceTranscriptTests.pair(script)
        let stable = script.coordinator.describe("g", version: 5)
        #expect(stable.protocolData == "range")
        #expect(stable.members.map(\.memberID) == [a, b])
        #expect(stable.members.map { String(buffer: $0.memberAssignment) } == ["t-0", "t-1"])
        #expect(stable.members.first?.clientHost == "/10.0.0.1")
        script.join("a", id: a)
        let preparing = script.coordinator.describe("g", version: 5)
        #expect(preparing.groupState == "PreparingRebalance")
        #expect(preparing.protocolType == "consumer")
        #expect(preparing.protocolData == "")
        #expect(preparing.members.allSatisfy { $0.memberAssignment.readableBytes == 0 })
        #expect(script.coordinator.describe("none", version: 5).errorCode == ErrorCode.none)
        #expect(script.coordinator.describe("none", version: 6).errorCode == .groupIdNotFound)
        #expect(script.coordinator.list(states: ["stable"], types: []).isEmpty)
        #expect(script.coordinator.list(states: [], types: ["consumer"]).isEmpty)
    }

    private func subscription(to topics: [String]) throws -> String {
        var subscription = ConsumerSubscription()
        subscription.topics = topics
        // Not null: minus one is no UTF-8.
        subscription.userData = ByteBuffer()
        return String(buffer: try subscription.versionedBlob(version: 0))
    }
}
