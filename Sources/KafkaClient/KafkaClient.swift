import KafkaProtocol
import NIOCore
import NIOPosix

/// A client of any Kafka from 2.6 on (and of what speaks its protocol): finds brokers, routes requests to where they
/// belong and tries again where that helps. Usable from any task; every call has a deadline and throws `ClientError`.
///
/// The operations live in extensions: `Admin/`, and `Producer` and `Consumer`, which are made from a client.
package final class KafkaClient: Sendable {
    package let configuration: ClientConfiguration
    let cluster: Cluster

    package init(
        _ configuration: ClientConfiguration,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.configuration = configuration
        cluster = Cluster(configuration, group: group)
    }

    /// Closes all connections; calls under way fail.
    package func close() async { await cluster.close() }

    /// What became of each bootstrap address when it was last tried; none once a broker has answered.
    package func bootstrapFailures() async -> [AddressFailure] { await cluster.bootstrapFailures }

    /// Whether any broker that can be asked offers an API in a version from `version` on that is known here.
    package func supports(_ api: APIKey, version: Int16 = 0) async -> Bool {
        guard let connection = try? await cluster.connection(to: .any), let entry = APITable.entries[api],
            let served = connection.versions[api]
        else { return false }
        let known = entry.request.versions
        return min(served.upperBound, known.upperBound) >= max(served.lowerBound, known.lowerBound, version)
    }

    /// What one broker that answers speaks, by API.
    package func offeredVersions(of broker: BrokerID? = nil) async throws -> [APIKey: ClosedRange<Int16>] {
        try await cluster.connection(to: broker.map(Destination.broker) ?? .any).versions
    }

    /// The features that the cluster runs, such as `metadata.version`, by name and level.
    package func features() async throws -> [String: Int16] {
        let features = try await cluster.connection(to: .any).features
        return Dictionary(features.map { ($0.name, $0.maxVersionLevel) }, uniquingKeysWith: { first, _ in first })
    }

    /// When a call made now with this time must be over.
    func deadline(_ timeout: Duration?) -> Deadline { .now + (timeout ?? configuration.callTimeout) }

    /// Sends a request to where it belongs, and again while errors are of the passing kind and time is left.
    ///
    /// - Parameters:
    ///   - atMost: the highest version to use.
    ///   - lane: of `openLane`, for requests that the broker holds back.
    ///   - requestTimeout: when one attempt may take longer than others.
    ///   - check: the error of the whole response, if it has one.
    package func call<R: KafkaRequest>(
        _ request: R, to destination: Destination, atMost: Int16 = .max, deadline: Deadline? = nil,
        lane: Int = 0, requestTimeout: Duration? = nil,
        check: @Sendable (R.Response) -> (ErrorCode, String?) = { _ in (.none, nil) }
    ) async throws -> R.Response {
        let deadline = deadline ?? self.deadline(nil)
        var attempt = 0
        var earlier: ClientError?
        while true {
            do {
                let response: R.Response
                if destination == .any, R.api.onlyReads {
                    response = try await cluster.firstAnswer(
                        to: request, atMost: atMost, lane: lane, by: deadline, timeout: requestTimeout)
                } else {
                    let connection = try await cluster.connection(to: destination, lane: lane, by: deadline)
                    let timeout = try requestTimeout ?? timeLeft(deadline)
                    response = try await connection.send(request, atMost: atMost, timeout: timeout)
                }
                let (code, message) = check(response)
                guard code == .none else { throw ClientError.broker(code, message) }
                return response
            } catch {
                let error = ClientError(error)
                await cluster.forget(destination, after: error)
                // That time ran out says less than what went wrong before.
                if case .timedOut = error, .now >= deadline, let earlier { throw earlier }
                earlier = error
                guard mayRetry(error, destination, attempt) else { throw error }
                try await pause(attempt, until: deadline, or: error)
                attempt += 1
            }
        }
    }

    /// A request's own timeout: what is left of the call, but no more than one request may take.
    func timeLeft(_ deadline: Deadline) throws -> Duration { try cluster.time(until: deadline) }

    /// Waits before the next attempt; throws `error` when the deadline would pass meanwhile.
    func pause(_ attempt: Int, until deadline: Deadline, or error: ClientError) async throws {
        let pause = Backoff.pause(
            attempt: attempt, first: configuration.firstPause(after: error), most: configuration.retryBackoffMax)
        guard .now + pause < deadline else { throw error }
        do {
            try await Task.sleep(for: pause)
        } catch {
            throw ClientError.closed
        }
    }

    private func mayRetry(_ error: ClientError, _ destination: Destination, _ attempt: Int) -> Bool {
        if case .timedOut("the call's deadline") = error { return false }
        switch error {
        // A particular broker that is down stays down for longer than somebody wants to look at a blank screen.
        case .unreachable, .disconnected, .timedOut:
            if case .broker = destination { return attempt < 1 }
            return true
        // What does not exist may only not be known yet, but not for long.
        case .broker(.unknownTopicOrPartition, _): return attempt < 3
        default: return error.isRetriable
        }
    }
}
