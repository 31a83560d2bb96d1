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
    /// By number, those that are not answered.
    private var tries: [UInt64: Try] = [:]
    private var lastTry: UInt64 = 0

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
        let ask = Ask(frame, client, lane, deadline: clock.now + timeout) { result in
            switch result {
            case .failure(let error): done(.failure(error))
            case .success(var answer):
                answer.moveReaderIndex(forwardBy: min(4, answer.readableBytes))
                let response = try? Frame.readResponse(&answer, to: R.self, version: version)
                done(response.map(Result.success) ?? .failure(.unknownServerError))
            }
        }
        attempt(ask)
    }

    /// There is another controller. Whoever waits for the one before, which may be dead, asks this one at once and takes the
    /// answer that comes first.
    package func controllerChanged() {
        let location = locate()
        guard location != .unknown else { return }
        for (number, asked) in tries.sorted(by: { $0.key < $1.key }) where location != .at(asked.endpoint) {
            tries[number] = nil
            attempt(asked.ask)
        }
    }

    /// Forgets who waits. See `BrokerNode.takeApart`.
    package func takeApart() { tries = [:] }

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

    /// What is asked until it is answered or its time is over.
    private final class Ask {
        let frame: ByteBuffer
        let client: ClientInfo
        let lane: Lane
        let deadline: Int64
        private var done: ((Result<ByteBuffer, ErrorCode>) -> Void)?

        init(
            _ frame: ByteBuffer, _ client: ClientInfo, _ lane: Lane, deadline: Int64,
            _ done: @escaping (Result<ByteBuffer, ErrorCode>) -> Void
        ) {
            self.frame = frame
            self.client = client
            self.lane = lane
            self.deadline = deadline
            self.done = done
        }

        var isOver: Bool { done == nil }

        /// The first word counts.
        func end(_ result: Result<ByteBuffer, ErrorCode>) {
            let told = done
            done = nil
            told?(result)
        }
    }

    /// A request that is under way to another broker.
    private struct Try {
        let ask: Ask
        let endpoint: Endpoint
    }

    private func attempt(_ ask: Ask) {
        guard !ask.isOver else { return }
        guard clock.now < ask.deadline else { return ask.end(.failure(.requestTimedOut)) }
        switch locate() {
        case .unknown: again(ask)
        case .here: attemptHere(ask)
        case .at(let endpoint): attempt(ask, at: endpoint)
        }
    }

    private func again(_ ask: Ask) { clock.schedule(after: retryDelay) { [self] in attempt(ask) } }

    private func attempt(_ ask: Ask, at endpoint: Endpoint) {
        var envelope = EnvelopeRequest()
        envelope.requestData = ask.frame
        let timeout = min(tryTimeout, max(1, ask.deadline - clock.now))
        lastTry += 1
        let number = lastTry
        tries[number] = Try(ask: ask, endpoint: endpoint)
        peers.send(envelope, version: 0, to: endpoint, lane: ask.lane, timeout: timeout) { [self] result in
            let isLatest = tries.removeValue(forKey: number) != nil
            if case .failure(.unreachable) = result { refusing = endpoint } else { refusing = nil }
            switch result {
            case .success(let response) where response.errorCode != .notController:
                let answer = response.errorCode == .none ? response.responseData : nil
                ask.end(answer.map { .success($0) } ?? .failure(response.errorCode))
            case .success, .failure: if isLatest { again(ask) }
            }
        }
    }

    private func attemptHere(_ ask: Ask) {
        // Decisions wait for the quorum to commit, which may be for ever.
        let timer = clock.schedule(after: ask.deadline - clock.now) { ask.end(.failure(.requestTimedOut)) }
        let outcome = router.route(
            ask.frame, from: ask.client.host,
            respond: { [self] answer in
                timer.cancel()
                guard var answer else { return again(ask) }
                answer.moveReaderIndex(forwardBy: 4)
                ask.end(.success(answer))
            },
            close: {
                timer.cancel()
                ask.end(.failure(.unknownServerError))
            })
        guard case .refused = outcome else { return }
        timer.cancel()
        ask.end(.failure(.invalidRequest))
    }
}
