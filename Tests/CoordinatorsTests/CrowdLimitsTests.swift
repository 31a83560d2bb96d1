import Coordinators
import KafkaProtocol
import TestSupport
import Testing

/// Bounds of the coordinators that only a crowd reaches.
@Suite struct CrowdLimitsTests {
    @Test func aGroupTooManyIsRefused() {
        let script = CoordinatorScript()
        for number in 0..<CoordinatorLimits.groups { script.commitOffset("tool", 1, group: "g\(number)") }
        #expect(script.commitOffset("tool", 1, group: "new") == .coordinatorNotAvailable)
        #expect(script.joined(script.join("a", group: "new"))?.errorCode == .coordinatorNotAvailable)
        // Those that are there go on.
        #expect(script.commitOffset("tool", 2, group: "g0") == ErrorCode.none)
    }

    @Test func aTransactionTakesOnlySoManyPartitions() {
        let script = TransactionScript()
        script.begin("p")
        let most = Int32(CoordinatorLimits.partitionsPerTransaction)
        let partitions = (0...most).map { TopicPartition("t", $0) }
        #expect(script.add("p", partitions, as: (1000, 0)) == .refused(.coordinatorNotAvailable))
        #expect(script.add("p", [partitions[0]], as: (1000, 0)) != .refused(.coordinatorNotAvailable))
    }

    @Test func aGroupTakesOnlySoManyMembers() {
        let script = CoordinatorScript { $0.initialRebalanceDelayMs = 3_000 }
        let first = script.enter("a")
        // Nobody waits for another id with these versions.
        for _ in 1..<CoordinatorLimits.members { script.join("a", version: 3) }
        #expect(script.joined(script.join("b", version: 3))?.errorCode == .groupMaxSizeReached)
        #expect(script.joined(script.join("b"))?.errorCode == .groupMaxSizeReached)
        // It waits once more, as some came while it waited.
        script.advance(6_000)
        let answer = script.joined(first.join)
        #expect(answer?.errorCode == ErrorCode.none && answer?.members.count == CoordinatorLimits.members)
        #expect(script.joined(script.join("b", version: 3))?.errorCode == .groupMaxSizeReached)
        #expect(script.heartbeat("a", first.id, generation: 1) == ErrorCode.none)
    }

    @Test func aGroupOfTheNewProtocolTakesOnlySoManyMembers() throws {
        #expect(GroupConfig().mostMembers == CoordinatorLimits.members)
        let topics = TestTopics(["t": 1])
        let script = CoordinatorScript { $0.mostMembers = 20 }
        for number in 0..<20 { try script.enter("m\(number)", topics: topics) }
        #expect(try script.enter("new", topics: topics)?.errorCode == .groupMaxSizeReached)
        #expect(try script.beat("m0", 1, topics: topics)?.errorCode == ErrorCode.none)
    }

    @Test func onlySoManyMemberIDsAreHandedOut() {
        let script = CoordinatorScript()
        let member = script.enter("a")
        script.sync("a", member.id, generation: 1)
        let known = script.joined(script.join("a"))?.memberID ?? ""
        for _ in 1..<CoordinatorLimits.pendingMembers { script.join("a") }
        #expect(script.joined(script.join("new"))?.errorCode == .groupMaxSizeReached)
        #expect(script.heartbeat("a", member.id, generation: 1) == ErrorCode.none)
        // An id that is used makes room, and so does one that nobody used in time.
        script.join("a", id: known)
        #expect(script.joined(script.join("new"))?.errorCode == .memberIdRequired)
        #expect(script.joined(script.join("new"))?.errorCode == .groupMaxSizeReached)
        script.advance(10_000)
        #expect(script.joined(script.join("new"))?.errorCode == .memberIdRequired)
    }

    @Test func aGroupKeepsOnlySoManyPositions() {
        let script = CoordinatorScript()
        let most = Int32(CoordinatorLimits.offsetsPerGroup)
        let errors = commit(script, 1, 0..<most + 5)
        #expect(errors.prefix(Int(most)).allSatisfy { $0 == .none } && errors.count == Int(most) + 5)
        #expect(errors.suffix(5).allSatisfy { $0 == .invalidCommitOffsetSize })
        #expect(script.offset("t", most - 1) == 1 && script.offset("t", most) == -1)
        #expect(script.commitOffset("tool", 2, partition: most) == .invalidCommitOffsetSize)
        #expect(script.commitOffset("tool", 2, partition: 0) == ErrorCode.none)
        // In a transaction too, what is there may move, and nothing more comes.
        #expect(store(script, 3, most - 1..<most + 1) == [.none, .invalidCommitOffsetSize])
        #expect(store(script, 4, most - 1..<most + 1) == [.none, .invalidCommitOffsetSize])
        #expect(script.offset("t", 0) == 2)
        _ = script.deleteOffset("t", 0)
        #expect(script.commitOffset("tool", 2, partition: most) == ErrorCode.none)
    }

    @Test func recordsThatNobodyCommitsAreBounded() {
        let script = CoordinatorScript()
        script.committing = false
        let portion = Int32(CoordinatorLimits.offsetsPerGroup)
        var taken = 0
        while taken < CoordinatorLimits.pendingRecords {
            #expect(commit(script, 1, 0..<portion, group: "g\(taken)").isEmpty, "it waits")
            taken += Int(portion)
        }
        #expect(script.commitOffset("tool", 1, group: "new") == .coordinatorNotAvailable)
        #expect(script.joined(script.join("a", group: "new"))?.errorCode == .coordinatorNotAvailable)
        script.commit()
        script.committing = true
        #expect(script.commitOffset("tool", 1, group: "new") == ErrorCode.none)
        #expect(script.offset("t", portion - 1, group: "g0") == 1)
    }

    @Test func onlySoManyTransactionalIDsAreKnown() throws {
        let script = TransactionScript()
        for number in 0..<CoordinatorLimits.transactionalIDs { script.begin("p", "t\(number)") }
        #expect(script.begin("p", "new") == .refused(.coordinatorNotAvailable))
        #expect(script.begin("p", "t0") == .initialized(producerID: 1_000, epoch: 1))
    }

    /// OffsetCommit of many partitions of topic `t`; the errors are empty until it is answered.
    private func commit(
        _ script: CoordinatorScript, _ offset: Offset, _ partitions: Range<Int32>, group: String = "g"
    ) -> [ErrorCode] {
        let request = OffsetCommitRequest(offset, of: "t", Array(partitions), group: group)
        let token = script.token("tool", "Commit many")
        script.take(
            script.coordinator.commitOffsets(
                request, version: 9, token: token, now: script.now, exists: script.exists))
        guard case .offsetCommit(let response)? = script.replies[token] else { return [] }
        return response.topics.flatMap { $0.partitions.map(\.errorCode) }
    }

    /// TxnOffsetCommit of partitions of topic `t`.
    private func store(_ script: CoordinatorScript, _ offset: Offset, _ partitions: Range<Int32>) -> [ErrorCode] {
        let request = TxnOffsetCommitRequest(offset, of: "t", Array(partitions), group: "g", producer: 1)
        let token = script.token("p", "TxnOffsetCommit many")
        script.take(script.coordinator.commitOffsets(request, token: token, now: script.now, exists: script.exists))
        guard case .txnOffsetCommit(let response)? = script.replies[token] else { return [] }
        return response.topics.flatMap { $0.partitions.map(\.errorCode) }
    }
}
