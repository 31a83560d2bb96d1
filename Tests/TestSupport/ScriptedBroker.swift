import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

/// A broker behind a real socket that answers by a script. What is not in the script it does not offer.
package final class ScriptedBroker: Sendable {
    /// Where it listens.
    package let host = "127.0.0.1"
    package let port: Int
    package var address: String { "\(host):\(port)" }

    private let script: Script
    private let listener: any Channel

    /// What it was asked, in the order of arrival.
    package var asked: [any KafkaRequest] { script.asked.withLock { $0 } }

    /// Answers by API.
    package final class Script: Sendable {
        fileprivate struct Entry: Sendable {
            let versions: ClosedRange<Int16>
            let answer: @Sendable (RequestHeader, inout ByteBuffer) throws -> ByteBuffer
        }

        fileprivate let entries = Mutex<[APIKey: Entry]>([:])
        fileprivate let asked = Mutex<[any KafkaRequest]>([])

        package init() {}

        /// How an API is answered, in all versions that are known or in some.
        package func on<R: KafkaRequest>(
            _: R.Type, _ versions: ClosedRange<Int16>? = nil, _ answer: @escaping @Sendable (R) -> R.Response
        ) {
            let entry = Entry(versions: versions ?? R.versions) { [unowned self] header, frame in
                let flexible = header.version >= R.flexibleSince
                if flexible { try RequestHeader.skipTags(&frame) }
                let request = try R(decoding: &frame, version: header.version, flexible: flexible)
                asked.withLock { $0.append(request) }
                return try Frame.response(
                    answer(request), to: R.self, version: header.version, correlationID: header.correlationID)
            }
            entries.withLock { $0[R.api] = entry }
        }

        fileprivate func answer(_ frame: inout ByteBuffer) throws -> ByteBuffer {
            let header = try RequestHeader(decoding: &frame)
            let api = APIKey(rawValue: header.api)
            guard let entry = entries.withLock({ $0[api] }), entry.versions.contains(header.version) else {
                throw WireError.truncated
            }
            return try entry.answer(header, &frame)
        }

        fileprivate var offered: [ApiVersionsResponse.API] {
            entries.withLock { $0 }.sorted { $0.key < $1.key }.map { api, entry in
                var told = ApiVersionsResponse.API()
                told.key = api.rawValue
                told.minVersion = entry.versions.lowerBound
                told.maxVersion = entry.versions.upperBound
                return told
            }
        }
    }

    /// Listens once the script is told where.
    package init(_ write: (Script, _ host: String, _ port: Int) -> Void) async throws {
        let script = Script()
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedConnection(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress?.port ?? 0
        self.script = script
        write(script, host, port)
        script.on(ApiVersionsRequest.self) { [script] _ in
            var answer = ApiVersionsResponse()
            answer.apiKeys = script.offered
            return answer
        }
    }

    package func close() async throws { try await listener.close() }
}

private final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: ScriptedBroker.Script
    private var pending = ByteBuffer()

    init(_ script: ScriptedBroker.Script) { self.script = script }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending.writeImmutableBuffer(unwrapInboundIn(data))
        while let size = pending.getInteger(at: pending.readerIndex, as: Int32.self),
            var frame = pending.getSlice(at: pending.readerIndex + 4, length: Int(size))
        {
            pending.moveReaderIndex(forwardBy: 4 + Int(size))
            guard let answer = try? script.answer(&frame) else { return context.close(promise: nil) }
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
        pending.discardReadBytes()
    }
}
