import Broker
import Glibc
import Synchronization

/// SIGINT, SIGTERM and SIGHUP for a command that ends in order when it is told to: it looks at `number` between two steps.
/// Once per process; may be read from any thread.
final class StopSignals: Sendable {
    private let first = Atomic<Int32>(0)

    /// Catches the signals from now on.
    ///
    /// - Parameter patience: how long the command may go on after the first one; meanwhile another signal ends the process
    ///   at once. Nil is for as long as it takes, whatever comes.
    init(patience: Duration? = nil) {
        DescriptorWatch.startStopSignals { number in
            guard self.number == nil else { return }
            self.first.store(number, ordering: .relaxed)
            guard let patience else { return }
            for one in [SIGINT, SIGTERM, SIGHUP] { signal(one, SIG_DFL) }
            usleep(UInt32(patience / .microseconds(1)))
            exit(Self.exitCode(number))
        }
    }

    /// The first signal that came; nil before.
    var number: Int32? {
        let number = first.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// What shells make of a process that a signal ended.
    static func exitCode(_ number: Int32) -> Int32 { 128 + number }
}
