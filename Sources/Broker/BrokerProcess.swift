import Glibc
import KafkaProtocol
import LogStorage
import NIOCore
import NIOPosix
import Properties

/// A broker as a process: sockets, signals and the machine's own clock and disk around a `BrokerNode`.
package enum BrokerProcess {
    /// Why the process ends.
    private enum Ending: Sendable {
        /// SIGTERM and the like: leadership is handed over first.
        case signal(Int32)
        /// Whoever holds the other end of standard input is gone.
        case lifelineCut
        case halted(String)
    }

    /// How long an orderly stop may take (milliseconds) before the process ends all the same.
    private static let stopTimeout: Int64 = 3_000

    /// Runs until told to stop; returns the exit code.
    ///
    /// - Parameter lifeline: end when standard input does, so that no broker outlives a dashboard that was killed.
    /// - Throws: what makes a start impossible: `PropertiesError`, `ConfigError`, a port that is taken, a directory in use.
    package static func run(properties: Properties, lifeline: Bool) async throws -> Int32 {
        let config = try BrokerConfig(properties)
        let log = NodeLog(nodeID: config.nodeID)
        for warning in config.warnings { log.warn("\(warning)") }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let (endings, ended) = AsyncStream.makeStream(of: Ending.self, bufferingPolicy: .bufferingNewest(8))
        DescriptorWatch.startStopSignals { ended.yield(.signal($0)) }
        if lifeline { watchLifeline(ended) }
        let running = try await start(config, log: log, loop: loop, ended)
        for await ending in endings {
            switch ending {
            case .signal(let number):
                log.info("signal \(number): stopping")
                await stop(running, on: loop)
                return 0
            case .lifelineCut:
                log.info("the program that started this broker is gone: stopping")
                await stop(running, on: loop)
                return 0
            case .halted(let reason):
                log.error("ending: \(reason)")
                return 1
            }
        }
        return 1
    }

    /// The parts that must live as long as the process.
    private final class Running {
        let node: BrokerNode
        let server: BrokerServer

        init(node: BrokerNode, server: BrokerServer) {
            self.node = node
            self.server = server
        }
    }

    private static func start(
        _ config: BrokerConfig, log: NodeLog, loop: any EventLoop, _ ended: AsyncStream<Ending>.Continuation
    ) async throws -> NIOLoopBound<Running> {
        // Bound before anything is opened: a port that is taken must not touch the data. Until the node has put its
        // handlers on the router, connections are closed and come again.
        var settings = BrokerServer.Settings()
        settings.idleMs = try config.int("connections.max.idle.ms", settings.idleMs, atLeast: .min)
        settings.requestBytes = Int(
            try config.int("socket.request.max.bytes", Int64(settings.requestBytes), atLeast: 1))
        let connections = settings
        let server = try await loop.submit {
            NIOLoopBound(
                BrokerServer(router: RequestRouter(), log: log, loop: loop, settings: connections), eventLoop: loop)
        }.get()
        let port = try await bind(server, config.listeners[0])
        for other in config.listeners.dropFirst() { _ = try await bind(server, other) }
        var advertised = config.advertised
        if advertised.port == 0 { advertised.port = port }
        let endpoint = advertised
        return try await loop.submit {
            let clock = LoopClock(loop: loop)
            let peers = LoopPeers(loop: loop, clock: clock, clientID: "broker-\(config.nodeID)")
            let environment = BrokerEnvironment(
                disk: SystemDisk(), clock: clock, peers: peers, background: PoolBackground(loop: loop, threads: 2),
                quorumBackground: PoolBackground(loop: loop, threads: 1), random: SystemRandomNumberGenerator())
            let node = try BrokerNode(
                config: config, advertised: endpoint, router: server.value.router, environment: environment, log: log,
                onHalt: { ended.yield(.halted($0)) })
            log.info("listening on \(config.listeners[0].host):\(port), advertised as \(endpoint)")
            for other in config.listeners.dropFirst() { log.info("listening on \(other) too") }
            server.value.limits = node.connectionLimits
            node.start()
            MemoryKeeper.start(on: loop)
            return NIOLoopBound(Running(node: node, server: server.value), eventLoop: loop)
        }.get()
    }

    /// Listens; the port it got.
    private static func bind(_ server: NIOLoopBound<BrokerServer>, _ listener: Endpoint) async throws -> Int {
        do {
            return try await BrokerServer.bind(server, host: listener.host, port: listener.port)
        } catch let error as IOError {
            throw ConfigError(
                "cannot listen on \(listener): \(String(cString: strerror(error.errnoCode))); free the port or name "
                    + "another one in listeners")
        }
    }

    private static func stop(_ running: NIOLoopBound<Running>, on loop: any EventLoop) async {
        let promise = loop.makePromise(of: Void.self)
        running.execute { running in
            running.node.stop(timeout: stopTimeout) {
                running.server.stop()
                promise.succeed()
            }
        }
        try? await promise.futureResult.get()
    }

    private static func watchLifeline(_ ended: AsyncStream<Ending>.Continuation) {
        DescriptorWatch.start(STDIN_FILENO) { byte in if byte == nil { ended.yield(.lifelineCut) } }
    }
}
