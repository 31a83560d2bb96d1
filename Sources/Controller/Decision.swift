import ClusterMetadata
import KafkaProtocol

/// What the controller makes of a request: records to append as one atomic batch, and the answer that leaves once they
/// are committed. Without records it leaves once all is committed that was decided before, as it may rest on that.
package struct Decision<Response: Sendable>: Sendable {
    package let records: [MetadataRecord]
    package let response: Response
    /// The broker whose registration is all that an answer without records rests on; nil where it may be anything.
    package var restsOn: BrokerID?

    package init(records: [MetadataRecord] = [], response: Response) {
        self.records = records
        self.response = response
    }
}

extension Decision: Equatable where Response: Equatable {}

/// A failed part of a request: the error code and a sentence for the user.
struct Refusal: Error, Equatable {
    let code: ErrorCode
    let message: String

    init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// A decision in the making: the records so far, and the image as it will be with them, so that the parts of one request
/// see each other.
struct Draft {
    private(set) var image: MetadataImage
    private(set) var records: [MetadataRecord] = []
    private var bytes = 0
    /// The image without the records.
    private let base: MetadataImage
    /// A part did not fit: nor do those after it, so that a request that is too large is not worked out to its end.
    private var isFull = false

    init(_ image: MetadataImage) {
        self.image = image
        base = image
    }

    /// Adds a record. One that does not fit would end every broker that replays it, so it is left out.
    mutating func append(_ record: MetadataRecord) {
        do {
            try image.replay(record, offset: image.offset)
            records.append(record)
            bytes += Self.size(record)
        } catch {
            assertionFailure("a decision contradicts its own image: \(error)")
        }
    }

    /// Runs a part of a request; when it is refused nothing of it remains.
    ///
    /// A request may have thousands of parts, and most are taken: nothing is copied for them.
    mutating func attempt(_ body: (inout Draft) throws -> Void) -> Refusal? {
        guard !isFull else { return Self.tooMuch }
        let before = (records.count, bytes)
        do {
            try body(&self)
            isFull = bytes > Limits.recordBytesPerRequest
            guard !isFull else { throw Self.tooMuch }
            return nil
        } catch {
            goBack(to: before)
            return error as? Refusal ?? Refusal(.unknownServerError, "\(error)")
        }
    }

    private static let tooMuch = Refusal(.policyViolation, "The request asks for too much at once.")

    private mutating func goBack(to before: (count: Int, bytes: Int)) {
        bytes = before.bytes
        guard records.count > before.count else { return }
        let kept = records.prefix(before.count)
        records = []
        image = base
        for record in kept { append(record) }
        bytes = before.bytes
    }

    /// About what a record takes in the log; texts and lists make the difference.
    private static func size(_ record: MetadataRecord) -> Int {
        switch record {
        case .config(let record):
            32 + record.resourceName.utf8.count + record.name.utf8.count + (record.value?.utf8.count ?? 0)
        case .partition(let record): 64 + 8 * record.replicas.count
        case .partitionChange(let record): 64 + 12 * (record.replicas?.count ?? 0)
        case .userScramCredential(let record): 256 + record.name.utf8.count + record.salt.bytes.count
        default: 512
        }
    }

    func decided<Response: Sendable>(_ response: Response) -> Decision<Response> {
        Decision(records: records, response: response)
    }
}
