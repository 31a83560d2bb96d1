import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaClient

/// Share groups (KIP-932) and streams groups (KIP-1071), where the cluster has them and where not.
@Suite struct GroupTypeTests {
    init() async { await calm() }

    private func with(
        _ age: GroupsBroker.Age, _ body: (KafkaClient, ScriptedBroker) async throws -> Void
    ) async throws {
        let broker = try await GroupsBroker.start(age)
        let client = KafkaClient(ClientConfiguration(bootstrap: [BrokerAddress(host: broker.host, port: broker.port)]))
        do {
            try await body(client, broker)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        try await broker.close()
    }

    private static func orders(_ partitions: Int32...) -> [TopicPartition] {
        partitions.map { TopicPartition("orders", $0) }
    }

    @Test func groupsOfEveryTypeAreDescribed() async throws {
        try await with(.tellsLag) { client, _ in
            let found = await client.describeGroups(["readers", "pickers", "enricher", "nobody"])
            let readers = try #require(found["readers"]).get()
            #expect(readers.type == .classic && readers.members.map(\.clientID) == ["reader-1"])
            let nobody = try #require(found["nobody"]).get()
            #expect(nobody.state == "Dead")

            let pickers = try #require(found["pickers"]).get()
            #expect(pickers.type == .share && pickers.state == "Stable" && pickers.protocolName == "simple")
            #expect(pickers.epoch == 4 && pickers.members.map(\.epoch) == [4, 4])
            #expect(pickers.members.map(\.assignment) == [Self.orders(0, 1), Self.orders(1, 2)])
            #expect(pickers.members.allSatisfy { $0.target == nil && $0.streams == nil })

            let enricher = try #require(found["enricher"]).get()
            #expect(enricher.type == .streams && enricher.state == "Reconciling" && enricher.epoch == 7)
            #expect(enricher.topology?.epoch == 2)
            #expect(enricher.topology?.sources == ["app-repartition", "orders", "payments"])
            let threads = enricher.members.compactMap(\.streams)
            #expect(threads.map(\.processID) == ["process-a", "process-b"])
            #expect(threads.map { $0.tasks.active.map(\.description) } == [["0_0", "0_1"], ["0_2", "1_0", "1_1"]])
            #expect(threads.map { $0.tasks.standby.map(\.description) } == [["1_0"], []])
            #expect(threads.map { $0.tasks.warmup.map(\.description) } == [[], ["0_0"]])
            #expect(threads[0].target == threads[0].tasks && threads[1].target != threads[1].tasks)
            // A task reads its partition of every topic of its subtopology.
            #expect(
                enricher.members[0].assignment
                    == Self.orders(0, 1) + [TopicPartition("payments", 0), TopicPartition("payments", 1)])
        }
    }

    @Test func groupsWhoseTypeIsKnownAreAskedForOnce() async throws {
        try await with(.tellsLag) { client, broker in
            let found = await client.describeGroups(
                ["readers", "pickers", "enricher"],
                types: ["readers": .classic, "pickers": .share, "enricher": .streams])
            #expect(found.values.allSatisfy { (try? $0.get()) != nil } && found.count == 3)
            let asked = broker.asked
            #expect(asked.compactMap { ($0 as? DescribeGroupsRequest)?.groups } == [["readers"]])
            #expect(asked.compactMap { ($0 as? ShareGroupDescribeRequest)?.groupIDs } == [["pickers"]])
            #expect(asked.compactMap { ($0 as? StreamsGroupDescribeRequest)?.groupIDs } == [["enricher"]])
            #expect(!asked.contains { $0 is ConsumerGroupDescribeRequest })

            let gone = await client.describeGroups(["nobody"], types: ["nobody": .share])
            let nobody = try #require(gone["nobody"]).get()
            #expect(nobody.type == .share && nobody.state == "Dead")
        }
    }

    @Test(arguments: [GroupsBroker.Age.lists, .refuses])
    func clustersWithoutThemSaySo(_ age: GroupsBroker.Age) async throws {
        try await with(age) { client, _ in
            let known = await client.describeGroups(
                ["pickers", "enricher"], types: ["pickers": .share, "enricher": .streams])
            #expect(known["pickers"] == .failure(.notOffered(.shareGroupDescribe)))
            #expect(known["enricher"] == .failure(.notOffered(.streamsGroupDescribe)))
            // Who does not know the type only hears that there is no such group, as before.
            let unknown = await client.describeGroups(["pickers", "nobody"])
            #expect(unknown.values.allSatisfy { (try? $0.get())?.state == "Dead" })
            #expect(
                await client.shareOffsets(["pickers"])
                    == ["pickers": .failure(.notOffered(.describeShareGroupOffsets))])
            #expect(await client.lag(of: ["pickers"]) == ["pickers": .success([:])])
        }
    }

    @Test func aLagIsToldOrEstimated() async throws {
        let expected: [GroupsBroker.Age: ([Int64?], Bool)] = [
            .describes: ([100, 50], true), .tellsLag: ([40, 50], false),
        ]
        for (age, (lags, isEstimate)) in expected {
            try await with(age) { client, _ in
                let found = await client.lag(of: ["pickers", "enricher", "nobody"])
                let pickers = try #require(found["pickers"]).get()
                // The third has not been begun.
                #expect(pickers.keys.sorted() == Self.orders(0, 1))
                #expect(Self.orders(0, 1).map { pickers[$0]?.lag } == lags)
                #expect(pickers.values.allSatisfy { $0.isEstimate == isEstimate })
                let enricher = try #require(found["enricher"]).get()
                #expect(Self.orders(0, 1, 2).map { enricher[$0]?.lag } == [200, 100, 0])
                #expect(enricher.values.allSatisfy { !$0.isEstimate })
                #expect(found["nobody"] == .success([:]))
            }
        }
    }

    @Test func whereAShareGroupBeginsIsMoved() async throws {
        try await with(.tellsLag) { client, broker in
            #expect(await client.isShareGroup("pickers"))
            for group in ["readers", "enricher", "nobody"] { #expect(await !client.isShareGroup(group)) }
            let orders = Self.orders(0, 1, 2)
            let (first, second, third) = (orders[0], orders[1], orders[2])
            #expect(try await client.positions(of: "pickers") == [first: 900, second: 950])
            let shifted = try await client.offsets(of: "pickers", in: [first, second], after: .shift(-100))
            #expect(shifted == [first: .success(800), second: .success(850)])
            let done = try await client.moveOffsets(of: "pickers", to: [first: 800, third: 5])
            #expect(done[first] == .success(true))
            #expect(done[third] == .failure(.broker(.kafkaStorageError, "no state is kept of it")))
            #expect(try await client.positions(of: "pickers") == [first: 800, second: 950])
            #expect(!broker.asked.contains { $0 is OffsetCommitRequest })
            await #expect(throws: ClientError.broker(.groupIdNotFound, nil)) {
                try await client.moveOffsets(of: "nobody", isShare: true, to: [first: 0])
            }
        }
    }

    @Test(arguments: [GroupsBroker.Age.lists, .refuses])
    func clustersThatCannotMoveItSaySo(_ age: GroupsBroker.Age) async throws {
        try await with(age) { client, _ in
            await #expect(throws: ClientError.notOffered(.alterShareGroupOffsets)) {
                try await client.moveOffsets(of: "pickers", isShare: true, to: [TopicPartition("orders", 0): 0])
            }
        }
    }

    /// They only read, so that a client that must change nothing may ask.
    @Test func describingThemIsReading() {
        let apis: [APIKey] = [.shareGroupDescribe, .streamsGroupDescribe, .describeShareGroupOffsets]
        #expect(apis.filter(\.onlyReads) == apis)
        #expect(!APIKey.alterShareGroupOffsets.onlyReads)
    }
}
