import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaRecords

@Suite struct RecordBatchTests {
    @Test func headersAndRecordsEqualTheVectors() throws {
        let vectors = try Vectors.batches()
        #expect(vectors.count == 25)
        for vector in vectors {
            let batch = try RecordBatch(ByteBuffer(hex: vector.hex))
            let decoded = vector.decoded
            #expect(batch.isCRCValid, "\(vector)")
            #expect(batch.crc == decoded.crc, "\(vector)")
            #expect(batch.baseOffset == decoded.baseOffset, "\(vector)")
            #expect(batch.batchLength == decoded.batchLength, "\(vector)")
            #expect(batch.partitionLeaderEpoch == decoded.partitionLeaderEpoch, "\(vector)")
            #expect(batch.attributes.rawValue == decoded.attributes, "\(vector)")
            #expect(batch.attributes.compression?.description == decoded.codec, "\(vector)")
            #expect(batch.attributes.isControl == decoded.control, "\(vector)")
            #expect(batch.attributes.isTransactional == decoded.transactional, "\(vector)")
            #expect(batch.lastOffsetDelta == decoded.lastOffsetDelta, "\(vector)")
            #expect(batch.baseTimestamp == decoded.baseTimestamp, "\(vector)")
            #expect(batch.maxTimestamp == decoded.maxTimestamp, "\(vector)")
            #expect(batch.producerID == decoded.producerId, "\(vector)")
            #expect(batch.producerEpoch == decoded.producerEpoch, "\(vector)")
            #expect(batch.baseSequence == decoded.baseSequence, "\(vector)")
            #expect(batch.recordCount == decoded.recordCount, "\(vector)")
            try expect(batch.records(), equal: decoded.records, "\(vector)")
            if let plain = decoded.uncompressedRecordsHex {
                #expect(try batch.decompressedPayload().hex == plain, "\(vector)")
            }
        }
    }

    @Test func uncompressedBatchesAreBuiltByteForByte() throws {
        var compared = 0
        for vector in try Vectors.batches() where vector.decoded.codec == "none" {
            let decoded = vector.decoded
            let original = try RecordBatch(ByteBuffer(hex: vector.hex))
            // A builder takes the first record's timestamp as base, and these were made otherwise.
            guard original.attributes.timestampType == .createTime, decoded.recordCount > 0 else { continue }
            var builder = RecordBatchBuilder(baseOffset: decoded.baseOffset)
            builder.partitionLeaderEpoch = decoded.partitionLeaderEpoch
            builder.producerID = decoded.producerId
            builder.producerEpoch = decoded.producerEpoch
            builder.baseSequence = decoded.baseSequence
            builder.isControl = decoded.control
            builder.isTransactional = decoded.transactional
            let records = try original.records()
            guard records.first?.timestamp == decoded.baseTimestamp else { continue }
            for record in records { builder.append(record) }
            let rebuilt = try builder.build(lastOffset: original.lastOffset, maxTimestamp: decoded.maxTimestamp)
            #expect(rebuilt.bytes.hex == vector.hex, "\(vector)")
            compared += 1
        }
        #expect(compared >= 10)
    }

    @Test func everyTruncationThrows() async throws {
        for vector in try Vectors.batches() where vector.hex.count < 4000 {
            let bytes = ByteBuffer(hex: vector.hex)
            for length in 0..<bytes.readableBytes {
                // Others wait for the few threads there are.
                await Task.yield()
                let cut = bytes.slice(0..<length)
                #expect(throws: RecordsError.self) { try RecordBatch(cut) }
                var reader = RecordBatchReader(cut)
                #expect(try reader.next() == nil)
                #expect(reader.remainder.readableBytes == length)
            }
        }
    }

    @Test func everyFlippedByteIsSurvivedAndNoticed() async throws {
        for vector in try Vectors.batches() where vector.hex.count < 2000 {
            let bytes = ByteBuffer(hex: vector.hex)
            for index in 0..<bytes.readableBytes {
                await Task.yield()
                for mask: UInt8 in [0x01, 0x80, 0xff] {
                    var flipped = bytes
                    flipped.setInteger((bytes.getInteger(at: index, as: UInt8.self) ?? 0) ^ mask, at: index)
                    guard let batch = try? RecordBatch(flipped) else { continue }
                    if index >= RecordBatch.Layout.crc { #expect(!batch.isCRCValid, "\(vector) at \(index)") }
                    _ = try? batch.records(limit: 1 << 20)
                    _ = try? TransactionMarker(batch)
                    _ = try? QuorumControlRecord(batch)
                    _ = batch.nextOffset
                    _ = batch.lastSequence
                }
            }
        }
    }

    @Test func readerStopsAtThePartialTail() throws {
        let one = ByteBuffer(hex: try #require(try Vectors.batches().first).hex)
        var buffer = one
        buffer.writeImmutableBuffer(one)
        buffer.writeImmutableBuffer(one.slice(0..<40))
        var reader = RecordBatchReader(buffer)
        #expect(try reader.next()?.sizeInBytes == one.readableBytes)
        #expect(try reader.next()?.sizeInBytes == one.readableBytes)
        #expect(try reader.next() == nil)
        #expect(reader.remainder.readableBytes == 40)
    }

    @Test func assigningOffsetAndEpochKeepsTheChecksum() throws {
        let bytes = ByteBuffer(hex: try #require(try Vectors.batches().first).hex)
        var batch = try RecordBatch(bytes)
        batch.assign(baseOffset: 1000, partitionLeaderEpoch: 7)
        #expect(batch.isCRCValid)
        #expect(batch.baseOffset == 1000 && batch.partitionLeaderEpoch == 7)
        #expect(try batch.records().first?.offset == 1000)
        var whole = ByteBuffer(string: "before")
        whole.writeImmutableBuffer(bytes)
        RecordBatch.assign(in: &whole, at: 6, baseOffset: 1000, partitionLeaderEpoch: 7)
        #expect(whole.slice(6..<whole.readableBytes) == batch.bytes)
        #expect(bytes.getInteger(at: 0, as: Int64.self) == 0)
    }

    @Test func logAppendTimeIsEveryRecordsTime() throws {
        var batch = try RecordBatch(ByteBuffer(hex: try #require(try Vectors.batches().first).hex))
        batch.setLogAppendTime(42)
        #expect(batch.isCRCValid)
        #expect(batch.attributes.timestampType == .logAppendTime)
        #expect(try batch.records().map(\.timestamp) == [42])
    }

    @Test func sequencesWrapToZero() {
        #expect(RecordBatch.sequence(.max, plus: 1) == 0)
        #expect(RecordBatch.sequence(.max - 1, plus: 3) == 1)
        #expect(RecordBatch.sequence(-1, plus: 5) == -1)
    }

    @Test func retainingKeepsOffsetsAndProducer() throws {
        var builder = RecordBatchBuilder(compression: .lz4, baseOffset: 100)
        builder.producerID = 9
        builder.producerEpoch = 1
        builder.baseSequence = 5
        for index in 0..<10 {
            builder.append(
                timestamp: 1000 + Int64(index), key: ByteBuffer(string: "k\(index)"), value: ByteBuffer(string: "v"),
                headers: [RecordHeader("h", nil)])
        }
        let batch = try builder.build()
        let kept = try batch.retaining(deleteHorizon: 5000) { $0.offset % 2 == 0 }
        #expect(kept.isCRCValid && kept.attributes.hasDeleteHorizon && kept.baseTimestamp == 5000)
        #expect(kept.baseOffset == 100 && kept.lastOffset == 109 && kept.lastSequence == 14)
        #expect(try kept.records() == batch.records().filter { $0.offset % 2 == 0 })
        let empty = try kept.retaining { _ in false }
        #expect(empty.recordCount == 0 && empty.lastOffset == 109 && empty.sizeInBytes == 61)
        #expect(try empty.records().isEmpty)
    }

    @Test func controlRecordsSurviveTheirBatch() throws {
        let marker = TransactionMarker(producerID: 4, producerEpoch: 2, isCommit: true, coordinatorEpoch: 3)
        #expect(try TransactionMarker(marker.batch(timestamp: 1)) == marker)
        var change = LeaderChangeMessage()
        change.leaderID = 2
        change.voters = [.init(1), .init(2), .init(3)]
        var header = SnapshotHeaderRecord()
        header.lastContainedLogTimestamp = 77
        for record in [
            QuorumControlRecord.leaderChange(change), .snapshotHeader(header), .snapshotFooter(SnapshotFooterRecord()),
        ] {
            let batch = try #require(try record.batch(baseOffset: 12, epoch: 3, timestamp: 99))
            #expect(batch.attributes.isControl && batch.isCRCValid && batch.baseOffset == 12)
            #expect(try QuorumControlRecord(batch) == record)
        }
    }

    private func expect(_ records: [Record], equal expected: [Vectors.Record], _ comment: Comment) {
        #expect(records.count == expected.count, comment)
        for (record, wanted) in zip(records, expected) {
            #expect(record.offset == wanted.offset, comment)
            #expect(record.timestamp == wanted.timestamp, comment)
            #expect(record.key?.hex == wanted.key, comment)
            #expect(record.value?.hex == wanted.value, comment)
            #expect(record.headers.map(\.key) == (wanted.headers ?? []).map { $0.first ?? nil }, comment)
            #expect(record.headers.map { $0.value?.hex } == (wanted.headers ?? []).map { $0.last ?? nil }, comment)
        }
    }
}
