import DequeModule
import KafkaProtocol
import NIOCore
import NIOPosix

/// One outgoing connection: requests leave in order, answers are matched by correlation id. Dead after its first
/// failure; `LoopPeers` then makes another.
final class PeerConnection {
    private struct Pending {
        let correlationID: Int32
        let timer: Scheduled
        let done: (Result<ByteBuffer, PeerError>) -> Void
    }

    private let loop: any EventLoop
    private let clock: any Clock
    private var channel: (any Channel)?
    private var unsent: [ByteBuffer] = []
    private var pending: Deque<Pending> = []
    private var nextCorrelationID: Int32 = 0
    private(set) var isClosed = false

    init(endpoint: Endpoint, loop: any EventLoop, clock: any Clock) {
        self.loop = loop
        self.clock = clock
        connect(endpoint)
    }

    func send(
        timeout: Int64, encode: (Int32) throws -> ByteBuffer,
        done: @escaping (Result<ByteBuffer, PeerError>) -> Void
    ) {
        guard !isClosed, pending.count < Limits.peerRequests else { return done(.failure(.disconnected)) }
        nextCorrelationID &+= 1
        let id = nextCorrelationID
        guard let frame = try? encode(id) else { return done(.failure(.unreadable)) }
        // A late answer would be mistaken for the next one's, so a timeout ends the connection.
        let timer = clock.schedule(after: timeout) { [weak self] in self?.fail(.timedOut) }
        pending.append(Pending(correlationID: id, timer: timer, done: done))
        if let channel { channel.writeAndFlush(frame, promise: nil) } else { unsent.append(frame) }
    }

    func close() { fail(.disconnected) }

    private func connect(_ endpoint: Endpoint) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(3))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PeerHandler(connection: bound.value))
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
            .assumeIsolated()
            .whenComplete { [self] result in
                switch result {
                case .success(let channel): connected(channel)
                case .failure(let error): fail(.unreachable("\(error)"))
                }
            }
    }

    private func connected(_ channel: any Channel) {
        guard !isClosed else { return channel.close(promise: nil) }
        self.channel = channel
        for frame in unsent { channel.write(frame, promise: nil) }
        unsent.removeAll()
        channel.flush()
    }

    fileprivate func received(_ frame: ByteBuffer) {
        var buffer = frame
        guard let id = buffer.readInteger(as: Int32.self), let first = pending.popFirst(), first.correlationID == id
        else { return fail(.unreadable) }
        first.timer.cancel()
        first.done(.success(buffer))
    }

    fileprivate func fail(_ error: PeerError) {
        guard !isClosed else { return }
        isClosed = true
        channel?.close(promise: nil)
        channel = nil
        unsent.removeAll()
        let waiting = pending
        pending.removeAll()
        for request in waiting {
            request.timer.cancel()
            request.done(.failure(error))
        }
    }
}

/// Cuts a peer's bytes into answers.
private final class PeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let connection: PeerConnection
    private var accumulator = FrameAccumulator(maxFrame: Limits.frameBytes)

    init(connection: PeerConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        accumulator.add(unwrapInboundIn(data))
        do {
            while let frame = try accumulator.next() { connection.received(frame) }
        } catch {
            return connection.fail(.unreadable)
        }
        accumulator.settle()
    }

    func channelInactive(context: ChannelHandlerContext) { connection.fail(.disconnected) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.fail(.unreachable("\(error)"))
    }
}
