import Coordinators
import KafkaProtocol
import NIOCore
import Testing

/// What a hostile or broken client meets.
@Suite struct LimitsTests {
    @Test func identifiersThatNoRecordCouldHoldAreRefused() {
        let script = CoordinatorScript()
        let long = String(repeating: "x", count: CoordinatorLimits.identifierBytes + 1)
        #expect(script.joined(script.join("a", group: long))?.errorCode == .invalidGroupId)
        #expect(script.joined(script.join("a", instance: long))?.errorCode == .invalidRequest)
        #expect(script.joined(script.join("a", protocols: [long]))?.errorCode == .inconsistentGroupProtocol)
        #expect(script.joined(script.join("a", type: long))?.errorCode == .inconsistentGroupProtocol)
        #expect(script.commitOffset("a", 1, group: long) == .invalidGroupId)
    }

    @Test func aMemberBringsOnlySoMuch() {
        let script = CoordinatorScript()
        let many = (0...CoordinatorLimits.protocols).map { "p\($0)" }
        #expect(script.joined(script.join("a", protocols: many))?.errorCode == .inconsistentGroupProtocol)
        let large = String(repeating: "x", count: CoordinatorLimits.metadataBytes + 1)
        #expect(script.joined(script.join("a", metadata: large))?.errorCode == .inconsistentGroupProtocol)
    }

    @Test func aMemberOfTheNewProtocolBringsOnlySoMuch() throws {
        let topics = TestTopics(["t": 1])
        let script = CoordinatorScript()
        let long = String(repeating: "x", count: CoordinatorLimits.identifierBytes + 1)
        #expect(try script.enter("a", topics: topics, group: long)?.errorCode == .invalidRequest)
        #expect(try script.enter(long, topics: topics)?.errorCode == .invalidRequest)
        #expect(try script.enter("a", topics: topics, instance: long)?.errorCode == .invalidRequest)
        let many = (0...CoordinatorLimits.subscribedTopics).map { "t\($0)" }
        #expect(try script.enter("a", many, topics: topics)?.errorCode == .invalidRequest)
        let large = String(repeating: "x", count: CoordinatorLimits.metadataBytes + 1)
        #expect(try script.enter("a", [large], topics: topics)?.errorCode == .invalidRequest)
        let regex = String(repeating: "x", count: CoordinatorLimits.regexBytes + 1)
        let refused = try script.beat("a", 0, topics: topics, regex: regex, owned: [], timeout: 1)
        #expect(refused?.errorCode == .invalidRegularExpression)
        // Short to write, long to hold against a name.
        let heavy = "(ab){\(CoordinatorLimits.regexInstructions / 2)}"
        let complex = try script.beat("a", 0, topics: topics, regex: heavy, owned: [], timeout: 1)
        #expect(complex?.errorCode == .invalidRegularExpression)
        #expect(complex?.errorMessage?.contains("too complex") == true)
        for index in 0...CoordinatorLimits.regexesPerGroup {
            let answer = try script.beat("m\(index)", 0, topics: topics, regex: "x\(index)", owned: [], timeout: 1)
            let fits = index < CoordinatorLimits.regexesPerGroup
            #expect(answer?.errorCode == (fits ? ErrorCode.none : .groupMaxSizeReached))
        }
        for record in script.log { _ = try record.encoded() }
    }

    @Test func aLongClientIDIsCutInTheMemberID() {
        let script = CoordinatorScript()
        let answer = script.joined(script.join(String(repeating: "ü", count: 16_000)))
        #expect(answer?.errorCode == .memberIdRequired)
        #expect((answer?.memberID.utf8.count ?? .max) <= CoordinatorLimits.clientIDBytes + 37)
    }

    @Test func everyRecordWithinTheLimitsCanBeWritten() throws {
        let script = CoordinatorScript()
        let long = String(repeating: "x", count: CoordinatorLimits.identifierBytes)
        let id = try #require(script.joined(script.join("a", group: long, instance: long, protocols: [long]))?.memberID)
        script.sync("a", id, generation: 1, group: long, instance: long)
        #expect(script.state(long) == "Stable")
        for record in script.log { _ = try record.encoded() }
        #expect(script.log.count == 2)
    }

    @Test func writesThatNobodyCommitsAreBounded() {
        let script = CoordinatorScript()
        script.committing = false
        for index in 0..<CoordinatorLimits.pendingWrites { script.commitOffset("tool", Offset(index)) }
        #expect(script.commitOffset("tool", 1) == .coordinatorNotAvailable)
        #expect(script.joined(script.join("a", group: "new"))?.errorCode == .coordinatorNotAvailable)
        script.commit()
        script.committing = true
        #expect(script.commitOffset("tool", 1) == ErrorCode.none)
    }

    @Test func unreadableRecordsAreLeftOut() throws {
        var loader = GroupLoader(config: GroupConfig())
        let good = GroupRecord.offset(
            group: "g", TopicPartition("t", 0), OffsetCommitValue(offset: 4, commitTimestamp: 1))
        loader.replay(try good.encoded())
        loader.replay(.init(key: ByteBuffer(bytes: [0]), value: nil))
        loader.replay(.init(key: try good.encoded().key, value: ByteBuffer(bytes: [0, 99, 1])))
        #expect(loader.unreadable == 2)
        #expect(loader.finish(now: 0).0.counts == (1, 1))
    }

    @Test func recordsOfFlippedBytesNeverTrap() throws {
        for hex in GroupRecordTests.groupValues + GroupRecordTests.offsetValues.map(\.0) {
            let isGroup = GroupRecordTests.groupValues.contains(hex)
            let key = GroupRecordTests.bytes(isGroup ? GroupRecordTests.groupKey : GroupRecordTests.offsetKey)
            let whole = GroupRecordTests.bytes(hex)
            var survivors = 0
            for index in 0..<whole.readableBytes {
                for flip: UInt8 in [0x01, 0x80, 0xff] {
                    var damaged = whole
                    let byte = damaged.getInteger(at: index, as: UInt8.self) ?? 0
                    damaged.setInteger(byte ^ flip, at: index)
                    var loader = GroupLoader(config: GroupConfig())
                    loader.replay(.init(key: key, value: damaged))
                    survivors += loader.finish(now: 0).0.counts.groups
                }
            }
            #expect(survivors > 0)
        }
    }
}
