import Properties
import Testing

@testable import KafkaClient

/// Kafka's client settings as files say them.
@Suite struct ClientPropertiesTests {
    private func read(_ text: String) throws -> ClientProperties {
        try ClientProperties(Properties(parsing: text, file: "client.properties"))
    }

    @Test func whatIsSaidWinsAndTheRestStays() throws {
        let properties = try read(
            """
            bootstrap.servers=one:9092, [::1]:9093
            client.id=mine
            request.timeout.ms=1500
            default.api.timeout.ms = 20000
            socket.connection.setup.timeout.ms=700
            security.protocol=PLAINTEXT
            """)
        var configuration = ClientConfiguration(bootstrap: [])
        let before = configuration
        properties.apply(to: &configuration)
        #expect(
            configuration.bootstrap
                == [BrokerAddress(host: "one", port: 9092), BrokerAddress(host: "::1", port: 9093)])
        #expect(configuration.clientID == "mine")
        #expect(configuration.requestTimeout == .milliseconds(1500))
        #expect(configuration.callTimeout == .seconds(20))
        #expect(configuration.connectTimeout == .milliseconds(700))
        #expect(configuration.retryBackoff == before.retryBackoff)
        #expect(properties.warnings.isEmpty)
    }

    @Test func whatHasNoEffectIsSaidWithItsLineAndWithoutItsValue() throws {
        let properties = try read(
            """
            bootstrap.servers=one:9092
            security.protocol=SASL_SSL
            sasl.jaas.config=password hunter2
            ssl.truststore.location=/t
            acks=all
            """)
        #expect(properties.warnings.map(\.line) == [2, 3, 4, 5])
        let text = properties.warnings.map(\.description).joined(separator: "\n")
        #expect(text.contains("client.properties:2: `security.protocol`: only PLAINTEXT is supported"))
        #expect(text.contains("client.properties:3: `sasl.jaas.config` is not supported"))
        #expect(text.contains("`acks` is no client setting"))
        #expect(!text.contains("hunter2"))
    }

    @Test(arguments: [
        ("client.id=a\nbootstrap.servers=a:b", "client.properties:2", "a:b"),
        ("bootstrap.servers=", "client.properties:1", "bootstrap.servers"),
        ("request.timeout.ms=soon", "client.properties:1", "soon"), ("retry.backoff.ms=0", "client.properties:1", "0"),
    ])
    func wrongValuesNameTheirLine(_ text: String, _ place: String, _ named: String) {
        let error = #expect(throws: PropertiesError.self) { try read(text) }
        #expect(error?.description.hasPrefix(place) == true)
        #expect(error?.description.contains(named) == true)
    }
}
