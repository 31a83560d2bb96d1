import KafkaProtocol
import NIOCore

/// One client connection: frames in, answers out in the order of the requests.
///
/// Requests are started in order and may overlap, answers wait for those before them. Reading pauses while too much is
/// in flight or unsent (see `Limits`).
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A request's place in the order of answers.
    private final class Slot {
        let bytes: Int
        var done = false
        var answer: ByteBuffer?
        init(bytes: Int) { self.bytes = bytes }
    }

    private let router: RequestRouter
    private let log: NodeLog
    private let mostBytesInFlight: Int
    private var accumulator: FrameAccumulator
    private var slots: [Slot] = []
    private var bytesInFlight = 0
    private var context: ChannelHandlerContext?
    private var host = ""
    private var reading = false
    private var paused = false
    /// Until when the client is left alone because it used too much.
    private var mutedUntil = NIODeadline.uptimeNanoseconds(0)

    init(router: RequestRouter, log: NodeLog, settings: BrokerServer.Settings) {
        self.router = router
        self.log = log
        mostBytesInFlight = settings.requestBytesInFlight
        accumulator = FrameAccumulator(maxFrame: settings.requestBytes)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        host = "/" + (context.channel.remoteAddress?.ipAddress ?? "unknown")
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        slots.removeAll()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        accumulator.add(unwrapInboundIn(data))
        reading = true
        handleFrames()
        reading = false
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        sendReady(flush: true)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resumeIfPossible()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent, slots.isEmpty { context.close(promise: nil) }
    }

    private func handleFrames() {
        do {
            while context != nil, !mustPause, let frame = try accumulator.next() { handle(frame) }
        } catch {
            return refuse("\(error)")
        }
        accumulator.settle()
        if mustPause { pause() }
    }

    private func handle(_ frame: ByteBuffer) {
        let slot = Slot(bytes: frame.readableBytes)
        slots.append(slot)
        bytesInFlight += slot.bytes
        let outcome = router.route(
            frame, from: host,
            respond: { [weak self] answer in self?.finish(slot, answer) },
            close: { [weak self] in self?.context?.close(promise: nil) }, mute: { [weak self] in self?.mute($0) })
        if case .refused(let reason) = outcome { refuse(reason) }
    }

    /// Reads nothing more for so many milliseconds; answers to what was read before leave as they are ready.
    private func mute(_ milliseconds: Int64) {
        guard let context, milliseconds > 0 else { return }
        let end = NIODeadline.now() + .milliseconds(milliseconds)
        guard end > mutedUntil else { return }
        mutedUntil = end
        pause()
        context.eventLoop.assumeIsolated().scheduleTask(deadline: end) { [weak self] in self?.resumeIfPossible() }
    }

    private func refuse(_ reason: String) {
        guard let context else { return }
        log.warn("closing the connection of \(host): \(reason)")
        context.close(promise: nil)
    }

    private func finish(_ slot: Slot, _ answer: ByteBuffer?) {
        guard !slot.done else { return }
        slot.done = true
        slot.answer = answer
        sendReady(flush: !reading)
    }

    private func sendReady(flush: Bool) {
        guard let context else { return }
        var sent = 0
        while sent < slots.count, slots[sent].done {
            bytesInFlight -= slots[sent].bytes
            if let answer = slots[sent].answer { context.write(wrapOutboundOut(answer), promise: nil) }
            sent += 1
        }
        if sent > 0 { slots.removeFirst(sent) }
        if flush { context.flush() }
        if sent > 0 { resumeIfPossible() }
    }

    private var mustPause: Bool {
        slots.count >= Limits.requestsInFlight || bytesInFlight >= mostBytesInFlight
            || context?.channel.isWritable == false || mutedUntil > .now()
    }

    private func pause() {
        guard !paused, let context else { return }
        paused = true
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
    }

    private func resumeIfPossible() {
        guard paused, !mustPause, let context else { return }
        paused = false
        // What is already here comes first; it may fill the limits again.
        handleFrames()
        if !paused { try? context.channel.syncOptions?.setOption(.autoRead, value: true) }
    }
}
