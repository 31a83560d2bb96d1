import ArgumentParser
import FoundationEssentials
import KafkaProtocol

/// Kafka's JSON for moving partitions, as `kafka-reassign-partitions` reads and writes it.
struct ReassignmentFile: Decodable {
    struct Partition: Decodable {
        var topic: String
        var partition: Int32
        var replicas: [BrokerID]
    }

    var version: Int
    var partitions: [Partition]

    /// Reads a file, or stdin for `-`.
    static func read(_ path: String) throws -> [TopicPartition: [BrokerID]] {
        try targets(try InputFile.bytes(path), path)
    }

    /// Reads bytes that come from `path`.
    static func targets(_ bytes: [UInt8], _ path: String) throws -> [TopicPartition: [BrokerID]] {
        let file: ReassignmentFile
        do {
            file = try JSONDecoder().decode(ReassignmentFile.self, from: Data(bytes))
        } catch {
            throw ValidationError("\(path) is not a reassignment file: \(error)")
        }
        guard file.version == 1 else { throw ValidationError("\(path) has version \(file.version), not 1") }
        var targets: [TopicPartition: [BrokerID]] = [:]
        for entry in file.partitions {
            let partition = TopicPartition(entry.topic, entry.partition)
            guard targets.updateValue(entry.replicas, forKey: partition) == nil else {
                throw ValidationError("\(path) names \(partition) twice")
            }
            guard !entry.replicas.isEmpty, Set(entry.replicas).count == entry.replicas.count else {
                throw ValidationError("\(path): the replicas of \(partition) must be different brokers")
            }
        }
        guard !targets.isEmpty else { throw ValidationError("\(path) names no partitions") }
        return targets
    }

    static func json(_ targets: [TopicPartition: [BrokerID]]) -> JSON {
        [
            "version": 1,
            "partitions": .array(
                targets.sorted { $0.key < $1.key }.map { partition, replicas in
                    [
                        "topic": .string(partition.topic), "partition": .number(partition.partition),
                        "replicas": .numbers(replicas),
                    ]
                }),
        ]
    }
}
