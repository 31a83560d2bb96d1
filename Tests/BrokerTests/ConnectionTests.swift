import ClusterMetadata
import Glibc
import KafkaProtocol
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Broker

/// Connections as sockets: the order of answers, and when one ends.
@Suite struct ConnectionTests {
    @Test func answersKeepTheOrderOfTheRequests() async throws {
        try await Server.with { server in
            let client = try RawClient(port: server.port)
            // The first is answered late, those behind it at once.
            try client.send(MetadataRequest(), 9, 1)
            try client.send(ApiVersionsRequest(), 3, 2)
            try client.send(ApiVersionsRequest(), 0, 3)
            for id in 1...3 as ClosedRange<Int32> { #expect(try client.receive() == id) }
        }
    }

    @Test func aRequestThatIsTooLargeEndsTheConnection() async throws {
        var settings = BrokerServer.Settings()
        settings.requestBytes = 1_000
        try await Server.with(settings) { server in
            let client = try RawClient(port: server.port)
            try client.send(ApiVersionsRequest(), 3, 1)
            #expect(try client.receive() == 1)
            try client.send(ByteBuffer(integer: Int32(1_001)))
            #expect(try client.receive() == nil)
            let other = try RawClient(port: server.port)
            try other.send(ByteBuffer(integer: Int32(-1)))
            #expect(try other.receive() == nil)
        }
    }

    /// A client that was configured for TLS, or a browser: the log says what they speak, where a size would tell nothing.
    @Test func whoSpeaksAnotherProtocolIsToldInTheLog() throws {
        func said(_ bytes: [UInt8]) -> String {
            var accumulator = FrameAccumulator(maxFrame: Limits.frameBytes)
            accumulator.add(ByteBuffer(bytes: bytes))
            do { return "\(try accumulator.next() as Any)" } catch { return "\(error)" }
        }
        #expect(said([0x16, 3, 1, 2, 0, 1]).contains("TLS, and this listener is PLAINTEXT"))
        #expect(said(Array("GET / HTTP/1.1".utf8)).contains("HTTP, not Kafka's"))
        #expect(said([0x7f, 0, 0, 0]) == "a request of 2130706432 bytes")
    }

    /// Kafka's bound, when no setting gives another: the length alone ends the connection.
    @Test func theLargestRequestIsKafkas() async throws {
        try await Server.with { server in
            let client = try RawClient(port: server.port)
            try client.send(ApiVersionsRequest(), 3, 1)
            #expect(try client.receive() == 1)
            try client.send(ByteBuffer(integer: Int32(Limits.frameBytes + 1)))
            #expect(try client.receive() == nil)
        }
        var accumulator = FrameAccumulator(maxFrame: BrokerServer.Settings().requestBytes)
        accumulator.add(ByteBuffer(integer: Int32(Limits.frameBytes)))
        #expect(try accumulator.next() == nil, "one of exactly that length is waited for")
    }

    @Test func aConnectionWithoutAByteEnds() async throws {
        var settings = BrokerServer.Settings()
        settings.idleMs = 100
        try await Server.with(settings) { server in
            let client = try RawClient(port: server.port)
            #expect(try client.receive() == nil)
        }
    }

    @Test func onlySoManyComeFromOneAddress() async throws {
        try await Server.with(configs: ["max.connections.per.ip": "1"]) { server in
            let first = try RawClient(port: server.port)
            try first.send(ApiVersionsRequest(), 3, 1)
            #expect(try first.receive() == 1)
            let second = try RawClient(port: server.port)
            #expect(try second.receive() == nil)
            try first.send(ApiVersionsRequest(), 3, 2)
            #expect(try first.receive() == 2)
        }
    }

    /// Who sends on and on without waiting is read no further.
    @Test func onlySoManyRequestsAreUnderWay() async throws {
        try await Server.with { server in
            try await server.holdMetadata()
            let client = try RawClient(port: server.port)
            let many = Int32(Limits.requestsInFlight + 30)
            for id in 1...many { try client.send(MetadataRequest(), 9, id) }
            try await poll("as many requests as may be under way") {
                try await server.held() == Limits.requestsInFlight ? true : nil
            }
            // Others are served, and by then the rest would have been read.
            let other = try RawClient(port: server.port)
            try other.send(ApiVersionsRequest(), 3, 1)
            #expect(try other.receive() == 1)
            #expect(try await server.held() == Limits.requestsInFlight)
            try await server.answerMetadata()
            for id in 1...many { #expect(try client.receive() == id) }
        }
    }

    /// The same by their bytes: of large requests fewer are under way.
    @Test func onlySoManyBytesOfRequestsAreUnderWay() async throws {
        #expect(BrokerServer.Settings().requestBytesInFlight == Limits.requestBytesInFlight)
        var settings = BrokerServer.Settings()
        settings.requestBytesInFlight = 10_000
        try await Server.with(settings) { server in
            try await server.holdMetadata()
            let client = try RawClient(port: server.port)
            let request = MetadataRequest([String(repeating: "x", count: 1_000)])
            for id in 1...30 as ClosedRange<Int32> { try client.send(request, 9, id) }
            // The one that goes past the bound is the last.
            try await poll("as many requests as may be under way") { try await server.held() == 10 ? true : nil }
            let other = try RawClient(port: server.port)
            try other.send(ApiVersionsRequest(), 3, 1)
            #expect(try other.receive() == 1)
            #expect(try await server.held() == 10)
            try await server.answerMetadata()
            for id in 1...30 as ClosedRange<Int32> { #expect(try client.receive() == id) }
        }
    }

    /// Who takes no answers is read no further, however small the requests; when it takes them, none is missing.
    @Test func whoTakesNoAnswersIsNotReadFor() async throws {
        #expect(BrokerServer.Settings().unsentBytes == Limits.unsentBytes)
        var settings = BrokerServer.Settings()
        settings.unsentBytes = 100_000
        try await Server.with(settings) { server in
            try await server.answerMetadata(bytes: 50_000)
            let client = try RawClient(port: server.port)
            // Beyond what the buffers of both sockets hold.
            let many: Int32 = 1_000
            for id in 1...many { try client.send(MetadataRequest(), 9, id) }
            let other = try RawClient(port: server.port)
            var answered = -1
            try await poll("a connection that is read no further") {
                let before = answered
                try other.send(ApiVersionsRequest(), 3, 1)
                #expect(try other.receive() == 1)
                answered = try await server.answered()
                return answered > 0 && answered == before ? true : nil
            }
            #expect(answered < many)
            for id in 1...many { #expect(try client.receive() == id) }
            #expect(try await server.answered() == many)
        }
    }

    /// The answer comes at once, and what the client sends then waits (KIP-219).
    @Test func whoIsThrottledIsNotReadFor() async throws {
        try await Server.with { server in
            try await server.throttleMetadata(for: 400)
            let client = try RawClient(port: server.port)
            let begin = ContinuousClock.now
            try client.send(MetadataRequest(), 9, 1)
            #expect(try client.receive() == 1)
            try client.send(ApiVersionsRequest(), 3, 2)
            #expect(try client.receive() == 2)
            #expect(ContinuousClock.now - begin >= .milliseconds(400))
        }
    }
}

/// A broker's listening socket with two handlers: Metadata answers after some milliseconds, ApiVersions at once.
private final class Server: Sendable {
    let port: Int
    private let bound: NIOLoopBound<BrokerServer>
    private let group: MultiThreadedEventLoopGroup

    private init(_ settings: BrokerServer.Settings, _ configs: [String: String]) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        bound = try await loop.submit {
            let router = RequestRouter()
            router.on(ApiVersionsRequest.self) { $0.reply(ApiVersionsResponse()) }
            router.on(MetadataRequest.self) { request in
                loop.assumeIsolated().scheduleTask(in: .milliseconds(50)) { request.reply(MetadataResponse()) }
            }
            let server = BrokerServer(router: router, log: NodeLog(nodeID: 1), loop: loop, settings: settings)
            server.limits = ConnectionLimits(
                configs: ConfigView(brokerID: 1, staticValues: configs), clock: LoopClock(loop: loop))
            return NIOLoopBound(server, eventLoop: loop)
        }.get()
        holding = try await loop.submit { NIOLoopBound(Holding(), eventLoop: loop) }.get()
        port = try await BrokerServer.bind(bound, host: "127.0.0.1", port: 0)
    }

    static func with(
        _ settings: BrokerServer.Settings = .init(), configs: [String: String] = [:],
        _ body: (Server) async throws -> Void
    ) async throws {
        let server = try await Server(settings, configs)
        do { try await body(server) } catch {
            try await server.group.shutdownGracefully()
            throw error
        }
        try await server.group.shutdownGracefully()
    }

    /// What waits for an answer, on the loop.
    private final class Holding {
        var requests: [Request<MetadataRequest>] = []
        var isOver = false
        var answered = 0
    }

    private let holding: NIOLoopBound<Holding>

    /// Metadata is not answered until `answerMetadata`.
    func holdMetadata() async throws {
        try await bound.eventLoop.submit { [bound, holding] in
            let held = holding.value
            bound.value.router.on(MetadataRequest.self) { request in
                if held.isOver { return request.reply(MetadataResponse()) }
                held.requests.append(request)
            }
        }.get()
    }

    func held() async throws -> Int {
        try await bound.eventLoop.submit { [holding] in holding.value.requests.count }.get()
    }

    func answerMetadata() async throws {
        try await bound.eventLoop.submit { [holding] in
            holding.value.isOver = true
            for request in holding.value.requests { request.reply(MetadataResponse()) }
        }.get()
    }

    /// Metadata is answered at once, with so many bytes.
    func answerMetadata(bytes: Int) async throws {
        try await bound.eventLoop.submit { [bound, holding] in
            let held = holding.value
            var response = MetadataResponse()
            response.clusterID = String(repeating: "x", count: bytes)
            bound.value.router.on(MetadataRequest.self) { request in
                held.answered += 1
                request.reply(response)
            }
        }.get()
    }

    func answered() async throws -> Int {
        try await bound.eventLoop.submit { [holding] in holding.value.answered }.get()
    }

    /// Metadata is answered at once, with a time for which its client is left alone.
    func throttleMetadata(for milliseconds: Int32) async throws {
        let loop = bound.eventLoop
        try await loop.submit { [bound] in
            let quotas = ClientQuotas(clock: LoopClock(loop: loop))
            guard let entity = QuotaEntity([.init(.user, nil)]) else { return }
            let record = ClientQuotaRecord(entity: entity, key: "producer_byte_rate", value: 1)
            quotas.apply(try MetadataImage(records: [.clientQuota(record)], offset: 0), nil)
            bound.value.router.quotas = quotas
            bound.value.router.on(MetadataRequest.self) { request in
                var response = MetadataResponse()
                response.throttleTimeMs = milliseconds
                request.reply(response)
            }
        }.get()
    }
}

/// A socket; what it waits for comes within seconds, also on a busy machine.
private final class RawClient {
    private let descriptor: CInt

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0, "not connected: errno \(errno)")
    }

    deinit { close(descriptor) }

    func send<R: KafkaRequest>(_ request: R, _ version: Int16, _ correlationID: Int32) throws {
        try send(Frame.request(request, version: version, correlationID: correlationID, clientID: "c"))
    }

    func send(_ bytes: ByteBuffer) throws {
        let written = bytes.withUnsafeReadableBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
        }
        try #require(written == bytes.readableBytes)
    }

    /// The correlation id of the next answer; nil when the connection has ended. Throws when neither comes in time.
    func receive() throws -> Int32? {
        guard var head = try bytes(8), let size = head.readInteger(as: Int32.self) else { return nil }
        let id = head.readInteger(as: Int32.self)
        _ = try bytes(Int(size) - 4)
        return id
    }

    private func bytes(_ count: Int) throws -> ByteBuffer? {
        var all = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = all.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + filled, count - filled, 0) }
            if read == 0 || (read < 0 && errno == ECONNRESET) { return nil }
            try #require(read > 0, "nothing came: errno \(errno)")
            filled += read
        }
        return ByteBuffer(bytes: all)
    }
}
