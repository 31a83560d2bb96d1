import Broker

/// Pool threads that take a few milliseconds, or as long as a slow disk does. The work is done somewhere between its
/// being handed in and the word of its end.
package final class SimulatedBackground: Background {
    private let process: SimulatedProcess
    private let clock: ManualClock
    private let dice: Dice
    /// The longest that one work takes (milliseconds).
    package var slowest: Int64 = 5

    package init(_ process: SimulatedProcess, clock: ManualClock, dice: Dice) {
        self.process = process
        self.clock = clock
        self.dice = dice
    }

    package func run<T: Sendable>(_ work: @escaping @Sendable () -> T, then done: @escaping (T) -> Void) {
        let before = dice.roll(0...slowest)
        let after = dice.roll(0...slowest)
        clock.schedule(after: before) { [process, clock] in
            guard process.isAlive else { return }
            let result = work()
            clock.schedule(after: after) { process.run { done(result) } }
        }
    }
}
