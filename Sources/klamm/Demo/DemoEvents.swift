import FoundationEssentials

/// What happens on a made-up social network: likes, comments, shares and follows, as JSON.
///
/// The same seed gives the same events, so that two runs can be compared.
struct DemoEvents {
    /// One thing somebody did.
    struct Event: Codable, Equatable, Sendable {
        var type: String
        /// What it was done to; nil for a follow.
        var post: Int?
        /// Who did it.
        var user: Int
        /// Whom it concerns: gets the notification.
        var to: Int
        var text: String?
        /// Milliseconds since 1970.
        var at: Int64
    }

    private var state: UInt64
    /// People; a few of them are much busier than the rest, as everywhere.
    static let users = 10_000
    static let posts = 100_000

    init(seed: UInt64) {
        state = seed
    }

    /// The next event, at a time given by the caller.
    mutating func next(at time: Int64) -> Event {
        let user = skewed(Self.users)
        let to = skewed(Self.users)
        switch random(100) {
        case 0..<70:
            return Event(type: "like", post: skewed(Self.posts), user: user, to: to, at: time)
        case 70..<88:
            let texts = ["très bien, merci", "おめでとう 🎉", "nice one", "see you there", "wie schön"]
            return Event(
                type: "comment", post: skewed(Self.posts), user: user, to: to, text: texts[random(texts.count)],
                at: time)
        case 88..<94:
            return Event(type: "share", post: skewed(Self.posts), user: user, to: to, at: time)
        default:
            return Event(type: "follow", user: user, to: to, at: time)
        }
    }

    /// A number below `bound` (SplitMix64).
    private mutating func random(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    /// A number below `bound`, small ones far more often.
    private mutating func skewed(_ bound: Int) -> Int {
        let share = Double(random(1 << 30)) / Double(1 << 30)
        return Int(share * share * share * Double(bound))
    }
}
