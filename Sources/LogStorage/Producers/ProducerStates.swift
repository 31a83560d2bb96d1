import KafkaProtocol
import KafkaRecords

/// The producers that a partition knows: refuses what is out of order or fenced, recognises repeated batches, and tracks
/// open transactions (KIP-98, KIP-360, KIP-890). Pure: files are the log's business.
package struct ProducerStates: Sendable, Equatable {
    /// A transaction under verification.
    struct Verification: Equatable, Sendable {
        var proof: VerificationGuard
        var lowestSequence: Int32
        var epoch: Int16
        /// Whether the producer's epoch is bumped with every transaction, which makes sequences start at 0.
        var bumpsEpoch: Bool
        var created: Timestamp
    }

    struct OpenTransaction: Equatable, Sendable {
        var producerID: Int64
        var firstOffset: Offset
    }

    /// Completed, but the marker is not below the high watermark yet.
    struct UnreplicatedTransaction: Equatable, Sendable {
        var firstOffset: Offset
        var lastOffset: Offset
    }

    private(set) var entries: [Int64: ProducerEntry] = [:]
    private var verifications: [Int64: Verification] = [:]
    /// Ascending by first offset.
    private var open: [OpenTransaction] = []
    private var unreplicated: [UnreplicatedTransaction] = []
    private var nextToken: UInt64 = 1
    /// The offset up to which (exclusive) the state covers the log.
    package var endOffset: Offset = 0

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }

    /// All known producers, ascending by id.
    package var active: [ProducerEntry] { entries.values.sorted { $0.producerID < $1.producerID } }

    package func entry(_ producerID: Int64) -> ProducerEntry? { entries[producerID] }

    /// The first offset that is not decided or whose decision is not replicated yet.
    package var firstUnstableOffset: Offset? {
        let completed = unreplicated.min { $0.firstOffset < $1.firstOffset }?.firstOffset
        guard let undecided = open.first?.firstOffset else { return completed }
        return min(undecided, completed ?? undecided)
    }

    // MARK: Verification (KIP-890)

    /// What a transactional batch needs before its append; nil when its transaction is open here already.
    package mutating func startVerification(
        producerID: Int64, epoch: Int16, sequence: Int32, bumpsEpoch: Bool, now: Timestamp
    ) -> VerificationGuard? {
        if entries[producerID]?.transactionStart != nil { return nil }
        if var known = verifications[producerID], known.epoch >= epoch {
            if known.epoch == epoch, sequence >= 0 { known.lowestSequence = min(known.lowestSequence, sequence) }
            verifications[producerID] = known
            return known.proof
        }
        let proof = VerificationGuard(token: nextToken)
        nextToken += 1
        verifications[producerID] = Verification(
            proof: proof, lowestSequence: sequence, epoch: epoch, bumpsEpoch: bumpsEpoch, created: now)
        return proof
    }

    func verification(_ producerID: Int64) -> Verification? { verifications[producerID] }

    // MARK: Taking appended batches in

    mutating func commit(_ entry: ProducerEntry) {
        let before = entries[entry.producerID]?.transactionStart
        entries[entry.producerID] = entry
        guard entry.transactionStart != before else { return }
        verifications[entry.producerID] = nil
        open.removeAll { $0.producerID == entry.producerID }
        guard let start = entry.transactionStart else { return }
        begin(OpenTransaction(producerID: entry.producerID, firstOffset: start))
    }

    /// A transaction has begun.
    mutating func begin(_ transaction: OpenTransaction) {
        let index = open.firstIndex { $0.firstOffset > transaction.firstOffset } ?? open.count
        open.insert(transaction, at: index)
    }

    /// Takes note of an ended transaction.
    ///
    /// - Returns: the first offset still undecided after it, which the aborted-transaction index keeps.
    mutating func complete(_ transaction: CompletedTransaction) -> Offset {
        open.removeAll { $0.producerID == transaction.producerID && $0.firstOffset == transaction.firstOffset }
        unreplicated.append(
            UnreplicatedTransaction(firstOffset: transaction.firstOffset, lastOffset: transaction.lastOffset))
        return min(open.first?.firstOffset ?? .max, transaction.lastOffset + 1)
    }

    /// A marker makes every verification that began before it worthless.
    mutating func endVerification(_ producerID: Int64) { verifications[producerID] = nil }

    mutating func highWatermarkAdvanced(to offset: Offset) {
        unreplicated.removeAll { $0.lastOffset < offset }
    }

    /// Forgets producers that were silent for `limit` ms and have no open transaction.
    package mutating func expire(now: Timestamp, limit: Int64) {
        entries = entries.filter { $0.value.transactionStart != nil || now - $0.value.lastTimestamp < limit }
        verifications = verifications.filter { now - $0.value.created < limit }
    }

    /// Replaces everything by what a snapshot held.
    mutating func reset(to loaded: [ProducerEntry], endOffset: Offset) {
        self = ProducerStates()
        self.endOffset = endOffset
        for entry in loaded { commit(entry) }
    }
}
