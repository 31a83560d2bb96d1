import Glibc
import KafkaProtocol
import KafkaRecords
import NIOCore

/// What hostile bytes are read as; KLAMM_FUZZ names one.
private enum Target: String {
    /// A frame without its size, read as a broker reads it: the header picks the API.
    case requests
    /// API key and version in two bytes each, then a response as a client reads it.
    case responses
    /// What a Produce request or a Fetch answer carries.
    case batches
    /// A byte that picks the codec, then what is compressed.
    case codecs

    static let chosen = getenv("KLAMM_FUZZ").flatMap { Target(rawValue: String(cString: $0)) }
}

private typealias Words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's loop.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutablePointer<Words>,
    _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The entry point, as the package manager names that of this program.
@_cdecl("fuzz_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    var (count, words) = (count, words)
    return runDriver(&count, &words) { fuzzOne($0, $1) }
}

/// Reads one input. Whatever comes, it is read or refused: a trap, a second's work or memory without bound ends the run.
private func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = ByteBuffer(bytes: UnsafeBufferPointer(start: start, count: count))
    switch Target.chosen {
    case .requests: try? readRequest(input)
    case .responses: try? readResponse(input)
    case .batches: readBatches(input)
    case .codecs: readCompressed(input)
    case nil: fatalError("KLAMM_FUZZ must be requests, responses, batches or codecs")
    }
    return 0
}

private func readRequest(_ input: ByteBuffer) throws {
    var rest = input
    let header = try RequestHeader(decoding: &rest)
    guard let entry = APITable.entries[APIKey(rawValue: header.api)] else { return }
    try readRequest(entry.request, header, &rest)
}

private func readRequest<R: KafkaRequest>(_: R.Type, _ header: RequestHeader, _ rest: inout ByteBuffer) throws {
    guard R.versions.contains(header.version) else { return }
    let flexible = header.version >= R.flexibleSince
    if flexible { try RequestHeader.skipTags(&rest) }
    let message = try R(decoding: &rest, version: header.version, flexible: flexible)
    try rewrite(message, header.version, flexible)
}

private func readResponse(_ input: ByteBuffer) throws {
    var rest = input
    guard let (api, version) = rest.readMultipleIntegers(as: (Int16, Int16).self),
        let entry = APITable.entries[APIKey(rawValue: api)]
    else { return }
    try readResponse(entry.request, version, &rest)
}

private func readResponse<R: KafkaRequest>(_: R.Type, _ version: Int16, _ rest: inout ByteBuffer) throws {
    guard R.versions.contains(version) else { return }
    let message = try Frame.readResponse(&rest, to: R.self, version: version)
    try rewrite(message, version, version >= R.flexibleSince)
}

/// What was read can be written, and reads the same again.
private func rewrite<M: WireStruct>(_ message: M, _ version: Int16, _ flexible: Bool) throws {
    let bytes = try message.encoded(version: version, flexible: flexible)
    var rest = bytes
    let again = try M(decoding: &rest, version: version, flexible: flexible)
    guard try again.encoded(version: version, flexible: flexible) == bytes else {
        fatalError("\(M.self) version \(version) does not come back as it was written")
    }
}

/// As much as one input may unfold to; what is without bound shows at any limit.
private let limit = 1 << 20

private func readBatches(_ input: ByteBuffer) {
    let rules = ProduceValidation.Rules()
    _ = try? ProduceValidation.validate(input, version: 9, rules: rules, now: 0)
    var old = input
    while let records = try? MessageSet.read(from: &old, limit: limit), !records.isEmpty {}
    var reader = RecordBatchReader(input)
    while var batch = (try? reader.next()) ?? nil {
        // Else hardly anything would get beyond the checksum.
        batch.renewCRC()
        _ = try? batch.records(limit: limit)
        _ = try? TransactionMarker(batch)
        _ = try? QuorumControlRecord(batch)
        guard let plain = try? batch.decompressedPayload(limit: limit), plain.readableBytes < limit else { continue }
        _ = try? ProduceValidation.validate(batch.bytes, version: 9, rules: rules, now: 0)
        guard let kept = try? batch.retaining(deleteHorizon: 5, { $0.key != nil }) else { continue }
        guard (try? kept.records(limit: limit)) != nil else { fatalError("a compacted batch cannot be read") }
    }
}

private func readCompressed(_ input: ByteBuffer) {
    var rest = input
    guard let byte = rest.readInteger(as: Int8.self), let codec = CompressionType(rawValue: byte & 7) else { return }
    guard let plain = try? Compression.decompress(rest, with: codec, limit: limit) else { return }
    guard plain.readableBytes <= limit || codec == .none else { fatalError("\(codec) passes the limit") }
}
