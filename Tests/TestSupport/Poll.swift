/// A condition that did not come true in time.
package struct DeadlinePassed: Error, CustomStringConvertible {
    package let description: String
}

/// Waits until `condition` gives a value, asking again every few milliseconds; throws after `seconds`, naming `what`.
///
/// It looks at least fifty times: where hundreds of tests wait for two threads, the whole time may pass before what is
/// waited for had a turn.
@discardableResult
package func poll<T>(
    _ what: String, within seconds: Double = 60, _ condition: () async throws -> T?
) async throws -> T {
    let end = ContinuousClock.now + .seconds(seconds)
    var lastError: (any Error)?
    var looks = 0
    repeat {
        looks += 1
        do {
            if let value = try await condition() { return value }
            lastError = nil
        } catch { lastError = error }
        try await Task.sleep(for: .milliseconds(20))
    } while ContinuousClock.now < end || looks < 50
    throw DeadlinePassed(description: "not within \(seconds) s: \(what)" + (lastError.map { " (\($0))" } ?? ""))
}
