import KafkaProtocol

/// The names of a partition's files: a 20-digit offset and a suffix.
enum LogFileName {
    static let log = ".log"
    static let offsetIndex = ".index"
    static let timeIndex = ".timeindex"
    static let abortedIndex = ".txnindex"
    static let snapshot = ".snapshot"
    /// To be deleted; whatever carries it is removed at start.
    static let deleted = ".deleted"
    /// Unfinished compaction output.
    static let cleaned = ".cleaned"
    /// Finished compaction output that replaces the segments it covers.
    static let swap = ".swap"
    static let abortedCounts = "aborted-transactions-checkpoint"
    static let epochs = "leader-epoch-checkpoint"
    static let metadata = "partition.metadata"

    /// All files of one segment.
    static let segmentSuffixes = [log, offsetIndex, timeIndex, abortedIndex]

    static func name(_ offset: Offset, _ suffix: String) -> String {
        let digits = String(offset)
        return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits + suffix
    }

    /// The offset and suffix of a name such as `00000000000000000042.log`; nil for any other.
    static func parse(_ name: String) -> (offset: Offset, suffix: String)? {
        let utf8 = name.utf8
        guard utf8.count > 20 else { return nil }
        let split = utf8.index(utf8.startIndex, offsetBy: 20)
        guard utf8[split] == UInt8(ascii: "."), name[..<split].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let offset = Offset(name[..<split])
        else { return nil }
        return (offset, String(name[split...]))
    }
}
