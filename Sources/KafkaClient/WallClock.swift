import Glibc
import KafkaProtocol

/// The time of day, for records that do not bring their own.
package enum WallClock {
    /// Milliseconds since 1970.
    @Sendable package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
