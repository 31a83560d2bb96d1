import ArgumentParser
import FoundationEssentials
import Glibc
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

    /// The largest file that is read, in bytes: a hundred thousand partitions need eight million.
    static let largest = 64 << 20

    /// Reads a file, or stdin for `-`.
    static func read(_ path: String) throws -> [TopicPartition: [BrokerID]] {
        let bytes = try contents(path)
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

    private static func contents(_ path: String) throws -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ValidationError("\(path): \(String(cString: strerror(errno)))") }
        defer { if path != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ValidationError("\(path): \(String(cString: strerror(errno)))") }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= largest else { throw ValidationError("\(path) is larger than \(largest) bytes") }
        }
    }
}
