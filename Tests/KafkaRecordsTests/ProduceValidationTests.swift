import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaRecords

@Suite struct ProduceValidationTests {
    private let now: Int64 = 1_700_000_000_000

    private func builder(_ codec: CompressionType = .none, count: Int = 3, keyed: Bool = true) -> RecordBatchBuilder {
        var builder = RecordBatchBuilder(compression: codec)
        for index in 0..<count {
            builder.append(
                timestamp: now + Int64(index), key: keyed ? ByteBuffer(string: "k") : nil,
                value: ByteBuffer(string: "value \(index)"))
        }
        return builder
    }

    private func code(
        _ bytes: ByteBuffer?, version: Int16 = 9, _ change: (inout ProduceValidation.Rules) -> Void = { _ in }
    ) -> ErrorCode {
        var rules = ProduceValidation.Rules()
        change(&rules)
        do {
            _ = try ProduceValidation.validate(bytes, version: version, rules: rules, now: now)
            return .none
        } catch {
            return error.code
        }
    }

    @Test func aGoodBatchPassesUntouched() throws {
        for codec in CompressionType.allCases where Compression.isAvailable(codec) {
            let batch = try builder(codec).build()
            let stored = try ProduceValidation.validate(batch.bytes, version: 9, rules: .init(), now: now)
            #expect(stored == batch)
        }
    }

    @Test func damageIsNamed() throws {
        let good = try builder().build()
        #expect(code(nil) == .invalidRecord)
        #expect(code(ByteBuffer()) == .invalidRecord)
        #expect(code(good.bytes.slice(0..<70)) == .corruptMessage)
        var two = good.bytes
        two.writeImmutableBuffer(good.bytes)
        #expect(code(two) == .invalidRecord)
        var flipped = good.bytes
        flipped.setInteger(UInt8(0xff), at: good.sizeInBytes - 2)
        #expect(code(flipped) == .corruptMessage)
        #expect(code(good.bytes) { $0.maxMessageBytes = 80 } == .messageTooLarge)
        var moved = good
        moved.assign(baseOffset: 5, partitionLeaderEpoch: 0)
        #expect(code(moved.bytes) == .invalidRecord)
        #expect(code(try Vectors.legacy().first.map { ByteBuffer(hex: $0.hex) }) == .invalidRecord)
    }

    @Test func headersThatDoNotFitTheirRecordsAreRefused() throws {
        var control = builder(count: 1)
        control.isControl = true
        #expect(code(try control.build().bytes) == .invalidRecord)
        #expect(code(try builder().build(lastOffset: 7).bytes) == .invalidRecord)
        var idless = builder()
        idless.isTransactional = true
        #expect(code(try idless.build().bytes) == .invalidRecord)
        var unsequenced = builder()
        unsequenced.producerID = 4
        #expect(code(try unsequenced.build().bytes) == .invalidRecord)
        var gap = builder(count: 1)
        gap.append(Record(offset: 2, timestamp: now, key: ByteBuffer(string: "k")))
        gap.append(Record(offset: 3, timestamp: now, key: ByteBuffer(string: "k")))
        #expect(code(try gap.build().bytes) == .invalidRecord)
        if Compression.isAvailable(.zstd) {
            #expect(code(try builder(.zstd).build().bytes, version: 6) == .unsupportedCompressionType)
        }
    }

    @Test func recordsToBlameAreListed() throws {
        var mixed = builder(count: 2)
        mixed.append(timestamp: now)
        var rules = ProduceValidation.Rules()
        rules.isCompacted = true
        let bytes = try mixed.build().bytes
        #expect(throws: ProduceValidation.Rejection.self) {
            try ProduceValidation.validate(bytes, version: 9, rules: rules, now: now)
        }
        do {
            _ = try ProduceValidation.validate(bytes, version: 9, rules: rules, now: now)
        } catch {
            #expect(error.code == .invalidRecord && error.records.map(\.index) == [2])
        }
        let good = try builder().build().bytes
        #expect(code(good) { $0.timestampAfterMaxMs = 1 } == .invalidTimestamp)
        var old = RecordBatchBuilder()
        old.append(timestamp: now - 1000)
        #expect(code(try old.build().bytes) { $0.timestampBeforeMaxMs = 999 } == .invalidTimestamp)
        #expect(code(try old.build().bytes) { $0.timestampBeforeMaxMs = 1000 } == .none)
        var absurd = RecordBatchBuilder()
        absurd.append(timestamp: .min)
        #expect(code(try absurd.build().bytes) == .invalidTimestamp)
    }

    @Test func onlySoManyRecordsToBlameAreListed() throws {
        var rules = ProduceValidation.Rules()
        rules.isCompacted = true
        let keyless = try builder(count: RecordLimits.recordErrors + 1, keyed: false).build().bytes
        let rejection = #expect(throws: ProduceValidation.Rejection.self) {
            try ProduceValidation.validate(keyless, version: 9, rules: rules, now: now)
        }
        #expect(rejection?.code == .invalidRecord && rejection?.records.count == RecordLimits.recordErrors)
        rules = ProduceValidation.Rules()
        rules.timestampBeforeMaxMs = 0
        let late = #expect(throws: ProduceValidation.Rejection.self) {
            try ProduceValidation.validate(keyless, version: 9, rules: rules, now: now + 1_000)
        }
        #expect(late?.code == .invalidTimestamp && late?.records.count == RecordLimits.recordErrors)
    }

    @Test func theTopicsClockAndCodecAreApplied() throws {
        var rules = ProduceValidation.Rules()
        rules.timestampType = .logAppendTime
        rules.compression = .lz4
        var producer = builder(.snappy)
        producer.producerID = 7
        producer.producerEpoch = 1
        producer.baseSequence = 3
        let sent = try producer.build()
        let stored = try ProduceValidation.validate(sent.bytes, version: 9, rules: rules, now: 5)
        #expect(stored.isCRCValid && stored.attributes.compression == .lz4)
        #expect(stored.producerID == 7 && stored.baseSequence == 3 && stored.recordCount == 3)
        #expect(try stored.records().map(\.timestamp) == [5, 5, 5])
        #expect(try stored.records().map(\.value) == sent.records().map(\.value))
    }
}
