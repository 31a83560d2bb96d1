import KafkaProtocol

/// Offsets by partition as `kafka-consumer-groups --reset-offsets --export` writes them: lines of `topic,partition,offset`,
/// or with the group in front.
package enum OffsetsFile {
    /// Reads a file's bytes; `name` stands in the sentences about what is wrong. A first line may be of titles.
    package static func read(_ bytes: [UInt8], name: String) throws(Failure) -> [TopicPartition: Offset] {
        let text = String(decoding: bytes, as: UTF8.self)
        var offsets: [TopicPartition: Offset] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.filter { !$0.isWhitespace && $0 != "\"" } }
            if cells == [""] || (index == 0 && cells.count > 2 && cells.allSatisfy { Int64($0) == nil }) { continue }
            guard let (partition, offset) = entry(cells) else {
                throw Failure("\(name):\(index + 1): `\(line)` is not topic,partition,offset")
            }
            guard offsets.updateValue(offset, forKey: partition) == nil else {
                throw Failure("\(name):\(index + 1): \(partition) is named twice")
            }
        }
        if offsets.isEmpty { throw Failure("\(name) names no offsets") }
        return offsets
    }

    private static func entry(_ cells: [String]) -> (TopicPartition, Offset)? {
        let cells = cells.count == 4 ? Array(cells.dropFirst()) : cells
        guard cells.count == 3, !cells[0].isEmpty, let partition = Int32(cells[1]), partition >= 0,
            let offset = Offset(cells[2]), offset >= 0
        else { return nil }
        return (TopicPartition(cells[0], partition), offset)
    }
}
