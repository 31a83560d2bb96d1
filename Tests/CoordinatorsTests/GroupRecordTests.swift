import Coordinators
import KafkaProtocol
import NIOCore
import Testing

/// Records as other programs wrote them (kafka-python's schema codec with Kafka's coordinator schemas).
@Suite struct GroupRecordTests {
    static let offsetKey = "000100086d792d67726f757000066f726465727300000003"
    static let groupKey = "000200086d792d67726f7570"
    static let subscription = "00010000000100066f7264657273ffffffff00000000"
    static let assignment = "00010000000100066f7264657273000000020000000000000001ffffffff"

    static let offsetValues: [(String, epoch: Epoch, expiry: Timestamp)] = [
        ("0000000000000000303900016d0000018bcfe56800", -1, -1),
        ("0001000000000000303900016d0000018bcfe568000000018bcfe56be8", -1, 1_700_000_001_000),
        ("0002000000000000303900016d0000018bcfe56800", -1, -1),
        ("000300000000000030390000000500016d0000018bcfe56800", 5, -1),
        ("0004000000000000303900000005026d0000018bcfe5680000", 5, -1),
    ]

    static let groupValues: [String] = [
        "00000008636f6e73756d657200000007000572616e67650003632d31000000010003632d31000163000a2f3132372e302e302e31"
            + "0000afc8" + "00000016" + subscription + "0000001e" + assignment,
        "00010008636f6e73756d657200000007000572616e67650003632d31000000010003632d31000163000a2f3132372e302e302e31"
            + "000493e00000afc8" + "00000016" + subscription + "0000001e" + assignment,
        "00020008636f6e73756d657200000007000572616e67650003632d310000018bcfe56800000000010003632d31000163000a"
            + "2f3132372e302e302e31000493e00000afc8" + "00000016" + subscription + "0000001e" + assignment,
        "00030008636f6e73756d657200000007000572616e67650003632d310000018bcfe56800000000010003632d310006696e73742d31"
            + "000163000a2f3132372e302e302e31000493e00000afc8" + "00000016" + subscription + "0000001e" + assignment,
        "000409636f6e73756d6572000000070672616e676504632d310000018bcfe568000204632d3107696e73742d3102630b"
            + "2f3132372e302e302e31000493e00000afc8" + "17" + subscription + "1f" + assignment + "0000",
    ]

    @Test func readsEveryVersionOfAPosition() throws {
        for (hex, epoch, expiry) in Self.offsetValues {
            let record = try GroupRecord.decode(.init(key: Self.bytes(Self.offsetKey), value: Self.bytes(hex)))
            let value = OffsetCommitValue(
                offset: 12_345, leaderEpoch: epoch, metadata: "m", commitTimestamp: 1_700_000_000_000,
                expireTimestamp: expiry)
            #expect(record == .offset(group: "my-group", TopicPartition("orders", 3), value))
        }
    }

    @Test func writesPositionsAsKafkaDoes() throws {
        for index in [1, 3] {
            let (hex, _, _) = Self.offsetValues[index]
            let original = EncodedRecord(key: Self.bytes(Self.offsetKey), value: Self.bytes(hex))
            let record = try #require(try GroupRecord.decode(original))
            #expect(try record.encoded() == original)
        }
        let tombstone = GroupRecord.offset(group: "my-group", TopicPartition("orders", 3), nil)
        #expect(try tombstone.encoded() == .init(key: Self.bytes(Self.offsetKey), value: nil))
        #expect(try GroupRecord.decode(tombstone.encoded()) == tombstone)
    }

    @Test func readsEveryVersionOfAGroup() throws {
        for (version, hex) in Self.groupValues.enumerated() {
            let record = try GroupRecord.decode(.init(key: Self.bytes(Self.groupKey), value: Self.bytes(hex)))
            guard case .group("my-group", let value?)? = record else {
                Issue.record("version \(version) is no group")
                continue
            }
            #expect(value.protocolType == "consumer")
            #expect(value.generation == 7)
            #expect(value.protocolName == "range")
            #expect(value.leader == "c-1")
            #expect(value.currentStateTimestamp == (version < 2 ? -1 : 1_700_000_000_000))
            let member = try #require(value.members.first)
            #expect(member.memberID == "c-1")
            #expect(member.groupInstanceID == (version < 3 ? nil : "inst-1"))
            #expect(member.clientHost == "/127.0.0.1")
            #expect(member.rebalanceTimeoutMs == (version < 1 ? -1 : 300_000))
            #expect(member.sessionTimeoutMs == 45_000)
            #expect(member.subscription == Self.bytes(Self.subscription))
            #expect(member.assignment == Self.bytes(Self.assignment))
        }
    }

    @Test func writesGroupsAsKafkaDoes() throws {
        let original = EncodedRecord(key: Self.bytes(Self.groupKey), value: Self.bytes(Self.groupValues[3]))
        #expect(try GroupRecord.decode(original)?.encoded() == original)
        let tombstone = GroupRecord.group("my-group", nil)
        #expect(try tombstone.encoded() == .init(key: Self.bytes(Self.groupKey), value: nil))
    }

    @Test func everyTruncationThrows() throws {
        for hex in Self.groupValues + Self.offsetValues.map(\.0) {
            let key = Self.bytes(Self.groupValues.contains(hex) ? Self.groupKey : Self.offsetKey)
            let whole = Self.bytes(hex)
            for length in 0..<whole.readableBytes {
                let cut = whole.getSlice(at: whole.readerIndex, length: length)
                #expect(throws: (any Error).self) { _ = try GroupRecord.decode(.init(key: key, value: cut)) }
            }
        }
    }

    @Test func unknownKeyTypesAreSkipped() throws {
        #expect(try GroupRecord.decode(.init(key: Self.bytes("00630001"), value: Self.bytes("00"))) == nil)
    }

    @Test func readsTheBlobsOfConsumers() throws {
        let subscription = try ConsumerSubscription(
            versionedBlob: Self.bytes(Self.subscription), newest: ConsumerSubscription.newestVersion)
        #expect(subscription.topics == ["orders"])
        #expect(try subscription.versionedBlob(version: 1) == Self.bytes(Self.subscription))
        let assignment = try ConsumerAssignment(
            versionedBlob: Self.bytes(Self.assignment), newest: ConsumerAssignment.newestVersion)
        #expect(assignment.assignedPartitions == [.init("orders", [0, 1])])
        #expect(try assignment.versionedBlob(version: 1) == Self.bytes(Self.assignment))
    }

    static func bytes(_ hex: String) -> ByteBuffer {
        let digits = Array(hex)
        return ByteBuffer(
            bytes: stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        )
    }
}
