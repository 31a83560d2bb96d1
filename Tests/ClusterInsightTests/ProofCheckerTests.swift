import Testing

@testable import ClusterInsight

/// The judge of `klamm prove`: each way in which the claim can be false is named, and nothing else is.
@Suite("The proof's checker")
struct ProofCheckerTests {
    private var checker = ProofChecker(topic: "prove-1", limit: 100)
    private let stream = ProofRecord.Stream(producer: 2, partition: 3)

    private func value(_ sequence: Int64, size: Int = ProofRecord.smallest) -> [UInt8] {
        ProofRecord(stream: stream, sequence: sequence, made: 1_700_000_000_000).encoded(size: size)
    }

    /// Sends and acknowledges `count` records, at the offsets of their sequences.
    private mutating func store(_ count: Int) {
        for _ in 0..<count {
            let sequence = checker.sends(stream)
            checker.acknowledged(stream, sequence, at: sequence)
        }
    }

    @Test("records come back as they were sent, whatever their size; a changed byte is noticed")
    func records() throws {
        for size in [0, ProofRecord.smallest, 100, 1_000] {
            let bytes = value(77, size: size)
            #expect(bytes.count == max(size, ProofRecord.smallest))
            let back = try #require(ProofRecord(decoding: bytes))
            #expect(back == ProofRecord(stream: stream, sequence: 77, made: 1_700_000_000_000))
            for index in bytes.indices {
                var broken = bytes
                broken[index] ^= 1
                #expect(ProofRecord(decoding: broken) == nil, "byte \(index) of \(size)")
            }
        }
        #expect(ProofRecord(decoding: []) == nil)
    }

    @Test("everything read once and in order: the claim holds and nothing is kept")
    mutating func holds() {
        store(5)
        for sequence in 0..<5 as Range<Int64> { checker.read(value(sequence), partition: 3, offset: sequence) }
        checker.readToTheEnd()
        #expect(checker.counts.holds)
        #expect(checker.counts.acknowledged == 5)
        #expect(checker.counts.read == 5)
        #expect(checker.inFlight == 0)
        #expect(checker.findings.isEmpty)
    }

    @Test("a record may be read before its acknowledgement comes")
    mutating func early() {
        let sequence = checker.sends(stream)
        checker.read(value(sequence), partition: 3, offset: 0)
        checker.acknowledged(stream, sequence, at: 0)
        checker.readToTheEnd()
        #expect(checker.counts.holds)
        #expect(checker.inFlight == 0)
    }

    @Test("of many findings the first are kept, and all are counted")
    mutating func manyFindings() {
        let many = Limits.proofFindings + 10
        for _ in 0..<many {
            store(1)
            let last = checker.sends(stream)
            checker.read(value(last), partition: 3, offset: last)
        }
        #expect(checker.counts.lost == many)
        #expect(checker.findings.count == Limits.proofFindings)
        #expect(checker.findings.first == "LOST prove-1/3 producer 2 sequence 0, acknowledged at offset 0")
    }

    @Test("lost: a reader that is past an acknowledged record tells at once, whichever comes first")
    mutating func lostAtOnce() {
        store(2)
        checker.read(value(1), partition: 3, offset: 1)
        #expect(checker.counts.lost == 1)
        #expect(checker.findings == ["LOST prove-1/3 producer 2 sequence 0, acknowledged at offset 0"])
        let late = checker.sends(stream)
        let next = checker.sends(stream)
        checker.read(value(next), partition: 3, offset: 3)
        #expect(checker.counts.lost == 1, "no promise was made yet")
        checker.acknowledged(stream, late, at: 2)
        #expect(checker.counts.lost == 2)
    }

    @Test("lost: the end of the log was reached without it")
    mutating func lostAtTheEnd() {
        store(3)
        checker.read(value(0), partition: 3, offset: 0)
        #expect(checker.counts.lost == 0)
        checker.readToTheEnd()
        #expect(checker.counts.lost == 2)
        #expect(!checker.counts.holds)
        #expect(checker.inFlight == 0)
    }

    @Test("duplicated: one producer and sequence found twice")
    mutating func duplicated() {
        store(2)
        for (offset, sequence) in [0, 1, 1, 0].enumerated() {
            checker.read(value(Int64(sequence)), partition: 3, offset: Int64(offset))
        }
        #expect(checker.counts.duplicated == 2)
        #expect(checker.counts.outOfOrder == 0)
        #expect(checker.counts.lost == 0)
    }

    @Test("out of order: found after one that was sent later")
    mutating func outOfOrder() {
        for offset in [2, 0, 1] as [Int64] {
            let sequence = checker.sends(stream)
            checker.acknowledged(stream, sequence, at: offset)
        }
        checker.read(value(1), partition: 3, offset: 0)
        checker.read(value(2), partition: 3, offset: 1)
        checker.read(value(0), partition: 3, offset: 2)
        checker.readToTheEnd()
        #expect(checker.counts.outOfOrder == 1)
        #expect(checker.counts.lost == 0)
        #expect(checker.counts.duplicated == 0)
    }

    @Test("phantom: found and never sent")
    mutating func phantom() {
        store(1)
        checker.read(value(5), partition: 3, offset: 0)
        let stranger = ProofRecord(stream: .init(producer: 9, partition: 3), sequence: 0, made: 0)
        checker.read(stranger.encoded(), partition: 3, offset: 1)
        #expect(checker.counts.phantom == 2)
        #expect(!checker.counts.holds)
    }

    @Test("corrupt: other bytes, or another partition than it was sent to")
    mutating func corrupt() {
        store(2)
        checker.read([1, 2, 3], partition: 3, offset: 0)
        checker.read(value(1), partition: 4, offset: 0)
        #expect(checker.counts.corrupt == 2)
        #expect(!checker.counts.holds)
    }

    @Test("unknown: without an answer nothing is promised, neither to be there nor where")
    mutating func unknown() {
        for _ in 0..<3 { _ = checker.sends(stream) }
        checker.unanswered(stream, 0)
        checker.unanswered(stream, 1)
        checker.acknowledged(stream, 2, at: 0)
        checker.read(value(2), partition: 3, offset: 0)
        checker.read(value(0), partition: 3, offset: 1)
        checker.readToTheEnd()
        #expect(checker.counts.unknown == 2)
        #expect(checker.counts.unknownFound == 1)
        #expect(checker.counts.holds)
        #expect(checker.inFlight == 1, "the one that never turned up")
    }

    @Test("no more is kept than the limit says")
    mutating func bounded() {
        for _ in 0..<100 {
            #expect(checker.hasRoom)
            _ = checker.sends(stream)
        }
        #expect(!checker.hasRoom)
        checker.acknowledged(stream, 0, at: 0)
        #expect(!checker.hasRoom)
        checker.read(value(0), partition: 3, offset: 0)
        #expect(checker.hasRoom)
    }
}
