import CLinux
import Glibc
import NIOCore

/// Gives memory back that was needed only while there was much to do: the allocator keeps what a busy time has freed, and
/// a broker, a dashboard or a consumer that has become quiet would stay as large as it ever was.
package final class MemoryKeeper {
    /// How often it looks, in seconds.
    private static let interval: Int64 = 1
    /// Processor time per interval below which the process counts as quiet, in microseconds.
    private static let quiet = 50_000
    /// Without a quiet moment memory is given back after this many intervals all the same.
    private static let patience = 30

    private var used = 0
    /// Intervals since memory was given back in which there was something to do.
    private var busyIntervals = 0

    package init() {}

    /// Looks from now on, on `loop`; may be called from any thread.
    package static func start(on loop: any EventLoop) {
        loop.execute {
            let keeper = NIOLoopBound(MemoryKeeper(), eventLoop: loop)
            loop.scheduleRepeatedTask(initialDelay: .seconds(interval), delay: .seconds(interval)) { _ in
                keeper.value.look()
            }
        }
    }

    private func look() {
        let total = Self.processorTime()
        let isQuiet = total - used < Self.quiet
        used = total
        if !isQuiet { busyIntervals += 1 }
        guard busyIntervals > 0, isQuiet || busyIntervals >= Self.patience else { return }
        busyIntervals = 0
        clinux_release_free_memory()
    }

    /// Of this process so far, in microseconds.
    private static func processorTime() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
            + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }
}
