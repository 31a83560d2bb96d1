import ClusterInsight
import FoundationEssentials
import KafkaProtocol

/// The JSON of kafka-reassign-partitions: `{"version":1,"partitions":[{"topic":…,"partition":…,"replicas":[…]}]}`, with
/// `log_dirs` passed over.
package enum PlanFile {
    private struct Contents: Decodable {
        struct Partition: Decodable {
            var topic: String
            var partition: Int32
            var replicas: [BrokerID]
        }

        var version: Int?
        var partitions: [Partition]
    }

    /// Reads a file's bytes; `name` stands in the sentences about what is wrong.
    package static func read(_ bytes: [UInt8], name: String) throws(Failure) -> [TopicPartition: [BrokerID]] {
        let contents: Contents
        do {
            contents = try JSONDecoder().decode(Contents.self, from: Data(bytes))
        } catch {
            throw Failure(
                "\(name) is not a reassignment file: it wants version and partitions with topic, partition, replicas")
        }
        if let version = contents.version, version != 1 { throw Failure("\(name) has version \(version), not 1") }
        var targets: [TopicPartition: [BrokerID]] = [:]
        for entry in contents.partitions {
            let id = TopicPartition(entry.topic, entry.partition)
            guard targets.updateValue(entry.replicas, forKey: id) == nil else {
                throw Failure("\(name) names \(id.topic)/\(id.partition) twice")
            }
            guard !entry.replicas.isEmpty, Set(entry.replicas).count == entry.replicas.count else {
                throw Failure("\(name): the replicas of \(id.topic)/\(id.partition) must be different brokers")
            }
        }
        guard !targets.isEmpty else { throw Failure("\(name) names no partitions") }
        return targets
    }

    /// Replica lists as JSON on one line.
    package static func json(_ targets: [TopicPartition: [BrokerID]]) -> String {
        let lines = targets.sorted { $0.key < $1.key }.map { id, replicas in
            "{\"topic\":\(JSONText.quoted(id.topic)),\"partition\":\(id.partition),"
                + "\"replicas\":[\(replicas.map(String.init).joined(separator: ","))]}"
        }
        return "{\"version\":1,\"partitions\":[\(lines.joined(separator: ","))]}"
    }

    /// What a plan sends.
    static func json(_ plan: MovePlan) -> String { json(plan.assignment) + "\n" }

    /// What brings every partition of a plan back to where it is now.
    static func rollback(_ plan: MovePlan) -> String {
        json(Dictionary(plan.changes.map { ($0.partition, $0.before) }, uniquingKeysWith: { a, _ in a }))
    }
}
