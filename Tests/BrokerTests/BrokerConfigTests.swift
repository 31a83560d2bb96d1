import Properties
import Testing

@testable import Broker

/// `server.properties` held against what a broker can be.
@Suite struct BrokerConfigTests {
    private func read(_ text: String) throws -> BrokerConfig {
        try BrokerConfig(Properties(parsing: text, file: "server.properties"))
    }

    @Test(arguments: [
        ("log.dirs=d\nnode.id=x", "server.properties:2: node.id=x"),
        ("log.dirs=d", "server.properties: node.id is missing"),
        ("node.id=1\n\nlisteners=nothing\nlog.dirs=d", "server.properties:3: listeners=nothing"),
        ("node.id=1\nlisteners=SSL://h:1\nlog.dirs=d", "server.properties:2: listeners=SSL://h:1: only PLAINTEXT"),
        ("node.id=1\nlisteners=\nlog.dirs=d", "server.properties:2: listeners is empty"),
        (
            "node.id=1\nlog.dirs=d\nlisteners=A://h:1\nlistener.security.protocol.map=A:SASL_SSL",
            "server.properties:3: listeners=A://h:1: only PLAINTEXT"
        ),
        (
            "node.id=1\nlog.dirs=d\nlisteners=CONTROLLER://h:1\ncontroller.listener.names=CONTROLLER",
            "server.properties:3: listeners has none that controller.listener.names leaves to clients"
        ),
        (
            "node.id=1\nlog.dirs=d\nadvertised.listeners=PLAINTEXT://0.0.0.0:9092",
            "server.properties:3: advertised.listeners: nobody can connect to 0.0.0.0"
        ),
        ("node.id=1\nlog.dirs=d\nprocess.roles=controller", "server.properties:3: process.roles=controller: a node"),
        ("node.id=1\nlog.dirs=a,a", "server.properties:2: log.dirs=a,a names a directory twice"),
        ("node.id=1\nlog.dirs=d\ncontroller.quorum.voters=1@a", "server.properties:3: controller.quorum.voters=1@a"),
        ("node.id=1\nlog.dirs=d\n# six\nnum.partitions=six", "server.properties:4: num.partitions=six: value must be"),
        ("node.id=1\nlog.dirs=d\nauto.create.topics.enable=maybe", "server.properties:3: auto.create.topics.enable"),
    ])
    func wrongValuesNameFileLineAndKey(_ text: String, _ said: String) {
        let error = #expect(throws: PropertiesError.self) { try read(text) }
        #expect(error?.description.hasPrefix(said) == true, "\(error?.description ?? "")")
    }

    /// As in the file that comes with Apache Kafka 3.9.
    @Test func listenersForControllersAreBoundToo() throws {
        let config = try read(
            """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@localhost:9093
            listeners=PLAINTEXT://:9092,CONTROLLER://:9093
            inter.broker.listener.name=PLAINTEXT
            advertised.listeners=PLAINTEXT://kafka-1:9092
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
            log.dirs=/tmp/kraft-combined-logs
            """)
        #expect(config.listeners.map(\.port) == [9092, 9093] && config.listeners.allSatisfy { $0.host == "0.0.0.0" })
        #expect(config.advertised == Endpoint(host: "kafka-1", port: 9092))
        #expect(config.voters == [.init(id: 1, endpoint: Endpoint(host: "localhost", port: 9093))])
        #expect(config.warnings.isEmpty)
    }

    @Test func whoListensEverywhereSaysTheNameOfItsMachine() throws {
        let config = try read(
            "node.id=1\nlog.dirs=d\nlisteners=CONTROLLER://:9093,PLAINTEXT://:9092\n"
                + "controller.listener.names=CONTROLLER")
        #expect(
            config.advertised.port == 9092 && config.advertised.host != "0.0.0.0" && !config.advertised.host.isEmpty)
        #expect(config.listeners.map(\.port) == [9092, 9093])
    }

    @Test func aNumberOutOfRangeNamesItsLine() throws {
        let config = try read("node.id=1\nlog.dirs=d\nbroker.heartbeat.interval.ms=0")
        let error = #expect(throws: PropertiesError.self) {
            try config.int("broker.heartbeat.interval.ms", 2_000, atLeast: 1)
        }
        #expect(error?.line == 3)
    }

    @Test func keysThatNobodyReadsAreWarnings() throws {
        let config = try read("node.id=1\nlog.dirs=d\nprocess.roles=broker,controller\nnumber.of.partitions=3\n")
        #expect(
            config.warnings.map(\.description)
                == ["server.properties:4: number.of.partitions is not known here and has no effect"])
    }
}
