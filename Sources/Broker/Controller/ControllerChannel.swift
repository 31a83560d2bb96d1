import KafkaProtocol
import NIOCore

/// The way to the active controller from any broker: to its own router when the controller is this process, else in an
/// Envelope (KIP-590) to the broker that is.
///
/// Handlers of the controller's router answer nil when they are not the active controller; the channel then looks again
/// and retries until the caller's timeout. A request whose answer was lost may have taken effect.
package final class ControllerChannel {
    /// Where the active controller is, as far as this broker knows.
    package enum Location: Equatable { case here, at(Endpoint), unknown }

    private let router: RequestRouter
    private let peers: any Peers
    private let clock: any Clock
    private let locate: () -> Location

    /// One try waits this many milliseconds for the controller, which commits in far less; a paused controller is
    /// replaced meanwhile.
    private let tryTimeout: Int64 = 2_000
    /// Between tries; elections take some tens of milliseconds.
    private let retryDelay: Int64 = 25

    package init(
        router: RequestRouter, peers: any Peers, clock: any Clock, locate: @escaping () -> Location
    ) {
        self.router = router
        self.peers = peers
        self.clock = clock
        self.locate = locate
    }

    /// Where nobody listened at the last try.
    private var refusing: Endpoint?

    /// Whether there is an active controller, as far as this broker knows: one that is gone is named until the quorum has
    /// another.
    package var isControllerThere: Bool {
        switch locate() {
        case .here: true
        case .at(let endpoint): endpoint != refusing
        case .unknown: false
        }
    }

    /// Sends `request` and calls `done` once on the loop; REQUEST_TIMED_OUT when no controller answered in `timeout`
    /// milliseconds.
    package func send<R: KafkaRequest>(
        _ request: R, version: Int16, client: ClientInfo, timeout: Int64, lane: Lane = .controller,
        _ done: @escaping (Result<R.Response, ErrorCode>) -> Void
    ) {
        let sized = try? Frame.request(request, version: version, correlationID: 0, clientID: client.clientID)
        guard var frame = sized else { return done(.failure(.invalidRequest)) }
        frame.moveReaderIndex(forwardBy: 4)
        attempt(Ask(frame: frame, client: client, lane: lane, deadline: clock.now + timeout)) { result in
            switch result {
            case .failure(let error): done(.failure(error))
            case .success(var answer):
                answer.moveReaderIndex(forwardBy: min(4, answer.readableBytes))
                let response = try? Frame.readResponse(&answer, to: R.self, version: version)
                done(response.map(Result.success) ?? .failure(.unknownServerError))
            }
        }
    }

    /// Answers an Envelope from another broker: the inner request goes to this broker's own controller.
    package func handle(_ request: Request<EnvelopeRequest>) {
        let outcome = router.route(
            request.body.requestData, from: request.client.host,
            respond: { answer in
                var response = EnvelopeResponse()
                if var answer {
                    answer.moveReaderIndex(forwardBy: 4)
                    response.responseData = answer
                } else {
                    response.errorCode = .notController
                }
                request.reply(response)
            }, close: request.close)
        if case .refused = outcome {
            var response = EnvelopeResponse()
            response.errorCode = .invalidRequest
            request.reply(response)
        }
    }

    private typealias Done = (Result<ByteBuffer, ErrorCode>) -> Void

    /// What is asked until it is answered or `deadline` has passed.
    private struct Ask {
        let frame: ByteBuffer
        let client: ClientInfo
        let lane: Lane
        let deadline: Int64
    }

    private func attempt(_ ask: Ask, _ done: @escaping Done) {
        guard clock.now < ask.deadline else { return done(.failure(.requestTimedOut)) }
        let again = { [self] in _ = clock.schedule(after: retryDelay) { self.attempt(ask, done) } }
        switch locate() {
        case .unknown: again()
        case .here: attemptHere(ask, again: again, done)
        case .at(let endpoint):
            var envelope = EnvelopeRequest()
            envelope.requestData = ask.frame
            let timeout = min(tryTimeout, max(1, ask.deadline - clock.now))
            peers.send(envelope, version: 0, to: endpoint, lane: ask.lane, timeout: timeout) { [self] result in
                if case .failure(.unreachable) = result { refusing = endpoint } else { refusing = nil }
                switch result {
                case .success(let response):
                    if let answer = response.responseData, response.errorCode == .none {
                        done(.success(answer))
                    } else if response.errorCode == .notController {
                        again()
                    } else {
                        done(.failure(response.errorCode))
                    }
                case .failure: again()
                }
            }
        }
    }

    private func attemptHere(_ ask: Ask, again: @escaping () -> Void, _ done: @escaping Done) {
        let outcome = router.route(
            ask.frame, from: ask.client.host,
            respond: { answer in
                guard var answer else { return again() }
                answer.moveReaderIndex(forwardBy: 4)
                done(.success(answer))
            }, close: { done(.failure(.unknownServerError)) })
        if case .refused = outcome { done(.failure(.invalidRequest)) }
    }
}
