import NIOCore
import Testing

@testable import KafkaRecords

@Suite struct MessageSetTests {
    private func records(_ buffer: ByteBuffer) throws -> [Record] {
        var reader = LogEntryReader(buffer)
        var records: [Record] = []
        while let entry = try reader.next() {
            switch entry {
            case .batch(let batch): records += try batch.records()
            case .messages(let messages): records += messages
            }
        }
        return records
    }

    @Test func oldMessagesEqualTheVectors() throws {
        let vectors = try Vectors.legacy()
        #expect(vectors.count == 6)
        for vector in vectors {
            let records = try records(ByteBuffer(hex: vector.hex))
            #expect(records.map(\.offset) == vector.records.map(\.offset), "\(vector)")
            #expect(records.map(\.timestamp) == vector.records.map { $0.timestamp ?? -1 }, "\(vector)")
            #expect(records.map { $0.key?.hex } == vector.records.map(\.key), "\(vector)")
            #expect(records.map { $0.value?.hex } == vector.records.map(\.value), "\(vector)")
        }
    }

    @Test func truncationsAndFlipsNeverTrap() throws {
        for vector in try Vectors.legacy() {
            let bytes = ByteBuffer(hex: vector.hex)
            for length in 0..<bytes.readableBytes {
                let count = try records(bytes.slice(0..<length)).count
                #expect(count < vector.records.count)
            }
            for index in 0..<bytes.readableBytes {
                var flipped = bytes
                flipped.setInteger((bytes.getInteger(at: index, as: UInt8.self) ?? 0) ^ 0xff, at: index)
                _ = try? records(flipped)
            }
        }
    }
}
