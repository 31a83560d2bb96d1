/// Where the parts of one record lie in a batch's (decompressed) payload: enough to check a record, or to cut it out,
/// without allocating.
struct RecordLayout {
    /// The whole record with its length.
    var range: Range<Int>
    /// What follows the length: attributes, then the timestamp delta.
    var timestampDelta: Int64
    var offsetDelta: Int32
    /// nil is null.
    var key: Range<Int>?
    var value: Range<Int>?
    var headerCount: Int32
    /// Where the first header's name begins.
    var headers: Int
    /// What lies between the timestamp delta and the end, for writing a record anew with another timestamp delta.
    var afterTimestamp: Int

    /// Reads the record at `position` and moves past it. Headers are walked too, so that what passes here can be cut
    /// up without further checks.
    static func read(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) throws -> RecordLayout {
        let start = position
        var at = position
        guard let length = Varint.read32(bytes, &at) else { throw RecordsError.malformedRecord("length") }
        guard length >= RecordLimits.smallestRecord - 1, Int(length) <= bytes.count - at else {
            throw RecordsError.malformedRecord("length \(length)")
        }
        let record = UnsafeRawBufferPointer(rebasing: bytes[..<(at + Int(length))])
        at += 1
        guard let timestampDelta = Varint.read64(record, &at) else { throw RecordsError.malformedRecord("timestamp") }
        let afterTimestamp = at
        guard let offsetDelta = Varint.read32(record, &at) else { throw RecordsError.malformedRecord("offset") }
        let key = try nullable(record, &at, "key")
        let value = try nullable(record, &at, "value")
        guard let headerCount = Varint.read32(record, &at), headerCount >= 0 else {
            throw RecordsError.malformedRecord("header count")
        }
        let headers = at
        for _ in 0..<headerCount {
            guard try nullable(record, &at, "header key") != nil else {
                throw RecordsError.malformedRecord("null header key")
            }
            _ = try nullable(record, &at, "header value")
        }
        guard at == record.count else { throw RecordsError.malformedRecord("length does not fit its fields") }
        position = at
        return RecordLayout(
            range: start..<at, timestampDelta: timestampDelta, offsetDelta: offsetDelta, key: key, value: value,
            headerCount: headerCount, headers: headers, afterTimestamp: afterTimestamp)
    }

    /// Reads a length and skips that many bytes; nil for the length −1.
    @inline(__always)
    static func nullable(
        _ bytes: UnsafeRawBufferPointer, _ at: inout Int, _ part: StaticString
    ) throws -> Range<Int>? {
        guard let length = Varint.read32(bytes, &at), length >= -1, Int(length) <= bytes.count - at else {
            throw RecordsError.malformedRecord("\(part)")
        }
        if length == -1 { return nil }
        let start = at
        at += Int(length)
        return start..<at
    }
}
