import KafkaProtocol
import NIOCore
import NIOPosix

/// The listening socket and its connections, all on the broker's one loop.
package final class BrokerServer {
    let router: RequestRouter
    private let log: NodeLog
    private let loop: any EventLoop
    private let idle: TimeAmount
    private var listener: (any Channel)?
    private var connections = 0

    /// `idle` milliseconds without a byte end a connection (Kafka's `connections.max.idle.ms`).
    package init(router: RequestRouter, log: NodeLog, loop: any EventLoop, idle: Int64 = 600_000) {
        self.router = router
        self.log = log
        self.loop = loop
        self.idle = .milliseconds(idle)
    }

    /// Binds and starts to accept for `server`; gives the bound port. Throws what the system says, such as "address
    /// already in use".
    package static func bind(_ server: NIOLoopBound<BrokerServer>, host: String, port: Int) async throws -> Int {
        let channel = try await ServerBootstrap(group: server.eventLoop)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: Limits.unsentBytes / 2, high: Limits.unsentBytes)
            )
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: Limits.receiveBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try server.value.accept(channel) }
            }
            .bind(host: host, port: port).get()
        server.execute { $0.listener = channel }
        return channel.localAddress?.port ?? port
    }

    /// Closes the listening socket; open connections end with the process.
    package func stop() { listener?.close(promise: nil) }

    private func accept(_ channel: any Channel) throws {
        guard connections < Limits.connections else {
            log.warn("refusing a connection: \(connections) are open")
            throw ChannelError.operationUnsupported
        }
        connections += 1
        let handler = ConnectionHandler(router: router, log: log) { [weak self] in self?.connections -= 1 }
        try channel.pipeline.syncOperations.addHandlers([
            IdleStateHandler(allTimeout: idle), handler,
        ])
    }
}

extension NIOLoopBound where Value: AnyObject {
    /// Runs `body` on the loop with the value.
    func execute(_ body: @escaping @Sendable (Value) -> Void) {
        let bound = self
        eventLoop.execute { body(bound.value) }
    }
}
