import KafkaProtocol
import TestSupport
import Testing

@testable import Broker

/// What a broker that has just started says to clients.
@Suite struct StartupTests {
    /// Clients take an unknown topic for a deleted one, and give up the records that are on their way to it.
    @Test func nobodyIsToldThatATopicIsGoneWhichIsNotKnownYet() throws {
        let broker = try LoneBroker()
        try broker.create("t")
        try broker.restart(waiting: false)
        var request = MetadataRequest(["t"])
        request.allowAutoTopicCreation = false
        // The answer comes when the broker has caught up, and not before.
        let answer = try broker.call(request, 9)
        #expect(answer.topics.map(\.errorCode) == [ErrorCode.none])
        #expect(answer.topics.first?.partitions.count == 1)
        #expect(broker.node.lifecycle.state != .starting)
    }

    /// Consumers and tools ask by these as soon as the port is open.
    @Test func recordsAreNotGoneEither() throws {
        let broker = try LoneBroker()
        try broker.create("t")
        func codes() throws -> [ErrorCode] {
            let fetch = FetchRequest("t")
            var epochs = OffsetForLeaderEpochRequest()
            epochs.topics = [.init()]
            epochs.topics[0].name = "t"
            epochs.topics[0].partitions = [.init()]
            var trim = DeleteRecordsRequest()
            trim.topics = [.init()]
            trim.topics[0].name = "t"
            trim.topics[0].partitions = [.init()]
            return try broker.call(fetch, 12).responses.flatMap { $0.partitions.map(\.errorCode) }
                + broker.call(epochs, 4).topics.flatMap { $0.partitions.map(\.errorCode) }
                + broker.call(trim, 2).topics.flatMap { $0.partitions.map(\.errorCode) }
        }
        try broker.restart(waiting: false)
        #expect(try !codes().contains(.unknownTopicOrPartition))
        broker.run(for: 5_000)
        #expect(try codes() == [.none, .none, .none])
    }

    /// librdkafka asks three times in a row, and then may wait for long.
    @Test func nobodyIsToldThatThereIsNoCoordinatorWhereTheTopicIsNotKnownYet() throws {
        let broker = try LoneBroker()
        var request = FindCoordinatorRequest()
        request.coordinatorKeys = ["g"]
        func find() throws -> ErrorCode? { try broker.call(request, 4).coordinators.first?.errorCode }
        // The first question makes the topic.
        _ = try find()
        broker.run(for: 1_000)
        #expect(try find() == ErrorCode.none)
        try broker.restart(waiting: false)
        _ = try find()
        #expect(broker.node.lifecycle.state != .starting)
    }

    @Test func aBrokerWithoutAQuorumSaysNothingOfTheCluster() throws {
        let broker = try LoneBroker(
            ["controller.quorum.voters": "1@127.0.0.1:9092,2@127.0.0.1:9093,3@127.0.0.1:9094"], waiting: false)
        var answered = false
        let request = Request(body: MetadataRequest(), version: 9, client: ClientInfo(clientID: "c", host: "/h")) {
            _ in answered = true
        }
        let gate = StartupGate()
        gate.pass(request) { $0.reply(MetadataResponse()) }
        broker.run(for: 5_000)
        #expect(broker.node.lifecycle.state == .starting && !answered)
        gate.open()
        #expect(answered)
    }
}
