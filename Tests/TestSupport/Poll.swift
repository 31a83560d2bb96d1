/// A condition that did not come true in time.
package struct DeadlinePassed: Error, CustomStringConvertible {
    package let description: String
}

/// Waits until `condition` gives a value, asking again every few milliseconds; throws after `seconds`, naming `what`.
@discardableResult
package func poll<T>(
    _ what: String, within seconds: Double = 60, _ condition: () async throws -> T?
) async throws -> T {
    let end = ContinuousClock.now + .seconds(seconds)
    var lastError: (any Error)?
    repeat {
        do {
            if let value = try await condition() { return value }
            lastError = nil
        } catch { lastError = error }
        try await Task.sleep(for: .milliseconds(20))
    } while ContinuousClock.now < end
    throw DeadlinePassed(description: "not within \(seconds) s: \(what)" + (lastError.map { " (\($0))" } ?? ""))
}
