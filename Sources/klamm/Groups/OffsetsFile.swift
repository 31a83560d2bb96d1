import ArgumentParser
import KafkaProtocol

/// Offsets by partition as `kafka-consumer-groups --reset-offsets --export` writes them: `topic,partition,offset` lines.
enum OffsetsFile {
    /// Reads a file, or stdin for `-`.
    static func read(_ path: String) throws -> [TopicPartition: Offset] {
        try offsets(try InputFile.bytes(path), path)
    }

    /// Reads bytes that come from `path`.
    static func offsets(_ bytes: [UInt8], _ path: String) throws -> [TopicPartition: Offset] {
        let text = String(decoding: bytes, as: UTF8.self)
        var offsets: [TopicPartition: Offset] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.filter { !$0.isWhitespace && $0 != "\"" } }
            guard fields != [""] else { continue }
            guard fields.count == 3, !fields[0].isEmpty, let partition = Int32(fields[1]), partition >= 0,
                let offset = Offset(fields[2]), offset >= 0
            else { throw ValidationError("\(path):\(index + 1): `\(line)` is not topic,partition,offset") }
            guard offsets.updateValue(offset, forKey: TopicPartition(fields[0], partition)) == nil else {
                throw ValidationError("\(path):\(index + 1): \(fields[0])-\(partition) is named twice")
            }
        }
        guard !offsets.isEmpty else { throw ValidationError("\(path) names no partitions") }
        return offsets
    }
}
