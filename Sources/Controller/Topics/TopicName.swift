import KafkaProtocol

/// Which names topics may have, by Kafka's rules.
package enum TopicName {
    /// Why a name is refused, or nil when it is legal.
    package static func problem(_ name: String) -> String? {
        if name.isEmpty { return "the empty string is not allowed" }
        if name == "." || name == ".." { return "'.' or '..' is not allowed" }
        if name.utf8.count > Limits.topicNameLength {
            return "the length of '\(name)' is longer than the max allowed length \(Limits.topicNameLength)"
        }
        guard name.utf8.allSatisfy(isLegal) else {
            return "'\(name)' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
        }
        return nil
    }

    /// Names that differ only in '.' and '_' collide: metrics cannot tell them apart.
    static func collisionKey(_ name: String) -> String {
        String(name.map { $0 == "." ? "_" : $0 })
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
