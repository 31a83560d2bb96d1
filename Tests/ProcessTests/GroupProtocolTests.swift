import KafkaClient
import KafkaProtocol
import NIOCore
import TestSupport
import Testing

/// Klamm's own members of groups against bundled brokers, in both protocols and from one to the other.
@Suite(.serialized) struct GroupProtocolTests {
    private static let partitions: Int32 = 6

    @Test(.timeLimit(.minutes(15)))
    func membersOfTheNewProtocolShareAndTakeOver() async throws {
        try await Self.withClient { client in
            let first = Self.member(client, .consumer)
            let second = Self.member(client, .consumer)
            var seen: [Int] = []
            try await Self.produce(client, 0..<60)
            try await Self.poll([first], &seen) { $0.count == 60 }
            try await Self.poll([first, second], &seen, shares: [3, 3])
            try await Self.produce(client, 60..<120)
            try await Self.poll([first, second], &seen) { $0.count == 120 }
            await second.close()
            try await Self.poll([first], &seen, shares: [6])
            try await Self.produce(client, 120..<180)
            try await Self.poll([first], &seen) { $0.count == 180 }
            #expect(seen.sorted() == (0..<180).map { $0 }, "each record once")
            await first.close()
            let committed = try #require(await client.committedOffsets(["g"], of: Self.all)["g"]).get()
            #expect(committed.values.reduce(0) { $0 + $1.offset } == 180)
        }
    }

    /// Far sooner than a session ends: nobody waits for a member that is none any more.
    @Test(.timeLimit(.minutes(15)), arguments: GroupProtocol.allCases)
    func membersThatComeTogetherShareSoon(groupProtocol: GroupProtocol) async throws {
        try await Self.withClient { client in
            let members = (0..<4).map { _ in Self.member(client, groupProtocol) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for member in members {
                    group.addTask {
                        while !Task.isCancelled { _ = try await member.poll(timeout: .milliseconds(50)) }
                    }
                }
                defer { group.cancelAll() }
                try await TestSupport.poll("the members have their shares", within: 30) {
                    var shares: [Int] = []
                    for member in members { shares.append(await member.assignment.count) }
                    return shares.sorted() == [1, 1, 2, 2] ? true : nil
                }
            }
            for member in members { await member.close() }
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func aGroupChangesItsProtocolWhileItsMembersRead() async throws {
        try await Self.withClient { client in
            let classic = Self.member(client, .classic)
            let new = Self.member(client, .consumer)
            var seen: [Int] = []
            try await Self.produce(client, 0..<30)
            try await Self.poll([classic], &seen) { $0.count == 30 }
            try await Self.poll([classic, new], &seen, shares: [3, 3])
            #expect(try await client.listGroups().groups.map(\.type) == ["consumer"])
            try await Self.produce(client, 30..<60)
            try await Self.poll([classic, new], &seen) { Set($0).count == 60 }
            await new.close()
            try await Self.poll([classic], &seen, shares: [6])
            #expect(try await client.listGroups().groups.map(\.type) == ["classic"])
            try await Self.produce(client, 60..<90)
            try await Self.poll([classic], &seen) { Set($0).count == 90 }
            #expect(Set(seen) == Set(0..<90), "nothing is passed over")
            await classic.close()
        }
    }

    // MARK: Helpers

    private static var all: [TopicPartition] { (0..<partitions).map { TopicPartition("t", $0) } }

    private static func withClient(_ body: @escaping @Sendable (KafkaClient) async throws -> Void) async throws {
        try await withBundledCluster { cluster in
            let bootstrap = try await cluster.status().bootstrapServers
            let client = KafkaClient(ClientConfiguration(bootstrap: try #require(BrokerAddress.list(bootstrap))))
            _ = try await client.createTopics([NewTopic("t", partitions: partitions, replicationFactor: 3)])["t"]?.get()
            try await body(client)
            await client.close()
        }
    }

    private static func member(_ client: KafkaClient, _ groupProtocol: GroupProtocol) -> GroupConsumer {
        var configuration = GroupConfiguration(groupID: "g", topics: ["t"])
        configuration.groupProtocol = groupProtocol
        configuration.reset = .earliest
        configuration.heartbeatInterval = .milliseconds(200)
        return GroupConsumer(client, configuration)
    }

    private static func produce(_ client: KafkaClient, _ numbers: Range<Int>) async throws {
        let producer = Producer(client)
        for number in numbers {
            let record = ProducerRecord(
                topic: "t", partition: Int32(number) % partitions, value: ByteBuffer(string: "\(number)"))
            try await producer.enqueue(record)
        }
        await producer.close()
    }

    /// Polls all members at once until they have as many partitions each.
    private static func poll(_ members: [GroupConsumer], _ seen: inout [Int], shares: [Int]) async throws {
        let deadline = Deadline.now + .seconds(60)
        while .now < deadline {
            seen += try await round(members)
            var found: [Int] = []
            for member in members { found.append(await member.assignment.count) }
            if found == shares { return }
        }
        Issue.record("the members do not get their shares of \(shares)")
    }

    /// Polls all members at once until what they brought is enough.
    private static func poll(
        _ members: [GroupConsumer], _ seen: inout [Int], until isEnough: ([Int]) -> Bool
    ) async throws {
        let deadline = Deadline.now + .seconds(60)
        while !isEnough(seen), .now < deadline { seen += try await round(members) }
        #expect(isEnough(seen), "\(seen.count) records came")
    }

    private static func round(_ members: [GroupConsumer]) async throws -> [Int] {
        try await withThrowingTaskGroup(of: [Int].self) { group in
            for member in members {
                group.addTask {
                    try await member.poll(timeout: .milliseconds(100)).records.compactMap {
                        $0.record.value.flatMap { Int(String(buffer: $0)) }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
