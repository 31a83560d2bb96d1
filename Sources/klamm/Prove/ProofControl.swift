import Synchronization

/// What the person at the screen asks of a proof that runs.
final class ProofControl: Sendable {
    private struct State {
        var rate: Double
        var faultsArePaused = false
        var isStopped = false
    }

    private let state: Mutex<State>
    /// The slowest and fastest that can be asked for, records a second.
    static let rates = 1.0...100_000

    init(rate: Double) { state = Mutex(State(rate: rate)) }

    /// Records a second, of all producers together.
    var rate: Double { state.withLock { $0.rate } }
    var faultsArePaused: Bool { state.withLock { $0.faultsArePaused } }
    /// Nothing more is written.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Changes the rate by a factor; answers the new one.
    func multiplyRate(by factor: Double) -> Double {
        state.withLock { state in
            state.rate = min(max(Self.rates.lowerBound, state.rate * factor), Self.rates.upperBound)
            return state.rate
        }
    }

    /// Lets faults wait, or go on; answers whether they wait now.
    func toggleFaults() -> Bool {
        state.withLock { state in
            state.faultsArePaused.toggle()
            return state.faultsArePaused
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }
}
