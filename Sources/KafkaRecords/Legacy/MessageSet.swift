/// The message sets of magic 0 and 1, which brokers before 0.11 wrote and which may still lie in old logs.
package enum MessageSet {
    /// The fewest bytes after the length field: checksum, magic, attributes, null key, null value.
    static let smallestLength: Int32 = 14
}
