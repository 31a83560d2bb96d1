/// Waits until tasks get their turn at once, at most two minutes.
///
/// All tests are begun together, and those that compute hold the few threads of the task pool one after the other: what
/// waits for an answer gets its turn only behind them, many seconds late, when its timeouts have passed. A test whose
/// subject has timeouts begins with this.
package func calm() async {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(120)
    var turns = 0
    while turns < 5, clock.now < end {
        let slept = await clock.measure { try? await Task.sleep(for: .milliseconds(20)) }
        turns = slept < .milliseconds(100) ? turns + 1 : 0
    }
}
