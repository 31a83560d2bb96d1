import Glibc
import KafkaProtocol
import NIOCore

/// The machine's clocks and the event loop's timers.
package final class LoopClock: Clock {
    private let loop: any EventLoop

    package init(loop: any EventLoop) { self.loop = loop }

    package var now: Int64 { nanoseconds / 1_000_000 }

    package var nanoseconds: Int64 { Self.nanoseconds(CLOCK_MONOTONIC) }

    package var wall: Timestamp { Self.nanoseconds(CLOCK_REALTIME) / 1_000_000 }

    @discardableResult
    package func schedule(after delay: Int64, _ body: @escaping () -> Void) -> Scheduled {
        let task = loop.assumeIsolated().scheduleTask(in: .milliseconds(max(0, delay))) { body() }
        return Scheduled { task.cancel() }
    }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
