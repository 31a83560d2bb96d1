import KafkaProtocol
import NIOCore
import NIOPosix

/// The listening socket and its connections, all on the broker's one loop.
package final class BrokerServer {
    let router: RequestRouter
    private let log: NodeLog
    private let loop: any EventLoop
    private let settings: Settings
    /// Until the node has made them nobody is refused: it is there before anybody can know the port.
    package var limits: ConnectionLimits?
    private var listeners: [any Channel] = []

    /// What holds for every connection.
    package struct Settings: Sendable {
        /// `connections.max.idle.ms`: a connection ends after so long without a byte; none does below 1.
        package var idleMs: Int64 = 600_000
        /// `socket.request.max.bytes`
        package var requestBytes = Limits.frameBytes
        /// Bytes of requests under way and of answers not taken beyond which a connection is read no further.
        var requestBytesInFlight = Limits.requestBytesInFlight
        var unsentBytes = Limits.unsentBytes

        package init() {}
    }

    package init(router: RequestRouter, log: NodeLog, loop: any EventLoop, settings: Settings = Settings()) {
        self.router = router
        self.log = log
        self.loop = loop
        self.settings = settings
    }

    /// Binds and starts to accept for `server`; gives the bound port. Throws what the system says, such as "address
    /// already in use".
    package static func bind(_ server: NIOLoopBound<BrokerServer>, host: String, port: Int) async throws -> Int {
        let channel = try await ServerBootstrap(group: server.eventLoop)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: Limits.receiveBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try server.value.accept(channel) }
            }
            .bind(host: host, port: port).get()
        server.execute { $0.listeners.append(channel) }
        return channel.localAddress?.port ?? port
    }

    /// Closes the listening sockets; open connections end with the process.
    package func stop() { for listener in listeners { listener.close(promise: nil) } }

    private func accept(_ channel: any Channel) throws {
        let address = channel.remoteAddress?.ipAddress ?? "unknown"
        switch limits?.opened(from: address) ?? .keep {
        case .close(let reason):
            log.warn("refusing a connection: \(reason)")
            throw ChannelError.operationUnsupported
        case .closeAfter(let delay):
            try channel.syncOptions?.setOption(.autoRead, value: false)
            channel.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(delay)) { channel.close(promise: nil) }
            channel.closeFuture.assumeIsolated().whenComplete { [weak self] _ in self?.limits?.closed(from: address) }
        case .keep:
            let handler = ConnectionHandler(router: router, log: log, settings: settings)
            channel.closeFuture.assumeIsolated().whenComplete { [weak self] _ in self?.limits?.closed(from: address) }
            try channel.syncOptions?.setOption(
                .writeBufferWaterMark, value: .init(low: settings.unsentBytes / 2, high: settings.unsentBytes))
            let pipeline = channel.pipeline.syncOperations
            if settings.idleMs > 0 {
                try pipeline.addHandler(IdleStateHandler(allTimeout: .milliseconds(settings.idleMs)))
            }
            try pipeline.addHandler(handler)
        }
    }
}

extension NIOLoopBound where Value: AnyObject {
    /// Runs `body` on the loop with the value.
    func execute(_ body: @escaping @Sendable (Value) -> Void) {
        let bound = self
        eventLoop.execute { body(bound.value) }
    }
}
