import Synchronization

extension Task where Failure == any Error {
    /// Its value, or nil when a deadline passes first. The task goes on, as others may wait for it as well; without a
    /// deadline it is waited for to its end.
    func value(by deadline: Deadline?) async throws -> Success? {
        guard let deadline else { return try await value }
        let waiter = Waiter<Success?>()
        let late = Task<Void, Never> {
            try? await Task<Never, Never>.sleep(until: deadline)
            waiter.resume(with: .success(nil))
        }
        defer { late.cancel() }
        return try await withCheckedThrowingContinuation { continuation in
            waiter.wait(continuation)
            Task<Void, Never> { waiter.resume(with: await result.map { $0 }) }
        }
    }

    /// The value of whichever of two tasks is first to have one; an error when neither has. The other task goes on.
    func firstValue(or other: Task) async throws -> Success {
        let waiter = Waiter<Success>()
        return try await withCheckedThrowingContinuation { continuation in
            waiter.wait(continuation)
            for (one, another) in [(self, other), (other, self)] {
                Task<Void, Never> {
                    let result = await one.result
                    // Of one that fails nothing follows before the other has ended as well.
                    if case .failure = result { waiter.resume(with: await another.result) }
                    waiter.resume(with: result)
                }
            }
        }
    }
}

/// Resumes a continuation with the first result only; one that comes before the continuation is kept for it.
private final class Waiter<Value: Sendable>: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Value, any Error>)
        case finished(Result<Value, any Error>)
    }

    private let state = Mutex(State.idle)

    func wait(_ continuation: CheckedContinuation<Value, any Error>) {
        let early = state.withLock { state -> Result<Value, any Error>? in
            if case .finished(let result) = state { return result }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(with: early) }
    }

    func resume(with result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .idle:
                state = .finished(result)
                return nil
            case .waiting(let continuation):
                state = .finished(result)
                return continuation
            case .finished: return nil
            }
        }
        waiting?.resume(with: result)
    }
}
