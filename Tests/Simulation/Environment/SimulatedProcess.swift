import Broker
import KafkaProtocol

/// One process of a simulated cluster, a broker's or a client's: whatever it does runs through here, so that it can be
/// killed, and paused as SIGSTOP pauses.
package final class SimulatedProcess {
    package let id: Int32
    package private(set) var isAlive = true
    package private(set) var isPaused = false
    /// What its wall clock shows beyond the true time (milliseconds).
    package var wallOffset: Int64 = 0
    fileprivate let shared: ManualClock
    private var held: [() -> Void] = []
    /// Called after each turn of its loop.
    package var afterTurn: (() -> Void)?

    package init(id: Int32, clock: ManualClock) {
        self.id = id
        shared = clock
    }

    /// Its own clock: the timers of a process that is gone never fire, those of a paused one do so late.
    package var clock: any Clock { ProcessClock(self) }

    /// One turn of its loop, now or when it is resumed; never once it is dead.
    package func run(_ body: @escaping () -> Void) {
        guard isAlive else { return }
        guard !isPaused else { return held.append(body) }
        body()
        afterTurn?()
    }

    package func pause() { isPaused = true }

    /// What came while it was paused happens now, in order.
    package func resume() {
        guard isPaused else { return }
        isPaused = false
        let bodies = held
        held = []
        for body in bodies { run(body) }
    }

    package func kill() {
        isAlive = false
        held = []
        afterTurn = nil
    }
}

private final class ProcessClock: Clock {
    private let process: SimulatedProcess

    init(_ process: SimulatedProcess) { self.process = process }

    var now: Int64 { process.shared.now }
    var wall: Timestamp { process.shared.wall + process.wallOffset }

    @discardableResult
    func schedule(after delay: Int64, _ body: @escaping () -> Void) -> Scheduled {
        // A timer that a paused process holds can still be cancelled by what it does first when it is resumed.
        var isCancelled = false
        let timer = process.shared.schedule(after: delay) { [process] in
            process.run { if !isCancelled { body() } }
        }
        return Scheduled {
            isCancelled = true
            timer.cancel()
        }
    }
}
