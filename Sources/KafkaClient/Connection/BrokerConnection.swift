import KafkaProtocol
import NIOCore
import NIOPosix

/// A connection to one broker that knows which versions of which API that broker speaks. Usable from any task;
/// requests are pipelined in the order in which they are sent.
package final class BrokerConnection: Sendable {
    package let address: BrokerAddress
    /// What the broker serves.
    package let versions: [APIKey: ClosedRange<Int16>]
    /// The features that the cluster runs, as far as the broker told.
    package let features: [ApiVersionsResponse.FinalizedFeature]
    private let channel: any Channel
    private let silence: Silence
    private let clientID: String
    private let grace: Duration

    private let highestVersions: [APIKey: Int16]
    private let readOnlyReason: String?

    private init(
        _ channel: any Channel, _ silence: Silence, _ address: BrokerAddress, _ configuration: ClientConfiguration,
        _ answer: ApiVersionsResponse
    ) {
        self.channel = channel
        self.silence = silence
        self.address = address
        clientID = configuration.clientID
        grace = configuration.arrivalTimeout
        highestVersions = configuration.highestVersions
        readOnlyReason = configuration.readOnlyReason
        features = answer.finalizedFeatures
        versions = Dictionary(
            answer.apiKeys.filter { $0.minVersion <= $0.maxVersion }
                .map { (APIKey(rawValue: $0.key), $0.minVersion...$0.maxVersion) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Connects and asks for the versions (KIP-35).
    ///
    /// - Throws: `ConnectFailure`, or whatever the exchange of versions failed with.
    static func open(
        _ address: BrokerAddress, _ configuration: ClientConfiguration, on group: any EventLoopGroup,
        beside arrivals: Arrivals
    ) async throws -> BrokerConnection {
        let channel: any Channel
        let silence = Silence(arrivals)
        do {
            channel = try await ClientBootstrap(group: group)
                .connectTimeout(TimeAmount(configuration.connectTimeout))
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            ByteToMessageHandler(
                                FrameDecoder(silence: silence), maximumBufferSize: ClientLimits.frame + 4),
                            ConnectionHandler(address: address, silence: silence),
                        ])
                    }
                }
                .connect(host: address.host, port: address.port).get()
        } catch {
            throw ConnectFailure(error)
        }
        do {
            let answer = try await exchangeVersions(channel, address, configuration)
            return BrokerConnection(channel, silence, address, configuration, answer)
        } catch {
            channel.close(promise: nil)
            switch error {
            case ClientError.foreign: throw ConnectFailure(error)
            case ClientError.timedOut:
                let hint = ClientError.hintOfSilence
                throw ClientError.timedOut("\(address) takes connections and does not answer; \(hint)")
            case ClientError.disconnected(let why):
                // Most servers for TLS hang up on bytes that are none, without a word.
                let hint = "listeners for TLS do that, Klamm speaks security.protocol=PLAINTEXT"
                throw ClientError.disconnected("\(why) before its first answer; \(hint)")
            default: throw error
            }
        }
    }

    /// The version that both sides speak, no higher than `atMost`; nil when there is none.
    package func version<R: KafkaRequest>(of _: R.Type, atMost: Int16 = .max) -> Int16? {
        guard let served = versions[R.api] else { return nil }
        let version = min(served.upperBound, R.versions.upperBound, atMost, highestVersions[R.api] ?? .max)
        return version >= max(served.lowerBound, R.versions.lowerBound) ? version : nil
    }

    /// Sends a request in the newest common version and waits for its answer.
    ///
    /// - Parameters:
    ///   - atMost: a version to stay below or at, where later ones ask for what the caller does not have.
    ///   - expectsAnswer: false only for Produce with acks 0; a default response is returned then.
    package func send<R: KafkaRequest>(
        _ request: R, atMost: Int16 = .max, timeout: Duration, expectsAnswer: Bool = true
    ) async throws -> R.Response {
        try await begin(request, atMost: atMost, timeout: timeout, expectsAnswer: expectsAnswer).response()
    }

    /// Puts a request in line at once, so that requests leave in the order of these calls; its answer is waited for
    /// apart from that. Parameters as of `send`.
    package func begin<R: KafkaRequest>(
        _ request: R, atMost: Int16 = .max, timeout: Duration, expectsAnswer: Bool = true
    ) throws -> PendingResponse<R> {
        if let readOnlyReason, !R.api.onlyReads {
            throw ClientError.invalid("\(R.api) is not sent: this cluster is read-only by \(readOnlyReason)")
        }
        guard let version = version(of: R.self, atMost: atMost) else { throw ClientError.notOffered(R.api) }
        let clientID = clientID
        let answer = Self.exchange(channel, address, "\(R.api)", timeout, grace, expectsAnswer) { id in
            try Frame.request(request, version: version, correlationID: id, clientID: clientID)
        }
        return PendingResponse(
            answer: answer, version: version, expectsAnswer: expectsAnswer, address: address)
    }

    /// Whether requests can still be sent.
    package var isOpen: Bool { channel.isActive }

    /// For how long the broker has owed an answer without sending any: answers come in order, so that what is sent now
    /// waits at least for that one.
    var silenceDuration: Duration { silence.duration }

    /// Whether answers are coming in just now that fill the line.
    var isLineBusy: Bool { silence.isLineBusy }

    /// Closes the connection; requests under way fail.
    package func close() async {
        try? await channel.close().get()
    }

    private static func exchange(
        _ channel: any Channel, _ address: BrokerAddress, _ name: String, _ timeout: Duration, _ grace: Duration,
        _ expectsAnswer: Bool,
        _ frame: @escaping @Sendable (Int32) throws -> ByteBuffer
    ) -> EventLoopFuture<ByteBuffer> {
        let promise = channel.eventLoop.makePromise(of: ByteBuffer.self)
        let request = OutgoingRequest(
            frame: frame, answer: promise, expectsAnswer: expectsAnswer, timeout: TimeAmount(timeout),
            grace: TimeAmount(grace), name: name)
        channel.writeAndFlush(request).whenFailure { error in
            promise.fail(error as? ClientError ?? .disconnected("\(address): \(ConnectFailure(error).reason)"))
        }
        return promise.futureResult
    }

    /// A broker that is too old for the version asked with answers in version 0 what it speaks (KIP-511).
    private static func exchangeVersions(
        _ channel: any Channel, _ address: BrokerAddress, _ configuration: ClientConfiguration
    ) async throws -> ApiVersionsResponse {
        var request = ApiVersionsRequest()
        request.clientSoftwareName = SoftwareVersion.name
        request.clientSoftwareVersion = SoftwareVersion.number
        var version = ApiVersionsRequest.versions.upperBound
        while true {
            let asked = version
            let wait = configuration.connectTimeout
            var bytes = try await exchange(channel, address, "ApiVersions", wait, configuration.arrivalTimeout, true) {
                [request] id in
                try Frame.request(request, version: asked, correlationID: id, clientID: configuration.clientID)
            }.get()
            let code = ErrorCode(rawValue: bytes.getInteger(at: bytes.readerIndex, as: Int16.self) ?? -1)
            if code == .unsupportedVersion && version > 0 {
                let told = try? ApiVersionsResponse(decoding: &bytes, version: 0, flexible: false)
                let most = told?.apiKeys.first { $0.key == APIKey.apiVersions.rawValue }?.maxVersion
                version = min(max(most ?? 0, 0), version - 1)
                continue
            }
            guard code == .none else { throw ClientError.broker(code, nil) }
            do {
                return try Frame.readResponse(&bytes, to: ApiVersionsRequest.self, version: version)
            } catch {
                throw ClientError.malformed("ApiVersions: \(error)")
            }
        }
    }
}

/// The answer to a request that is in line or under way.
package struct PendingResponse<R: KafkaRequest>: Sendable {
    fileprivate let answer: EventLoopFuture<ByteBuffer>
    fileprivate let version: Int16
    fileprivate let expectsAnswer: Bool
    fileprivate let address: BrokerAddress

    /// Waits for the answer; for a request without one, until it is written.
    ///
    /// - Throws: `ClientError`.
    package func response() async throws -> R.Response {
        var bytes = try await answer.get()
        guard expectsAnswer else { return R.Response() }
        do {
            return try Frame.readResponse(&bytes, to: R.self, version: version)
        } catch {
            throw ClientError.malformed("\(R.api) version \(version) of \(address): \(error)")
        }
    }
}
