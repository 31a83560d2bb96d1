/// Bounds on what peers can make the machine hold.
enum Limits {
    /// Parked Fetches of readers without an id (snapshot tools); more are answered at once.
    static let anonymousParkedFetches = 64
    /// Observers whose progress a leader remembers; a real cluster has one per broker.
    static let observers = 4096
    /// Doublings of the election back-off; far beyond any `electionBackoffMax`.
    static let backoffDoublings = 16
    /// Doublings of the election timeout; far beyond any fetch timeout, which bounds it.
    static let electionDoublings = 16
    /// A node that has not fetched for so many milliseconds cannot be made a voter: an hour, as with Kafka.
    static let newVoterSilence: Int64 = 3_600_000
}
