import KafkaProtocol
import TestSupport
import Testing

@testable import KafkaClient

/// Topics that are made by being asked for.
@Suite struct FirstUseTests {
    init() async { await calm() }

    @Test func whereNoneIsMadeTheWayOutIsTold() async throws {
        let broker = try await ScriptedBroker { script, host, port in
            script.on(MetadataRequest.self) { request in
                var answer = MetadataResponse()
                var known = MetadataResponse.Broker()
                (known.nodeID, known.host, known.port) = (1, host, Int32(port))
                answer.brokers = [known]
                answer.topics = (request.topics ?? []).map { wanted in
                    var topic = MetadataResponse.Topic()
                    topic.name = wanted.name
                    topic.errorCode = wanted.name == "there" ? .none : .unknownTopicOrPartition
                    return topic
                }
                return answer
            }
        }
        var configuration = ClientConfiguration(bootstrap: [BrokerAddress(host: broker.host, port: broker.port)])
        let client = KafkaClient(configuration)
        #expect(try await client.topicMadeByFirstUse("there") == false)
        let error = await #expect(throws: ClientError.self) { try await client.topicMadeByFirstUse("nope") }
        #expect("\(try #require(error))".contains("`klamm topics create nope`"))
        await client.close()
        // Asking may make one, which is a change.
        configuration.readOnlyReason = "a test"
        let reading = KafkaClient(configuration)
        let asked = broker.asked.count
        await #expect(throws: ClientError.self) { try await reading.topicMadeByFirstUse("there") }
        #expect(broker.asked.count == asked)
        await reading.close()
        try await broker.close()
    }
}
