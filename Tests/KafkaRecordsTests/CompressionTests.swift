import NIOCore
import TestSupport
import Testing

@testable import KafkaRecords

@Suite struct CompressionTests {
    private static let codecs: [CompressionType] = [.gzip, .snappy, .lz4, .zstd].filter(Compression.isAvailable)

    /// Payloads of every kind that matters to a codec: nothing, tiny, runs, text, noise, beyond a block.
    private static func payloads() -> [ByteBuffer] {
        var generator = SeededGenerator(seed: 7)
        let noise = ByteBuffer(bytes: (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let few = ByteBuffer(bytes: (0..<150_000).map { _ in UInt8.random(in: 0...3, using: &generator) })
        let text = ByteBuffer(string: (0..<5000).map { "{\"order\":\($0),\"state\":\"open\"}\n" }.joined())
        var small = (0...70).map { length in ByteBuffer(bytes: (0..<length).map { UInt8($0 % 3) }) }
        small += [ByteBuffer(repeating: 7, count: 300_000), noise, few, text]
        for length in [65_535, 65_536, 65_537, 32_768, 131_072] { small.append(few.slice(0..<length)) }
        return small
    }

    @Test func whatIsCompressedComesBack() throws {
        for codec in Self.codecs {
            for plain in Self.payloads() {
                let packed = try Compression.compress(plain, with: codec)
                #expect(try Compression.decompress(packed, with: codec, limit: 1 << 20) == plain, "\(codec)")
            }
        }
    }

    @Test func moreEffortMakesLess() throws {
        let states = ["open", "paid", "sent"]
        let lines = (0..<5000).map {
            #"{"order":\#($0),"customer":\#($0 * 7919 % 1009),"state":"\#(states[$0 * $0 % 3])"}"#
        }
        let text = ByteBuffer(string: lines.joined(separator: "\n"))
        for (codec, low, high) in [(CompressionType.gzip, 1, 9), (.zstd, 1, 19)] as [(CompressionType, Int32, Int32)]
        where Self.codecs.contains(codec) {
            let little = try Compression.compress(text, with: codec, level: low)
            let much = try Compression.compress(text, with: codec, level: high)
            #expect(much.readableBytes < little.readableBytes, "\(codec)")
            #expect(try Compression.decompress(much, with: codec, limit: 1 << 20) == text)
        }
    }

    @Test func repetitiveDataShrinks() throws {
        let text = ByteBuffer(string: (0..<5000).map { "{\"order\":\($0),\"state\":\"open\"}\n" }.joined())
        for codec in Self.codecs {
            #expect(try Compression.compress(text, with: codec).readableBytes < text.readableBytes / 2, "\(codec)")
        }
    }

    @Test func aBombIsRefused() throws {
        let bomb = ByteBuffer(repeating: 0, count: 1 << 20)
        for codec in Self.codecs {
            let packed = try Compression.compress(bomb, with: codec)
            #expect(throws: RecordsError.tooLarge(limit: 1 << 16)) {
                try Compression.decompress(packed, with: codec, limit: 1 << 16)
            }
            #expect(try Compression.decompress(packed, with: codec, limit: 1 << 20) == bomb)
        }
    }

    /// A batch opens to as many bytes as a process may hold for it, and to none when it would be one more. With a codec
    /// of a library: those in Swift take long for so much without optimization.
    @Test func aBatchMayOpenToSoMuch() throws {
        let codec = try #require(Self.codecs.first { $0 == .gzip || $0 == .zstd })
        func batch(_ count: Int) throws -> RecordBatch {
            var builder = RecordBatchBuilder(compression: codec)
            builder.append(timestamp: 0, value: ByteBuffer(repeating: 0, count: count))
            return try builder.build()
        }
        let overhead =
            try batch(RecordLimits.decompressed / 2).decompressedPayload().readableBytes
            - RecordLimits.decompressed / 2
        let largest = try batch(RecordLimits.decompressed - overhead)
        #expect(try largest.decompressedPayload().readableBytes == RecordLimits.decompressed)
        let larger = try batch(RecordLimits.decompressed - overhead + 1)
        #expect(throws: RecordsError.tooLarge(limit: RecordLimits.decompressed)) { try larger.decompressedPayload() }
        #expect(throws: RecordsError.tooLarge(limit: RecordLimits.decompressed)) { try larger.records() }
    }

    @Test func truncationsAndFlipsNeverTrap() throws {
        let plain = ByteBuffer(string: (0..<40).map { "value-\($0 % 7)-\($0)" }.joined())
        for codec in Self.codecs {
            let packed = try Compression.compress(plain, with: codec)
            for length in 0..<packed.readableBytes {
                let cut = packed.slice(0..<length)
                // A cut at a chunk's end is a whole, shorter snappy payload; here there is one chunk.
                if codec != .snappy || length != 16 {
                    #expect(throws: RecordsError.self, "\(codec) \(length)") {
                        try Compression.decompress(cut, with: codec, limit: 1 << 16)
                    }
                }
            }
            for index in 0..<packed.readableBytes {
                for bit in 0..<8 {
                    var flipped = packed
                    flipped.setInteger((packed.getInteger(at: index, as: UInt8.self) ?? 0) ^ 1 << bit, at: index)
                    _ = try? Compression.decompress(flipped, with: codec, limit: 1 << 16)
                }
            }
        }
    }

    @Test func noiseNeverTraps() {
        var generator = SeededGenerator(seed: 99)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...200, using: &generator)
            var noise = ByteBuffer(bytes: (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
            _ = try? Snappy.decompress(noise, limit: 1 << 16)
            // Past the frame's header, so that blocks are reached.
            noise.setBytes([0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 100, 0, 0, 0], at: 0)
            _ = try? LZ4.decompress(noise, limit: 1 << 16)
        }
    }

    @Test func xxHashEqualsItsReference() {
        #expect(XXHash32.hash(UnsafeRawBufferPointer(start: nil, count: 0)) == 0x02CC_5D05)
        #expect(ByteBuffer(string: "a").withUnsafeReadableBytes(XXHash32.hash) == 0x550D_7456)
        #expect(
            ByteBuffer(string: "Nobody inspects the spammish repetition").withUnsafeReadableBytes(XXHash32.hash)
                == 0xE229_3B2F)
    }
}
