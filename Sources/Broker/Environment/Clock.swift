import KafkaProtocol

/// Time as a broker sees it. One of the four impurities that a simulation replaces; used on the broker's loop only.
package protocol Clock: AnyObject {
    /// Milliseconds that never go back, for timeouts and sessions.
    var now: Int64 { get }
    /// The same clock in nanoseconds, to measure work by.
    var nanoseconds: Int64 { get }
    /// Milliseconds since 1970, for record timestamps and retention.
    var wall: Timestamp { get }
    /// Runs `body` on the broker's loop after `delay` milliseconds, unless cancelled before.
    @discardableResult
    func schedule(after delay: Int64, _ body: @escaping () -> Void) -> Scheduled
}

extension Clock {
    package var nanoseconds: Int64 { now * 1_000_000 }
}

/// Something that a `Clock` will run, and the way to prevent it.
package final class Scheduled {
    private var cancelBody: (() -> Void)?

    package init(_ cancel: @escaping () -> Void) { cancelBody = cancel }

    /// Prevents the body from running; harmless afterwards and twice.
    package func cancel() {
        cancelBody?()
        cancelBody = nil
    }
}
