import KafkaProtocol
import KafkaRecords
import NIOCore
import TestSupport
import Testing

@testable import Broker

/// The errors of requests about records, each as Kafka's.
@Suite struct RecordErrorCodeTests {
    @Test func producing() throws { try ErrorCodeCase.check(Self.producing) }
    @Test func fetching() throws { try ErrorCodeCase.check([Self.fill] + Self.fetching + Self.sessions) }
    @Test func offsets() throws { try ErrorCodeCase.check([Self.fill] + Self.listing + Self.epochs + Self.deleting) }

    /// A start is a new leadership: what was known of the one before is out of date.
    @Test func afterAnotherElection() throws {
        let broker = try LoneBroker()
        try broker.create("t", partitions: 2)
        #expect(try Self.fill.answers(broker) == [ErrorCode.none])
        try broker.restart()
        let epoch = try #require(broker.node.metadata.image.partition("t", 0)).leaderEpoch
        #expect(epoch > 0)
        for row in [
            Self.fetch("of the leader before", .fencedLeaderEpoch, epoch: epoch - 1),
            Self.fetch("of the leader that is", .none, epoch: epoch),
            Self.list("of the leader before", .fencedLeaderEpoch, epoch: epoch - 1),
            Self.epoch("of the leader before", .fencedLeaderEpoch, current: epoch - 1),
            Self.epoch("of the leader that is", .none, current: epoch),
        ] {
            #expect(try row.answers(broker) == row.expected, "\(row.testDescription)")
        }
    }

    // MARK: Produce

    private static func produce(
        _ name: String, _ expected: ErrorCode, to topic: String = "t", partition: Int32 = 0, acks: Int16 = 1,
        version: Int16 = 11, records: @escaping @Sendable (LoneBroker) throws -> ByteBuffer? = { try batch($0) }
    ) -> ErrorCodeCase {
        ErrorCodeCase("producing: \(name)", expected) { broker in
            let answer = try broker.produce(
                try records(broker), to: topic, partition, acks: acks, version: version)
            return answer.responses.flatMap { $0.partitionResponses.map(\.errorCode) }
        }
    }

    private static func batch(
        _ broker: LoneBroker, key: String? = nil, bytes: Int = 10, compression: CompressionType = .none,
        at timestamp: Int64? = nil, edit: (inout RecordBatchBuilder) -> Void = { _ in }
    ) throws -> ByteBuffer {
        var builder = RecordBatchBuilder(compression: compression)
        edit(&builder)
        builder.append(
            timestamp: timestamp ?? broker.clock.wall, key: key.map { ByteBuffer(string: $0) },
            value: ByteBuffer(repeating: 7, count: bytes))
        return try builder.build().bytes
    }

    private static func changed(_ bytes: ByteBuffer, at index: Int, to value: UInt8) -> ByteBuffer {
        var copy = bytes
        copy.setInteger(value, at: copy.readerIndex + index)
        return copy
    }

    static let fill = produce("some records", .none)

    static let producing: [ErrorCodeCase] = [
        fill,
        produce("to a topic that is not there", .unknownTopicOrPartition, to: "no"),
        produce("to a partition that is not there", .unknownTopicOrPartition, partition: 9),
        produce("to an internal topic", .invalidTopicException, to: "__consumer_offsets"),
        produce("with acks that cannot be", .invalidRequiredAcks, acks: 2),
        produce("nothing", .invalidRecord) { _ in ByteBuffer() },
        produce("no batch", .invalidRecord) { _ in nil },
        produce("two batches", .invalidRecord) { broker in
            var both = try batch(broker)
            both.writeImmutableBuffer(try batch(broker))
            return both
        },
        produce("an older format", .invalidRecord) { changed(try batch($0), at: 16, to: 1) },
        produce("a false checksum", .corruptMessage) { broker in
            let bytes = try batch(broker)
            return changed(bytes, at: bytes.readableBytes - 1, to: 99)
        },
        produce("too much", .messageTooLarge) { try batch($0, bytes: 1_100_000) },
        produce("zstd in an old version", .unsupportedCompressionType, version: 6) {
            try batch($0, compression: .zstd)
        },
        produce("a record without a key to a compacted topic", .invalidRecord, to: "c"),
        produce("a record with a key to a compacted topic", .none, to: "c") { try batch($0, key: "k") },
        produce("a record of the future", .invalidTimestamp) { try batch($0, at: $0.clock.wall + 4_000_000) },
        produce("a transaction without an id", .transactionalIdAuthorizationFailed) {
            try batch($0) { builder in
                builder.producerID = 1
                builder.producerEpoch = 0
                builder.baseSequence = 0
                builder.isTransactional = true
            }
        },
        produce("a version that no client uses", .unsupportedVersion, version: 2),
    ]

    // MARK: Fetch

    private static func fetch(
        _ name: String, _ expected: ErrorCode..., topic: String = "t", id: TopicID? = nil, partition: Int32 = 0,
        from offset: Int64 = 0, epoch: Int32 = -1, session: (id: Int32, epoch: Int32) = (0, -1), version: Int16 = 12
    ) -> ErrorCodeCase {
        let codes = expected
        return ErrorCodeCase("fetching: \(name)", codes.first ?? .none) { broker in
            let known = id ?? broker.node.metadata.image.topicIDs[topic] ?? .zero
            var request = FetchRequest(topic, id: known, partition, from: offset, epoch: epoch, bytes: 1_000)
            request.sessionID = session.id
            request.sessionEpoch = session.epoch
            let answer = try broker.call(request, version)
            if answer.errorCode != .none { return [answer.errorCode] }
            return answer.responses.flatMap { $0.partitions.map(\.errorCode) }
        }
    }

    static let fetching: [ErrorCodeCase] = [
        fetch("from the start", .none),
        fetch("from the end", .none, from: 1),
        fetch("from behind the end", .offsetOutOfRange, from: 2),
        fetch("from before the start", .offsetOutOfRange, from: -1),
        fetch("a topic that is not there", .unknownTopicOrPartition, topic: "no"),
        fetch("a partition that is not there", .unknownTopicOrPartition, partition: 9),
        fetch("an id that is not there", .unknownTopicId, id: UUID(high: 1, low: 1), version: 16),
        fetch("a leader to come", .unknownLeaderEpoch, epoch: 9),
        fetch("the leader that is", .none, epoch: 0),
    ]

    static let sessions: [ErrorCodeCase] = [
        fetch("a session that is not there", .fetchSessionIdNotFound, session: (99, 1)),
        ErrorCodeCase("fetching: out of turn in a session", .invalidFetchSessionEpoch) { broker in
            let session = try open(broker)
            return [try go(on: session, epoch: 2, version: 12, broker)]
        },
        ErrorCodeCase("fetching: a session by names with ids", .fetchSessionTopicIdError) { broker in
            let session = try open(broker)
            return [try go(on: session, epoch: 1, version: 16, broker)]
        },
        ErrorCodeCase("fetching: a session in turn", .none) { broker in
            let session = try open(broker)
            return [try go(on: session, epoch: 1, version: 12, broker)]
        },
    ]

    private static func open(_ broker: LoneBroker) throws -> Int32 {
        var request = FetchRequest("t", bytes: 1_000)
        request.sessionEpoch = 0
        let answer = try broker.call(request, 12)
        #expect(answer.sessionID > 0)
        return answer.sessionID
    }

    private static func go(on session: Int32, epoch: Int32, version: Int16, _ broker: LoneBroker) throws -> ErrorCode {
        var request = FetchRequest()
        request.sessionID = session
        request.sessionEpoch = epoch
        return try broker.call(request, version).errorCode
    }

    // MARK: Offsets

    private static func list(
        _ name: String, _ expected: ErrorCode, topic: String = "t", partition: Int32 = 0, at timestamp: Int64 = -1,
        epoch: Int32 = -1, version: Int16 = 9, times: Int = 1
    ) -> ErrorCodeCase {
        ErrorCodeCase("listing: \(name)", expected) { broker in
            var part = ListOffsetsRequest.Partition()
            part.partitionIndex = partition
            part.timestamp = timestamp
            part.currentLeaderEpoch = epoch
            var request = ListOffsetsRequest()
            request.topics = [NamedTopic(topic, Array(repeating: part, count: times))]
            return Array(Set(try broker.call(request, version).topics.flatMap { $0.partitions.map(\.errorCode) }))
        }
    }

    static let listing: [ErrorCodeCase] = [
        list("the end", .none),
        list("what is not there", .unknownTopicOrPartition, topic: "no"),
        list("a partition twice", .invalidRequest, times: 2),
        list("the latest timestamp in an old version", .unsupportedVersion, at: -3, version: 6),
        list("the latest timestamp", .none, at: -3, version: 7),
        list("an unknown special value", .unsupportedVersion, at: -99),
        list("of a leader to come", .unknownLeaderEpoch, epoch: 9),
    ]

    private static func epoch(
        _ name: String, _ expected: ErrorCode, topic: String = "t", current: Int32 = -1
    ) -> ErrorCodeCase {
        ErrorCodeCase("epochs: \(name)", expected) { broker in
            var part = OffsetForLeaderEpochRequest.Partition()
            part.currentLeaderEpoch = current
            var request = OffsetForLeaderEpochRequest()
            request.topics = [NamedTopic(topic, [part])]
            return try broker.call(request, 4).topics.flatMap { $0.partitions.map(\.errorCode) }
        }
    }

    static let epochs: [ErrorCodeCase] = [
        epoch("of a topic", .none),
        epoch("of a topic that is not there", .unknownTopicOrPartition, topic: "no"),
        epoch("of a leader to come", .unknownLeaderEpoch, current: 9),
    ]

    private static func trim(_ name: String, _ expected: ErrorCode, _ topic: String, _ offset: Int64) -> ErrorCodeCase {
        ErrorCodeCase("trimming: \(name)", expected) { broker in
            var part = DeleteRecordsRequest.Partition()
            part.offset = offset
            var request = DeleteRecordsRequest()
            request.topics = [NamedTopic(topic, [part])]
            request.timeoutMs = 1_000
            return try broker.call(request, 2).topics.flatMap { $0.partitions.map(\.errorCode) }
        }
    }

    static let deleting: [ErrorCodeCase] = [
        trim("a topic that is not there", .unknownTopicOrPartition, "no", 0),
        trim("a compacted topic", .policyViolation, "c", 0),
        trim("an internal topic", .invalidTopicException, "__consumer_offsets", 0),
        trim("behind the end", .offsetOutOfRange, "t", 2),
        trim("before everything", .offsetOutOfRange, "t", -2),
        trim("everything", .none, "t", -1),
        trim("again", .none, "t", 0),
        fetch("what was trimmed", .offsetOutOfRange, from: 0),
    ]
}
