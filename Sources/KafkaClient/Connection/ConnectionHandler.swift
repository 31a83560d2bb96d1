import KafkaProtocol
import NIOCore

/// A request on its way into a connection.
struct OutgoingRequest: Sendable {
    /// Makes the frame once the correlation id is known.
    var frame: @Sendable (Int32) throws -> ByteBuffer
    /// Succeeds with the answer after its correlation id; at once for a request that has no answer.
    var answer: EventLoopPromise<ByteBuffer>
    var expectsAnswer: Bool
    /// Counted from when the request is accepted.
    var timeout: TimeAmount
    /// How long it is waited for after that while answers are coming in.
    var grace = TimeAmount.zero
    /// For messages to people.
    var name: String
}

/// Carries `RequestQueue` out on a channel. A request whose time is up fails alone while answers come: the calls of a
/// connection have deadlines of their own, and one that was nearly over must not fail the others. When nothing comes, it
/// breaks the connection, as in Kafka's clients: what would come later could only arrive late as well.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = OutgoingRequest
    typealias OutboundOut = ByteBuffer

    private final class Entry {
        let request: OutgoingRequest
        var timeout: Scheduled<Void>?
        let latest: NIODeadline

        init(request: OutgoingRequest) {
            self.request = request
            latest = .now() + request.timeout + request.grace
        }
    }

    private let address: BrokerAddress
    private let silence: Silence
    private var queue = RequestQueue<Entry>()
    private var failure: ClientError?

    init(address: BrokerAddress, silence: Silence) {
        self.address = address
        self.silence = silence
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = unwrapOutboundIn(data)
        promise?.succeed()
        if let failure { return request.answer.fail(failure) }
        let entry = Entry(request: request)
        guard let ticket = queue.enqueue(entry) else { return request.answer.fail(ClientError.overloaded) }
        wait(entry, ticket, for: request.timeout, context)
        sendWaiting(context)
    }

    private func wait(_ entry: Entry, _ ticket: Int, for time: TimeAmount, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((handler: self, context: context, entry: entry), eventLoop: context.eventLoop)
        entry.timeout = context.eventLoop.scheduleTask(in: time) {
            let (handler, context, entry) = bound.value
            if handler.silence.isLineBusy, .now() < entry.latest {
                handler.wait(entry, ticket, for: TimeAmount(ClientLimits.look), context)
            } else {
                handler.timeIsUp(ticket, context)
            }
        }
    }

    private func timeIsUp(_ ticket: Int, _ context: ChannelHandlerContext) {
        guard let entry = queue.abandon(ticket) else { return }
        finish(entry, .failure(late(entry)))
        // One that was never sent too: it waited behind requests that take all places in flight, perhaps given up before
        // the broker counted as silent, and nobody else would ever find that out.
        if silence.duration >= ClientLimits.silence { fail(late(entry), context) }
    }

    private func late(_ entry: Entry) -> ClientError { .timedOut("\(entry.request.name) at \(address)") }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var frame = unwrapInboundIn(data)
        let answered = frame.readInteger(as: Int32.self).map { queue.answered($0) } ?? .nothing
        // Before whoever waits hears of it, and asks how silent the broker is.
        if queue.isAnswerOwed { silence.begin() } else { silence.end() }
        switch answered {
        case .request(let entry): finish(entry, .success(frame))
        case .abandoned: break
        case .nothing: return fail(.malformed("answer to nothing"), context)
        }
        sendWaiting(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.disconnected("\(address): connection closed by the broker"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let lost = error is ChannelError || error is IOError
        fail(lost ? .disconnected("\(address): \(ConnectFailure(error).reason)") : ClientError(error), context)
    }

    private func sendWaiting(_ context: ChannelHandlerContext) {
        var wrote = false
        while let (id, entry) = queue.next(expectsAnswer: { $0.request.expectsAnswer }) {
            do {
                let frame = try entry.request.frame(id)
                context.write(wrapOutboundOut(frame), promise: nil)
                wrote = true
                if !entry.request.expectsAnswer { finish(entry, .success(ByteBuffer())) }
            } catch {
                _ = queue.answered(id)
                finish(entry, .failure(ClientError(error)))
            }
        }
        if queue.isAnswerOwed { silence.beginUnlessBegun() }
        if wrote { context.flush() }
    }

    private func finish(_ entry: Entry, _ result: Result<ByteBuffer, ClientError>) {
        entry.timeout?.cancel()
        switch result {
        case .success(let bytes): entry.request.answer.succeed(bytes)
        case .failure(let error): entry.request.answer.fail(error)
        }
    }

    private func fail(_ error: ClientError, _ context: ChannelHandlerContext) {
        finish(error)
        context.close(promise: nil)
    }

    private func finish(_ error: ClientError) {
        if failure == nil { failure = error }
        silence.end()
        for entry in queue.drain() {
            // Each is told by its own name.
            if case .timedOut = error { finish(entry, .failure(late(entry))) } else { finish(entry, .failure(error)) }
        }
    }
}
