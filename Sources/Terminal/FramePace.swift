/// When the next frame may be drawn, so that neither a busy cluster nor a held key draws more than anybody can see, and
/// no key waits for the pause after a frame that nobody asked for. Pure.
struct FramePace: Sendable {
    /// Between two frames of what comes by itself: 30 a second at most.
    static let usual = Duration.milliseconds(33)
    /// Between a frame and one that answers a key: what somebody waits for.
    static let forKeys = Duration.milliseconds(10)

    private enum Wish: Int, Comparable {
        case none, message, key
        static func < (a: Wish, b: Wish) -> Bool { a.rawValue < b.rawValue }
    }

    private var wish = Wish.message
    private var lastFrame: ContinuousClock.Instant?

    /// Something changed; whether a person did it.
    mutating func changed(byKey: Bool = false) { wish = max(wish, byKey ? .key : .message) }

    /// How long to wait for the next frame; zero when it is due, nil when there is nothing to draw.
    func pause(now: ContinuousClock.Instant) -> Duration? {
        guard wish > .none else { return nil }
        guard let lastFrame else { return .zero }
        return max(.zero, (wish == .key ? Self.forKeys : Self.usual) - lastFrame.duration(to: now))
    }

    /// A frame was drawn.
    mutating func drew(at now: ContinuousClock.Instant) {
        wish = .none
        lastFrame = now
    }
}
