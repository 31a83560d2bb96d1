import Foundation
import NIOCore

/// The golden vectors, made by other programs (see `Vectors/`).
enum Vectors {
    struct Batches: Decodable { var vectors: [Batch] }

    struct Batch: Decodable, CustomStringConvertible, Sendable {
        var name: String
        var hex: String
        var decoded: Decoded
        var description: String { name }

        struct Decoded: Decodable, Sendable {
            var baseOffset: Int64
            var batchLength: Int32
            var partitionLeaderEpoch: Int32
            var crc: UInt32
            var attributes: Int16
            var codec: String
            var transactional: Bool
            var control: Bool
            var lastOffsetDelta: Int32
            var baseTimestamp: Int64
            var maxTimestamp: Int64
            var producerId: Int64
            var producerEpoch: Int16
            var baseSequence: Int32
            var recordCount: Int32
            var records: [Record]
            var uncompressedRecordsHex: String?
        }
    }

    struct Record: Decodable, Sendable {
        var offset: Int64
        var timestamp: Int64?
        var key: String?
        var value: String?
        var headers: [[String?]]?
    }

    struct LegacySets: Decodable { var vectors: [Legacy] }

    struct Legacy: Decodable, CustomStringConvertible, Sendable {
        var name: String
        var hex: String
        var records: [Record]
        var description: String { name }
    }

    struct Checksums: Decodable { var vectors: [Checksum] }

    struct Checksum: Decodable {
        var hex: String
        var crc32c: UInt32
        var crc32Ieee: UInt32
    }

    struct Hashes: Decodable { var vectors: [Hash] }

    struct Hash: Decodable {
        var keyHex: String
        var murmur2Int32: Int32
        var mod: [String: Int32]
    }

    struct Groups: Decodable { var vectors: [Group] }

    struct Group: Decodable {
        var id: String
        var javaHash: Int32
        var partitionOf50: Int32
        var partitionOf16: Int32
    }

    struct Varints: Decodable { var zigzag: [Zigzag] }

    struct Zigzag: Decodable {
        var value: Int64
        var zigzag: String
    }

    static func load<T: Decodable>(_ name: String, as _: T.Type) throws -> T {
        let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Vectors")
        guard let url else { throw CocoaError(.fileNoSuchFile) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(T.self, from: Data(contentsOf: url))
    }

    static func batches() throws -> [Batch] { try load("record_batches", as: Batches.self).vectors }
    static func legacy() throws -> [Legacy] { try load("legacy_message_sets", as: LegacySets.self).vectors }
}

extension ByteBuffer {
    init(hex: String) {
        self.init()
        var digits = hex.utf8.makeIterator()
        while let high = digits.next(), let low = digits.next() {
            writeInteger(UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16) ?? 0)
        }
    }

    var hex: String {
        readableBytesView.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
