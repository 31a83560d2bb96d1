import NIOCore
import Testing

@testable import KafkaRecords

@Suite struct HashingTests {
    @Test func checksumsEqualTheVectors() throws {
        let vectors = try Vectors.load("crc32c", as: Vectors.Checksums.self).vectors
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let bytes = ByteBuffer(hex: vector.hex)
            #expect(Checksum.crc32c(bytes) == vector.crc32c)
            #expect(Checksum.crc32(bytes) == vector.crc32Ieee)
        }
    }

    @Test func murmur2EqualsJavas() throws {
        let vectors = try Vectors.load("murmur2", as: Vectors.Hashes.self).vectors
        #expect(!vectors.isEmpty)
        for vector in vectors {
            let key = ByteBuffer(hex: vector.keyHex)
            #expect(Murmur2.hash(key) == vector.murmur2Int32)
            for (count, partition) in vector.mod {
                #expect(Murmur2.partition(key: key, count: Int32(count) ?? 0) == partition)
            }
        }
    }

    @Test func groupsAreOnTheirPartition() throws {
        let vectors = try Vectors.load("group_partition", as: Vectors.Groups.self).vectors
        #expect(!vectors.isEmpty)
        for vector in vectors {
            #expect(CoordinatorPartition.javaHash(vector.id) == vector.javaHash)
            #expect(CoordinatorPartition.of(vector.id, count: 50) == vector.partitionOf50)
            #expect(CoordinatorPartition.of(vector.id, count: 16) == vector.partitionOf16)
        }
    }

    @Test func varintsEqualTheVectors() throws {
        let vectors = try Vectors.load("varints", as: Vectors.Varints.self).zigzag
        #expect(!vectors.isEmpty)
        for vector in vectors {
            var written = ByteBuffer()
            Varint.write(vector.value, to: &written)
            #expect(written.hex == vector.zigzag)
            #expect(Varint.size(vector.value) == written.readableBytes)
            written.withUnsafeReadableBytes { bytes in
                var position = 0
                #expect(Varint.read64(bytes, &position) == vector.value)
                #expect(position == bytes.count)
                for length in 0..<bytes.count {
                    var cut = 0
                    #expect(Varint.read64(UnsafeRawBufferPointer(rebasing: bytes[..<length]), &cut) == nil)
                }
            }
        }
    }
}
