import KafkaProtocol

/// A record of a proof: who wrote it, where, and as the how-manieth, with a checksum over all of it.
package struct ProofRecord: Sendable, Hashable {
    /// The records that one producer writes to one partition, numbered from 0 on without gaps.
    package struct Stream: Sendable, Hashable, Comparable {
        package var producer: Int32
        package var partition: Int32

        package init(producer: Int32, partition: Int32) {
            self.producer = producer
            self.partition = partition
        }

        package static func < (a: Stream, b: Stream) -> Bool {
            (a.producer, a.partition) < (b.producer, b.partition)
        }
    }

    package var stream: Stream
    package var sequence: Int64
    /// When it was made, in milliseconds since 1970.
    package var made: Timestamp

    package init(stream: Stream, sequence: Int64, made: Timestamp) {
        self.stream = stream
        self.sequence = sequence
        self.made = made
    }

    /// The bytes before padding: four numbers and their checksum.
    package static let smallest = 4 + 4 + 8 + 8 + 8

    /// The value to be sent, padded to `size` bytes.
    package func encoded(size: Int = smallest) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(size, Self.smallest))
        Self.append(UInt64(UInt32(bitPattern: stream.producer)), 4, to: &bytes)
        Self.append(UInt64(UInt32(bitPattern: stream.partition)), 4, to: &bytes)
        Self.append(UInt64(bitPattern: sequence), 8, to: &bytes)
        Self.append(UInt64(bitPattern: made), 8, to: &bytes)
        var filler = UInt64(bitPattern: sequence)
        while bytes.count < size - 8 {
            filler = filler &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes.append(UInt8(filler >> 56))
        }
        Self.append(Self.checksum(bytes[...]), 8, to: &bytes)
        return bytes
    }

    /// Nil for bytes that are not as they were sent.
    package init?(decoding bytes: [UInt8]) {
        guard bytes.count >= Self.smallest else { return nil }
        let body = bytes.dropLast(8)
        guard Self.number(bytes[body.endIndex...]) == Self.checksum(body) else { return nil }
        stream = Stream(
            producer: Int32(bitPattern: UInt32(truncatingIfNeeded: Self.number(bytes[0..<4]))),
            partition: Int32(bitPattern: UInt32(truncatingIfNeeded: Self.number(bytes[4..<8]))))
        sequence = Int64(bitPattern: Self.number(bytes[8..<16]))
        made = Int64(bitPattern: Self.number(bytes[16..<24]))
    }

    /// FNV-1a of 64 bits.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for shift in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> (UInt64(shift) * 8))) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
