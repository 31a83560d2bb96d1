/// Pauses between attempts: doubling up to a most, with a fifth of chance either way so that clients spread out (KIP-580).
enum Backoff {
    static func pause(attempt: Int, first: Duration, most: Duration) -> Duration {
        let doubled = min(first * (1 << min(max(attempt, 0), 20)), most)
        return doubled * Double.random(in: 0.8...1.2)
    }
}
