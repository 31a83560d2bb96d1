import Glibc
import KafkaClient
import KafkaProtocol
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// What a client says, and how soon, when there is nobody to talk to.
@Suite struct UnreachableTests {
    init() async { await calm() }

    /// A port that is taken without anybody listening: connections to it are refused.
    private final class DeadPort {
        let address: BrokerAddress
        private let descriptor: CInt

        init() throws {
            descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = descriptor
            let failed = withUnsafeMutablePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) != 0 || getsockname(descriptor, $0, &length) != 0
                }
            }
            try #require(!failed)
            address = BrokerAddress(host: "127.0.0.1", port: Int(UInt16(bigEndian: name.sin_port)))
        }

        deinit { close(descriptor) }
    }

    /// A server that does something with each connection.
    private func withServer(
        _ body: (BrokerAddress) async throws -> Void, _ connected: @escaping @Sendable (any Channel) -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { connected(channel) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let address = BrokerAddress(host: "127.0.0.1", port: server.localAddress?.port ?? 0)
        do {
            try await body(address)
        } catch {
            try await server.close()
            throw error
        }
        try await server.close()
    }

    /// What asking for topics fails with, and after how long.
    private func failure(
        _ addresses: [BrokerAddress], within callTimeout: Duration
    ) async throws -> (error: ClientError, took: Duration) {
        var configuration = ClientConfiguration(bootstrap: addresses)
        configuration.callTimeout = callTimeout
        let client = KafkaClient(configuration)
        let begin = ContinuousClock.now
        let error = await #expect(throws: ClientError.self) { try await client.listTopics() }
        await client.close()
        return (try #require(error), .now - begin)
    }

    @Test func refusedPortsAreToldLongBeforeTheTimeout() async throws {
        let ports = try [DeadPort(), DeadPort()]
        let (error, took) = try await failure(ports.map(\.address), within: .seconds(300))
        let reasons = ports.map { "\($0.address): connection refused" }.joined(separator: "; ")
        #expect(error == .nobodyThere(ports.map { AddressFailure($0.address, "connection refused") }))
        #expect("\(error)" == "no broker answers: \(reasons)")
        #expect(took < .seconds(60))
    }

    @Test func aNameThatIsNotKnownIsToldLongBeforeTheTimeout() async throws {
        let address = BrokerAddress(host: "no-such-host.invalid", port: 9092)
        let (error, took) = try await failure([address], within: .seconds(300))
        #expect(error == .nobodyThere([AddressFailure(address, "the name is not known")]))
        #expect(took < .seconds(60))
    }

    @Test func oneAddressThatIsSilentIsWaitedFor() async throws {
        let port = try DeadPort()
        try await withServer { silent in
            let (error, _) = try await failure([port.address, silent], within: .seconds(1))
            #expect(error.isRetriable, "\(error)")
        } _: { _ in
        }
    }

    /// What became of one address is not told of another.
    @Test func everyAddressIsToldWithItsOwnFailure() async throws {
        let port = try DeadPort()
        try await withServer { silent in
            let (error, _) = try await failure([port.address, silent], within: .seconds(1))
            #expect("\(error)".contains("\(port.address): connection refused; \(silent): "), "\(error)")
            var configuration = ClientConfiguration(bootstrap: [port.address, silent])
            configuration.connectTimeout = .milliseconds(50)
            configuration.callTimeout = .seconds(2)
            let client = KafkaClient(configuration)
            await #expect(throws: ClientError.self) { try await client.listTopics() }
            let failures = await client.bootstrapFailures()
            #expect(failures.map(\.address) == [port.address, silent])
            #expect(failures[0].reason == "connection refused")
            #expect(failures[1].reason.hasPrefix("takes connections and does not answer; it hangs"), "\(failures[1])")
            await client.close()
        } _: { _ in
        }
    }

    /// A machine that is gone says nothing until all time is up.
    @Test func addressesThatAreSilentDoNotKeepFromTheOneThatAnswers() async throws {
        let listeners = try [SilentListener(), SilentListener()]
        let silent = try listeners.map { try #require(BrokerAddress.list($0.address)?.first) }
        try await withServer { rude in
            let (error, took) = try await failure(silent + [rude], within: .seconds(5))
            #expect("\(error)".contains("\(rude): connection closed by the broker"), "\(error)")
            #expect("\(error)".contains("\(silent[0]): does not answer"), "\(error)")
            #expect(took >= .seconds(4), "the others may still answer")
        } _: { channel in
            channel.close(promise: nil)
        }
        let broker = try await ScriptedBroker { script, _, _ in
            script.on(DescribeClusterRequest.self) { _ in
                var answer = DescribeClusterResponse()
                answer.clusterID = "found"
                return answer
            }
        }
        var configuration = ClientConfiguration(
            bootstrap: silent + [BrokerAddress(host: broker.host, port: broker.port)])
        configuration.connectTimeout = .seconds(600)
        let client = KafkaClient(configuration)
        #expect(try await client.describeCluster(timeout: .seconds(300)).clusterID == "found")
        await client.close()
        try await broker.close()
    }

    @Test func aBrokerThatHangsUpIsNamed() async throws {
        try await withServer { address in
            let (error, _) = try await failure([address], within: .seconds(10))
            let told = "connection lost: \(address): connection closed by the broker before its first answer; "
            #expect("\(error)".hasPrefix(told) && "\(error)".contains("listeners for TLS"), "\(error)")
        } _: { channel in
            channel.close(promise: nil)
        }
    }

    /// What another server than Kafka's says first, and what that tells of the address.
    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP"), ("<!DOCTYPE HTML>\n<html>\n", "HTTP"),
        ("\u{15}\u{3}\u{3}\u{0}\u{2}\u{2}\u{46}", "TLS"), ("\u{16}\u{3}\u{1}\u{2}\u{0}", "TLS"),
    ])
    func anAddressThatSpeaksAnotherProtocolIsToldByIt(_ answer: String, _ name: String) async throws {
        try await withServer { address in
            let (error, took) = try await failure([address], within: .seconds(300))
            #expect("\(error)".hasPrefix("no broker answers: \(address): speaks \(name)"), "\(error)")
            #expect(!error.isRetriable)
            #expect(took < .seconds(60))
        } _: { channel in
            _ = channel.writeAndFlush(ByteBuffer(string: answer))
        }
    }
}
