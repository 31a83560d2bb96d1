import KafkaProtocol
import KafkaRecords
import NIOCore
import TestSupport
import Testing

@testable import Broker

extension LoneBroker {
    /// What a consumer of one partition gets from an offset on: the records that pass its own checks, and the error
    /// that ended it.
    func fetch(
        _ topic: String, from offset: Offset
    ) throws -> (records: [Record], error: ErrorCode, end: Offset) {
        let answer = try #require(try call(FetchRequest(topic, from: offset), 12).responses.first?.partitions.first)
        var reader = RecordBatchReader(answer.records ?? ByteBuffer())
        var records: [Record] = []
        do {
            while let batch = try reader.next() {
                guard batch.isCRCValid else { return (records, .corruptMessage, answer.highWatermark) }
                records += try batch.records()
            }
        } catch {
            return (records, .corruptMessage, answer.highWatermark)
        }
        return (records.filter { $0.offset >= offset }, answer.errorCode, answer.highWatermark)
    }

    /// Every record of a topic that can be had, by offset; goes on behind what cannot.
    func everything(_ topic: String, from start: Offset = 0) throws -> [Offset: String] {
        var found: [Offset: String] = [:]
        var next = start
        while true {
            let (records, error, end) = try fetch(topic, from: next)
            for record in records { found[record.offset] = record.value.map { String(buffer: $0) } }
            guard next < end, error != .offsetOutOfRange else { return found }
            next = records.last.map { $0.offset + 1 } ?? next + 1
        }
    }
}
