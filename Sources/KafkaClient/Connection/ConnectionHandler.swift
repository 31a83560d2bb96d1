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
    /// For messages to people.
    var name: String
}

/// Carries `RequestQueue` out on a channel. An unanswered request breaks the connection, as in Kafka's clients: what
/// would come later could only arrive late as well.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = OutgoingRequest
    typealias OutboundOut = ByteBuffer

    private struct Entry {
        var request: OutgoingRequest
        var timeout: Scheduled<Void>?
    }

    private let address: BrokerAddress
    private var queue = RequestQueue<Entry>()
    private var failure: ClientError?

    init(address: BrokerAddress) { self.address = address }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = unwrapOutboundIn(data)
        promise?.succeed()
        if let failure { return request.answer.fail(failure) }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let timer = context.eventLoop.scheduleTask(in: request.timeout) {
            let (handler, context) = bound.value
            handler.fail(.timedOut("\(request.name) at \(handler.address)"), context)
        }
        guard queue.enqueue(Entry(request: request, timeout: timer)) else {
            timer.cancel()
            return request.answer.fail(ClientError.overloaded)
        }
        sendWaiting(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var frame = unwrapInboundIn(data)
        guard let id = frame.readInteger(as: Int32.self), let entry = queue.answered(id) else {
            return fail(.malformed("answer to nothing"), context)
        }
        entry.timeout?.cancel()
        entry.request.answer.succeed(frame)
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
        for entry in queue.drain() { finish(entry, .failure(error)) }
    }
}
