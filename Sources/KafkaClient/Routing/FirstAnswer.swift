import KafkaProtocol

extension Cluster {
    /// The answer of whichever broker is first to what any of them can answer. A broker that stands still looks like one
    /// that is up until somebody else says so: it is not waited for longer than `ClientLimits.patience` before another is
    /// asked as well, so that only a request that changes nothing may be sent so.
    ///
    /// - Parameter timeout: how long each of the two may take; nil is what is left until the deadline.
    /// - Throws: `ClientError`.
    func firstAnswer<R: KafkaRequest>(
        to request: R, atMost: Int16 = .max, lane: Int = 0, by deadline: Deadline?, timeout: Duration? = nil
    ) async throws -> R.Response {
        let first = try await connection(to: .any, lane: lane, by: deadline)
        let limit = try timeout ?? time(until: deadline)
        let asked = Task { try await first.send(request, atMost: atMost, timeout: limit) }
        if let answer = try await asked.value(by: .now + min(ClientLimits.patience, limit)) { return answer }
        // What fills the line would only be the slower for the same answer beside it.
        while first.isLineBusy {
            if let answer = try await asked.value(by: .now + ClientLimits.look) { return answer }
        }
        // Whoever answers comes before whoever is silent, so that it is the same one only where there is no other.
        guard let second = try? await connection(to: .any, lane: lane, by: deadline), second !== first else {
            return try await asked.value
        }
        let rest = try timeout ?? time(until: deadline)
        let alsoAsked = Task { try await second.send(request, atMost: atMost, timeout: rest) }
        return try await asked.firstValue(or: alsoAsked)
    }
}
