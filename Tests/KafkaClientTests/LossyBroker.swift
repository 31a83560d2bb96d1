import KafkaProtocol
import KafkaRecords
import LogStorage
import NIOCore
import NIOPosix
import TestSupport

/// A broker of one topic with one partition that keeps Kafka's rules for producers, with the log of the real broker, and
/// loses requests and answers by chance. Lives on one loop.
final class LossyBroker {
    /// Chances in a hundred, for each Produce request.
    struct Losses: Sendable {
        /// The connection breaks before the batch is in the log.
        var requests = 0
        /// The batch is in the log, and those behind it may be, but nobody hears of it: the connection breaks.
        var answers = 0
        /// NOT_LEADER_OR_FOLLOWER.
        var refusals = 0
        /// INVALID_RECORD: the producer has to give the batch up.
        var rejections = 0
        /// Stored and never answered, without the connection breaking.
        var silences = 0
    }

    enum Fate { case stored, lost, unheard, refused, rejected, silent }

    static let topic = "t"
    let losses: Losses
    private let log: Log
    private var random: SeededGenerator
    private var port = 0
    private var nextProducerID: Int64 = 1_000
    private(set) var fates: [String: Int] = [:]

    init(_ losses: Losses, seed: UInt64) throws {
        self.losses = losses
        random = SeededGenerator(seed: seed)
        log = try Log.open(
            TopicPartition(Self.topic, 0), directory: "/data/t-0", disk: SimulatedDisk(), config: LogConfig(), now: 0
        ) { _, _ in }
    }

    /// Starts one; gives it with the address where it listens.
    static func start(
        _ losses: Losses, seed: UInt64, on loop: any EventLoop
    ) async throws -> (broker: NIOLoopBound<LossyBroker>, port: Int, listener: any Channel) {
        let broker = try await loop.submit {
            NIOLoopBound(try LossyBroker(losses, seed: seed), eventLoop: loop)
        }.get()
        let listener = try await ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LossyConnection(broker.value))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 0
        try await loop.submit { broker.value.port = port }.get()
        return (broker, port, listener)
    }

    /// The values in the log, in order.
    func stored() throws -> [String] {
        var reader = RecordBatchReader(
            try log.read(from: 0, maxBytes: .max, upTo: log.logEndOffset, atLeastOne: true, now: 0).records)
        var values: [String] = []
        while let batch = try reader.next() {
            for record in try batch.records() { values.append(record.value.map { String(buffer: $0) } ?? "") }
        }
        return values
    }

    // MARK: Answers

    fileprivate func draw() -> Fate {
        let dice = Int.random(in: 0..<100, using: &random)
        var edge = 0
        for (chance, fate) in [
            (losses.requests, Fate.lost), (losses.answers, .unheard), (losses.refusals, .refused),
            (losses.rejections, .rejected), (losses.silences, .silent),
        ] {
            edge += chance
            if dice < edge { return note(fate) }
        }
        return note(.stored)
    }

    private func note(_ fate: Fate) -> Fate {
        fates["\(fate)", default: 0] += 1
        return fate
    }

    fileprivate func versions() -> ApiVersionsResponse {
        var response = ApiVersionsResponse()
        for (key, version) in [(APIKey.produce, 9), (.metadata, 9), (.initProducerId, 4), (.apiVersions, 3)] {
            var api = ApiVersionsResponse.API()
            api.key = key.rawValue
            api.maxVersion = Int16(version)
            response.apiKeys.append(api)
        }
        return response
    }

    fileprivate func metadata() -> MetadataResponse {
        var broker = MetadataResponse.Broker()
        broker.nodeID = 1
        broker.host = "127.0.0.1"
        broker.port = Int32(port)
        var partition = MetadataResponse.Topic.Partition()
        partition.leaderID = 1
        var topic = MetadataResponse.Topic()
        topic.name = Self.topic
        topic.partitions = [partition]
        var response = MetadataResponse()
        response.brokers = [broker]
        response.controllerID = 1
        response.topics = [topic]
        return response
    }

    fileprivate func producerID() -> InitProducerIdResponse {
        nextProducerID += 1
        var response = InitProducerIdResponse()
        response.producerID = nextProducerID
        return response
    }

    fileprivate func produce(_ request: ProduceRequest, _ fate: Fate) -> ProduceResponse {
        var partition = ProduceResponse.Topic.Partition()
        switch fate {
        case .refused: partition.errorCode = .notLeaderOrFollower
        case .rejected: partition.errorCode = .invalidRecord
        default:
            do {
                let records = request.topicData.first?.partitionData.first?.records ?? ByteBuffer()
                partition.baseOffset = try log.appendAsLeader(records, epoch: 0, now: 0).firstOffset
            } catch let error as StorageError {
                partition.errorCode = error.code
            } catch {
                partition.errorCode = .kafkaStorageError
            }
        }
        if partition.errorCode != .none { fates["\(partition.errorCode)", default: 0] += 1 }
        var topic = ProduceResponse.Topic()
        topic.name = Self.topic
        topic.partitionResponses = [partition]
        var response = ProduceResponse()
        response.responses = [topic]
        return response
    }
}

/// One client's connection to a `LossyBroker`.
private final class LossyConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let broker: LossyBroker
    private var pending = ByteBuffer()
    /// Nothing is answered any more.
    private var isMute = false

    init(_ broker: LossyBroker) { self.broker = broker }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending.writeImmutableBuffer(unwrapInboundIn(data))
        while let size = pending.getInteger(at: pending.readerIndex, as: Int32.self),
            var frame = pending.getSlice(at: pending.readerIndex + 4, length: Int(size))
        {
            pending.moveReaderIndex(forwardBy: 4 + Int(size))
            do { try handle(&frame, context) } catch { return context.close(promise: nil) }
            guard context.channel.isActive else { return }
        }
    }

    private func handle(_ frame: inout ByteBuffer, _ context: ChannelHandlerContext) throws {
        let header = try RequestHeader(decoding: &frame)
        switch APIKey(rawValue: header.api) {
        case .apiVersions: answer(broker.versions(), ApiVersionsRequest.self, header, context)
        case .metadata: answer(broker.metadata(), MetadataRequest.self, header, context)
        case .initProducerId: answer(broker.producerID(), InitProducerIdRequest.self, header, context)
        default: try produce(header, &frame, context)
        }
    }

    private func produce(
        _ header: RequestHeader, _ frame: inout ByteBuffer, _ context: ChannelHandlerContext
    ) throws {
        try RequestHeader.skipTags(&frame)
        let request = try ProduceRequest(decoding: &frame, version: header.version, flexible: true)
        let fate = broker.draw()
        if fate == .lost { return context.close(promise: nil) }
        let response = broker.produce(request, fate)
        switch fate {
        case .unheard:
            // Those behind it are still worked on for a moment.
            isMute = true
            let channel = context.channel
            context.eventLoop.scheduleTask(in: .milliseconds(2)) { channel.close(promise: nil) }
        case .silent: isMute = true
        default: answer(response, ProduceRequest.self, header, context)
        }
    }

    private func answer<R: KafkaRequest>(
        _ response: R.Response, _: R.Type, _ header: RequestHeader, _ context: ChannelHandlerContext
    ) {
        guard !isMute else { return }
        let version = R.api == .apiVersions ? min(header.version, 3) : header.version
        if let frame = try? Frame.response(
            response, to: R.self, version: version, correlationID: header.correlationID)
        {
            context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        }
    }
}
