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
        ("node.id=1\nlog.dirs=a,a", "server.properties:2: log.dirs=a,a names a directory twice"),
        ("node.id=1\nlog.dirs=d\ncontroller.quorum.voters=1@a", "server.properties:3: controller.quorum.voters=1@a"),
        ("node.id=1\nlog.dirs=d\n# six\nnum.partitions=six", "server.properties:4: num.partitions=six: value must be"),
        ("node.id=1\nlog.dirs=d\nauto.create.topics.enable=maybe", "server.properties:3: auto.create.topics.enable"),
    ])
    func wrongValuesNameFileLineAndKey(_ text: String, _ said: String) {
        let error = #expect(throws: PropertiesError.self) { try read(text) }
        #expect(error?.description.hasPrefix(said) == true, "\(error?.description ?? "")")
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
