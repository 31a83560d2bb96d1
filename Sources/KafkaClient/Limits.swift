/// Bounds of the client.
package enum ClientLimits {
    /// The largest response in bytes; as much as a broker may put into a fetch answer, and librdkafka's
    /// `receive.message.max.bytes` rounded up.
    static let frame = 128 << 20
    /// Requests on a connection that wait for an answer; more would only queue in the broker. Idempotent producers may
    /// have no more than five.
    static let inFlight = 5
    /// How long a broker may owe an answer before its connection counts as silent: what any broker can answer then goes to
    /// another, and a request whose time is up breaks it, sent or not.
    static let silence = Duration.milliseconds(250)
    /// How long an answer that is coming in may pause between two of its parts, as it does over a slow line.
    static let pause = Duration.seconds(1)
    /// How long an answer is on its way, from its first part on, over a line that counts as slow for a moment after it.
    static let slowAnswer = Duration.milliseconds(250)
    /// How often it is looked whether an answer that is late still comes in.
    static let look = Duration.milliseconds(100)
    /// How long the first broker asked may take over what any of them can answer, until another is asked as well: longer
    /// than brokers take over all but the largest answers, and short beside what a person waits for.
    static let patience = Duration.milliseconds(500)
    /// Requests that wait for a place in flight; a caller beyond is refused rather than remembered.
    static let queued = 1000
    /// Topics whose partitions are remembered; beyond, all are forgotten and asked for again. A question for more than
    /// that is remembered alone.
    static let cachedTopics = 10_000
    /// Items in one admin request; Kafka suggests to chunk larger ones.
    static let chunk = 500
}
