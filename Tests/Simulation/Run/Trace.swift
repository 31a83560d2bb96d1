import Synchronization

/// What happened in a run, a line each with its virtual time; kept only when somebody wants to read it.
package final class Trace: Sendable {
    private struct State {
        var now: Int64 = 0
    }

    package let isOn: Bool
    private let state = Mutex(State())
    private let print: @Sendable (String) -> Void

    /// - Parameter print: takes each line when it is made; nil turns the trace off.
    package init(print: (@Sendable (String) -> Void)? = nil) {
        isOn = print != nil
        self.print = print ?? { _ in }
    }

    /// Sets the time of the lines to come (milliseconds).
    package func advance(to now: Int64) { if isOn { state.withLock { $0.now = now } } }

    package func note(_ who: String, _ what: @autoclosure () -> String) {
        guard isOn else { return }
        let now = state.withLock { $0.now }
        let digits = String(now)
        let time = String(repeating: " ", count: max(0, 7 - digits.count)) + digits
        let name = who + String(repeating: " ", count: max(0, 10 - who.count))
        print("\(time) \(name) \(what())")
    }
}
