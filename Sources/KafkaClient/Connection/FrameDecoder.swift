import KafkaProtocol
import NIOCore

/// Cuts the stream into frames: a four-byte size, then as many bytes.
struct FrameDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    /// Told of what comes before it is whole.
    var silence: Silence?

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let size = buffer.getInteger(at: buffer.readerIndex, as: Int32.self) else {
            silence?.heardPart()
            return .needMoreData
        }
        guard size >= 4, Int(size) <= ClientLimits.frame else {
            throw ForeignProtocol(size: size).map { ClientError.foreign($0) } ?? .malformed("frame of \(size) bytes")
        }
        guard buffer.readableBytes >= Int(size) + 4 else {
            silence?.heardPart()
            return .needMoreData
        }
        silence?.heardAll()
        buffer.moveReaderIndex(forwardBy: 4)
        guard let frame = buffer.readSlice(length: Int(size)) else { return .needMoreData }
        context.fireChannelRead(wrapInboundOut(frame))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        // What is left is a frame that was cut off with the connection.
        .needMoreData
    }
}
