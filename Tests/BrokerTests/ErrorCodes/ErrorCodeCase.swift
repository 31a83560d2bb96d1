import KafkaProtocol
import Testing

@testable import Broker

/// A request that Kafka answers with a certain error, and how to send it to a broker that has the topic `t`, the compacted
/// topic `c` and nothing else.
struct ErrorCodeCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: [ErrorCode]
    let answers: @Sendable (LoneBroker) throws -> [ErrorCode]

    init(_ name: String, _ expected: ErrorCode..., answers: @escaping @Sendable (LoneBroker) throws -> [ErrorCode]) {
        self.init(name, expected, answers: answers)
    }

    init(_ name: String, _ expected: [ErrorCode], answers: @escaping @Sendable (LoneBroker) throws -> [ErrorCode]) {
        testDescription = name
        self.expected = expected
        self.answers = answers
    }

    /// Sends all of a table to one broker, in order.
    static func check(_ table: [ErrorCodeCase]) throws {
        let broker = try LoneBroker()
        try broker.create("t", partitions: 2)
        try broker.create("c", configs: ["cleanup.policy": "compact"])
        for row in table {
            let answers = try row.answers(broker)
            #expect(answers == row.expected, "\(row.testDescription)")
        }
    }
}
