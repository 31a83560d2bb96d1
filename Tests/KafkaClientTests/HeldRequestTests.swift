import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import KafkaClient

/// One request that a broker holds back must not fail the others.
@Suite struct HeldRequestTests {
    init() async { await calm() }

    /// A broker that answers requests one after the other and holds one API back until it is told to go on.
    private final class HoldingBroker: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        let state: State

        final class State: Sendable {
            struct Connections: Sendable {
                var address = BrokerAddress(host: "127.0.0.1", port: 0)
                var held: Set<APIKey> = [.describeQuorum]
                /// Answered byte by byte, each so long after the one before; after so many bytes nothing more comes.
                var trickle: (pause: TimeAmount, bytes: Int)?
                var waiting: [ObjectIdentifier: [ByteBuffer]] = [:]
                var channels: [ObjectIdentifier: any Channel] = [:]
                var count = 0
            }

            let connections = Mutex(Connections())
        }

        init(_ state: State) { self.state = state }

        func channelActive(context: ChannelHandlerContext) { state.connections.withLock { $0.count += 1 } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            let key = ObjectIdentifier(context.channel)
            let api = APIKey(rawValue: frame.getInteger(at: frame.readerIndex, as: Int16.self) ?? -1)
            let (place, slow) = state.connections.withLock { ($0.address, $0.trickle) }
            if api == .describeQuorum, let slow, let answer = Self.answer(frame, place) {
                let part = answer.getSlice(at: answer.readerIndex, length: min(slow.bytes, answer.readableBytes))
                return HeldRequestTests.trickle(part ?? answer, slow.pause, context.channel)
            }
            let address = state.connections.withLock { connections -> BrokerAddress? in
                connections.channels[key] = context.channel
                guard !connections.held.contains(api), connections.waiting[key] == nil else {
                    connections.waiting[key, default: []].append(frame)
                    return nil
                }
                return connections.address
            }
            guard let address, let answer = Self.answer(frame, address) else { return }
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }

        /// Answers what was held back, in order.
        static func release(_ state: State) {
            let (address, waiting, channels) = state.connections.withLock { connections in
                defer { connections.waiting = [:] }
                return (connections.address, connections.waiting, connections.channels)
            }
            for (key, frames) in waiting {
                for answer in frames.compactMap({ Self.answer($0, address) }) {
                    channels[key]?.writeAndFlush(answer, promise: nil)
                }
            }
        }

        private static func answer(_ frame: ByteBuffer, _ address: BrokerAddress) -> ByteBuffer? {
            let begin = frame.readerIndex
            guard let api = frame.getInteger(at: begin, as: Int16.self),
                let version = frame.getInteger(at: begin + 2, as: Int16.self),
                let id = frame.getInteger(at: begin + 4, as: Int32.self)
            else { return nil }
            switch APIKey(rawValue: api) {
            case .apiVersions:
                var answer = ApiVersionsResponse()
                answer.apiKeys = [APIKey.apiVersions, .metadata, .describeQuorum].map { api in
                    var entry = ApiVersionsResponse.API()
                    entry.key = api.rawValue
                    entry.maxVersion = APITable.entries[api]?.request.versions.upperBound ?? 0
                    return entry
                }
                return try? Frame.response(
                    answer, to: ApiVersionsRequest.self, version: version, correlationID: id)
            case .metadata:
                var answer = MetadataResponse()
                var broker = MetadataResponse.Broker()
                broker.nodeID = 1
                broker.host = address.host
                broker.port = Int32(address.port)
                answer.brokers = [broker]
                answer.controllerID = 1
                return try? Frame.response(answer, to: MetadataRequest.self, version: version, correlationID: id)
            default:
                return try? Frame.response(
                    DescribeQuorumResponse(), to: DescribeQuorumRequest.self, version: version, correlationID: id)
            }
        }
    }

    /// Sends bytes one by one.
    private static func trickle(_ bytes: ByteBuffer, _ pause: TimeAmount, _ channel: any Channel) {
        for (index, byte) in bytes.readableBytesView.enumerated() {
            channel.eventLoop.scheduleTask(in: pause * index) {
                channel.writeAndFlush(ByteBuffer(bytes: [byte]), promise: nil)
            }
        }
    }

    /// Asks a broker that answers DescribeQuorum byte by byte.
    private func trickling(
        _ pause: TimeAmount, _ bytes: Int = .max, patience: Duration, timeout: Duration = .milliseconds(400)
    ) async throws -> (took: Duration, isOpen: Bool, error: ClientError?) {
        let (server, state) = try await broker()
        state.connections.withLock { $0.trickle = (pause, bytes) }
        var configuration = ClientConfiguration(bootstrap: state.connections.withLock { [$0.address] })
        configuration.arrivalTimeout = patience
        let client = KafkaClient(configuration)
        let connection = try await client.cluster.connection(to: .any)
        let began = ContinuousClock.now
        var failure: ClientError?
        do {
            _ = try await connection.send(DescribeQuorumRequest(), timeout: timeout)
        } catch {
            failure = ClientError(error)
        }
        let result = (.now - began, connection.isOpen, failure)
        await client.close()
        try await server.close()
        return result
    }

    /// Over a slow line a large answer takes longer than a request may: asked for anew it would never be whole.
    @Test func anAnswerThatIsComingInIsWaitedFor() async throws {
        let slow = try await trickling(.milliseconds(60), patience: .seconds(60))
        #expect(slow.error == nil && slow.isOpen && slow.took > .milliseconds(400), "\(slow)")
    }

    @Test func itIsWaitedForNoLongerThanIsSaid() async throws {
        let endless = try await trickling(.milliseconds(300), patience: .milliseconds(400))
        #expect(endless.error.map { if case .timedOut = $0 { true } else { false } } == true, "\(endless)")
        #expect(endless.took >= .milliseconds(800) && endless.took < .seconds(20) + ClientLimits.look, "\(endless)")
        let none = try await trickling(.milliseconds(100), patience: .zero)
        #expect(none.error != nil && none.took < .seconds(20), "\(none)")
    }

    /// Who is asked beside an answer that fills the line is no broker that is silent.
    @Test func whatIsAskedOfAnotherBrokerWaitsBehindIt() async throws {
        let (first, slow) = try await broker()
        let (second, held) = try await broker()
        slow.connections.withLock { $0.trickle = (.milliseconds(60), .max) }
        var configuration = ClientConfiguration(bootstrap: slow.connections.withLock { [$0.address] })
        configuration.arrivalTimeout = .seconds(60)
        let client = KafkaClient(configuration)
        let filling = try await client.cluster.connection(slow.connections.withLock { $0.address })
        let other = try await client.cluster.connection(held.connections.withLock { $0.address })
        async let large = filling.send(DescribeQuorumRequest(), timeout: .milliseconds(50))
        try await poll("a part of the large answer came") { filling.isLineBusy ? true : nil }
        async let small = other.send(DescribeQuorumRequest(), timeout: .milliseconds(100))
        try await poll("the small one is asked for") {
            held.connections.withLock { $0.waiting.isEmpty ? nil : true }
        }
        let asked = ContinuousClock.now
        try await poll("its time is up") { .now - asked > .milliseconds(200) ? true : nil }
        HoldingBroker.release(held)
        _ = try await small
        _ = try await large
        #expect(filling.isOpen && other.isOpen)
        try await poll("the line is free") { filling.isLineBusy ? nil : true }
        await client.close()
        try await first.close()
        try await second.close()
    }

    @Test func anAnswerThatStopsOnItsWayIsGivenUp() async throws {
        let stopped = try await trickling(.milliseconds(10), 6, patience: .seconds(600))
        #expect(stopped.error.map { if case .timedOut = $0 { true } else { false } } == true, "\(stopped)")
        #expect(stopped.took >= ClientLimits.pause, "\(stopped)")
    }

    /// Whoever looks for a broker meanwhile lets the connections be closed one after the other, and ends.
    @Test(.timeLimit(.minutes(2))) func closingEndsTheSearchForOneThatAnswers() async throws {
        try await withBroker { client, state in
            let address = state.connections.withLock { $0.address }
            for lane in 0..<16 { _ = try await client.cluster.connection(address, lane: lane) }
            let calls = (0..<4).map { _ in
                Task { while true { _ = try await client.cluster.connection(to: .any) } }
            }
            await client.close()
            for call in calls { await #expect(throws: ClientError.closed) { try await call.value } }
        }
    }

    private func withBroker(_ body: (KafkaClient, HoldingBroker.State) async throws -> Void) async throws {
        let (server, state) = try await broker()
        try await with(state.connections.withLock { [$0.address] }) { try await body($0, state) }
        try await server.close()
    }

    private func broker() async throws -> (any Channel, HoldingBroker.State) {
        let state = HoldingBroker.State()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(FrameDecoder(), maximumBufferSize: 1 << 20), HoldingBroker(state),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let address = BrokerAddress(host: "127.0.0.1", port: server.localAddress?.port ?? 0)
        state.connections.withLock { $0.address = address }
        return (server, state)
    }

    private func with(_ bootstrap: [BrokerAddress], _ body: (KafkaClient) async throws -> Void) async throws {
        var configuration = ClientConfiguration(bootstrap: bootstrap)
        configuration.requestTimeout = .seconds(60)
        let client = KafkaClient(configuration)
        do {
            try await body(client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    /// A broker that was stopped a moment ago looks like one that is up: nobody waits for it longer than `patience`.
    @Test func whatAnyBrokerCanAnswerIsAskedOfAnotherWhenOneIsSilent() async throws {
        let (first, silent) = try await broker()
        let (second, answering) = try await broker()
        silent.connections.withLock { $0.held = [.metadata] }
        let addresses = [silent, answering].map { state in state.connections.withLock { $0.address } }
        try await with(addresses) { client in
            let began = ContinuousClock.now
            let told = try await client.describeCluster(timeout: .seconds(30))
            #expect(told.brokers.map(\.port) == [Int32(addresses[1].port)])
            #expect(.now - began >= ClientLimits.patience)
            #expect(silent.connections.withLock { !$0.waiting.isEmpty })
        }
        try await first.close()
        try await second.close()
    }

    @Test func whatTheControllerHoldsBackHoldsNothingElse() async throws {
        try await withBroker { client, _ in
            let held = Task { try await client.describeQuorum(timeout: .seconds(30)) }
            for _ in 0..<5 { _ = try await client.describeCluster(timeout: .seconds(20)) }
            held.cancel()
        }
    }

    @Test func aRequestWhoseTimeIsUpFailsAlone() async throws {
        try await withBroker { client, state in
            let connection = try await client.cluster.connection(to: .any)
            let first = await #expect(throws: ClientError.self) {
                try await connection.send(DescribeQuorumRequest(), timeout: .milliseconds(50))
            }
            #expect(first == .timedOut("DescribeQuorum at \(connection.address)"))
            #expect(connection.isOpen && connection.silenceDuration >= .milliseconds(50))
            async let second = connection.send(MetadataRequest(), timeout: .seconds(30))
            // It waits behind the held one, whose late answer nobody misses.
            try await poll("both requests arrive") {
                state.connections.withLock { $0.waiting.values.contains { $0.count == 2 } ? true : nil }
            }
            HoldingBroker.release(state)
            #expect(try await second.controllerID == 1)
            #expect(connection.isOpen && connection.silenceDuration == .zero)
            #expect(state.connections.withLock { $0.count } == 1)
        }
    }

    /// Requests that were given up while the broker had not been silent for long take all places in flight; who waits
    /// behind them is never sent, and must not leave the connection to the next.
    @Test func whoWaitsBehindRequestsThatWereGivenUpBreaksASilentConnection() async throws {
        try await withBroker { client, state in
            let connection = try await client.cluster.connection(to: .any)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<ClientLimits.inFlight {
                    group.addTask {
                        await #expect(throws: ClientError.self) {
                            try await connection.send(DescribeQuorumRequest(), timeout: .milliseconds(50))
                        }
                    }
                }
            }
            await #expect(throws: ClientError.self) {
                try await connection.send(MetadataRequest(), timeout: .milliseconds(400))
            }
            try await poll("the connection is given up") { connection.isOpen ? nil : true }
            _ = try await client.describeCluster(timeout: .seconds(20))
            #expect(state.connections.withLock { $0.count } == 2)
        }
    }
}
