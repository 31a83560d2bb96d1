import KafkaClient
import KafkaProtocol
import NIOCore
import NIOPosix

/// The brokers of a generated cluster behind real sockets: whatever speaks Kafka's protocol can look at them.
enum GeneratedBroker {
    /// The versions served, none that needs what the answers lack: offsets by group from 8 on, topics by name up to 9.
    static let served: [APIKey: ClosedRange<Int16>] = [
        .apiVersions: 0...4, .metadata: 9...12, .describeCluster: 0...1, .listOffsets: 1...7, .describeLogDirs: 1...4,
        .listGroups: 3...5, .describeGroups: 0...5, .offsetFetch: 8...9, .findCoordinator: 4...4,
        .describeQuorum: 0...1, .describeConfigs: 1...4, .listPartitionReassignments: 0...0,
    ]

    /// Starts all brokers; they live as long as the process.
    static func start(_ cluster: GeneratedCluster) async throws -> GeneratedBrokers {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answers = NIOLoopBoundBox.makeBoxSendingValue(
            GeneratedAnswers(cluster: cluster, ports: [:], start: 0), eventLoop: loop)
        var listeners: [BrokerID: any Channel] = [:]
        for id in GeneratedCluster.brokers {
            listeners[id] = try await ServerBootstrap(group: loop)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(GeneratedConnection(id, answers))
                    }
                }
                .bind(host: GeneratedAnswers.host, port: 0).get()
        }
        let ports = listeners.compactMapValues { $0.localAddress?.port }
        let all = GeneratedAnswers(cluster: cluster, ports: ports, start: WallClock.now())
        try await loop.submit { answers.value = all }.get()
        return GeneratedBrokers(listeners: listeners, ports: ports, answers: answers)
    }
}

/// The brokers that were started.
struct GeneratedBrokers: Sendable {
    fileprivate let listeners: [BrokerID: any Channel]
    fileprivate let ports: [BrokerID: Int]
    fileprivate let answers: NIOLoopBoundBox<GeneratedAnswers>

    /// Where they listen.
    var bootstrap: String {
        GeneratedCluster.brokers.map { "\(GeneratedAnswers.host):\(ports[$0] ?? 0)" }.joined(separator: ",")
    }

    /// Lets a broker go: nobody listens there any more, who is connected is cut off, and the others say so.
    func stop(_ id: BrokerID) async throws {
        guard let listener = listeners[id] else { return }
        try await listener.close().get()
        try await listener.eventLoop.submit { _ = answers.value.gone.insert(id) }.get()
    }
}

/// A client's connection to one of them.
private final class GeneratedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let broker: BrokerID
    private let answers: NIOLoopBoundBox<GeneratedAnswers>
    private var pending = ByteBuffer()

    init(_ broker: BrokerID, _ answers: NIOLoopBoundBox<GeneratedAnswers>) {
        self.broker = broker
        self.answers = answers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !answers.value.gone.contains(broker) else { return context.close(promise: nil) }
        pending.writeImmutableBuffer(unwrapInboundIn(data))
        while let size = pending.getInteger(at: pending.readerIndex, as: Int32.self),
            var frame = pending.getSlice(at: pending.readerIndex + 4, length: Int(size))
        {
            pending.moveReaderIndex(forwardBy: 4 + Int(size))
            do {
                let answer = try answer(&frame)
                context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            } catch {
                return context.close(promise: nil)
            }
        }
        pending.discardReadBytes()
    }

    private func answer(_ frame: inout ByteBuffer) throws -> ByteBuffer {
        let header = try RequestHeader(decoding: &frame)
        let (answers, broker, now) = (answers.value, broker, WallClock.now())
        let response = ResponseMaker(header: header, frame: frame)
        return switch APIKey(rawValue: header.api) {
        case .apiVersions:
            try response.make(ApiVersionsRequest.self) { _ in answers.versions(GeneratedBroker.served) }
        case .metadata: try response.make(MetadataRequest.self, answers.metadata)
        case .describeCluster: try response.make(DescribeClusterRequest.self) { _ in answers.describeCluster() }
        case .listOffsets: try response.make(ListOffsetsRequest.self) { answers.listOffsets($0, now: now) }
        case .describeLogDirs: try response.make(DescribeLogDirsRequest.self) { answers.logDirs(broker, $0, now: now) }
        case .listGroups: try response.make(ListGroupsRequest.self) { _ in answers.groups(broker) }
        case .describeGroups: try response.make(DescribeGroupsRequest.self, answers.describeGroups)
        case .offsetFetch: try response.make(OffsetFetchRequest.self) { answers.offsets($0, now: now) }
        case .findCoordinator: try response.make(FindCoordinatorRequest.self, answers.coordinators)
        case .describeQuorum: try response.make(DescribeQuorumRequest.self) { _ in answers.quorum(now: now) }
        case .describeConfigs: try response.make(DescribeConfigsRequest.self, answers.configs)
        case .listPartitionReassignments: try response.make(ListPartitionReassignmentsRequest.self) { _ in .init() }
        default: throw WireError.truncated
        }
    }
}

/// Reads a request and frames the answer to it.
private struct ResponseMaker {
    let header: RequestHeader
    let frame: ByteBuffer

    func make<R: KafkaRequest>(_: R.Type, _ answer: (R) throws -> R.Response) throws -> ByteBuffer {
        var body = frame
        let flexible = header.version >= R.flexibleSince
        if flexible { try RequestHeader.skipTags(&body) }
        let request = try R(decoding: &body, version: header.version, flexible: flexible)
        return try Frame.response(
            try answer(request), to: R.self, version: header.version, correlationID: header.correlationID)
    }
}
