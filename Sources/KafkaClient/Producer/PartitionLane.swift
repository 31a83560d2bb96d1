import DequeModule
import KafkaProtocol
import KafkaRecords

/// One partition's batches on their way: which may be sent now, under which sequence numbers, and what an answer means.
///
/// A pure machine after Kafka's rules for idempotent producers (KIP-98, KIP-360): a batch keeps its numbers through
/// retries, so that the broker knows a repetition; up to five are in flight; a retry waits until it is the oldest. After
/// a gap that cannot be closed every batch is brought to a definite end first, and what is left goes on under a higher
/// epoch: a batch that may be stored is never sent under other numbers.
struct PartitionLane {
    /// Whether and how batches are numbered.
    enum Numbering {
        /// Not at all; one batch is in flight, so that order holds through retries.
        case none
        case idempotent
        /// The epoch belongs to the transactional id: after a gap the transaction can only be aborted.
        case transactional
    }

    /// Who the batches come from, for a broker that drops repetitions.
    struct Identity: Sendable, Equatable {
        var producerID: Int64
        var epoch: Int16
    }

    /// A batch that has left the queue. Its number names it in answers.
    struct Batch {
        let number: Int
        var entries: [Producer.Entry]
        var identity: Identity?
        /// The sequence number of the first record; −1 without an identity.
        var sequence: Int32
        var attempts = 0
        /// A request with it is under way.
        fileprivate(set) var isOut = false
        /// It was the oldest when it was sent last, so that the broker should have expected it.
        fileprivate var wasFirst = false
        /// An attempt got no answer, or one that leaves open whether the batch is in the log.
        fileprivate(set) var mayBeStored = false
        fileprivate var notBefore: Deadline?
        /// The bytes, which stay the same while identity and sequence do.
        var bytes: RecordBatch?

        fileprivate var count: Int32 { Int32(clamping: entries.count) }
        fileprivate var deadline: Deadline? { entries.first?.deadline }
    }

    /// What is to be done next.
    enum Step {
        /// Ask for a producer id, and hand it to `identified`.
        case identify(deadline: Deadline)
        case send(Batch)
        /// Nothing can be done before this time.
        case pause(until: Deadline)
        /// Too late: tell whoever waits.
        case fail([Producer.Entry], ClientError)
        /// Nothing can be done before an answer or a record comes.
        case idle
    }

    /// As many as a broker remembers of a producer, and no connection takes more.
    static let window = 5

    private let numbering: Numbering
    private let batchSize: Int
    private let backoff: @Sendable (_ attempt: Int) -> Duration

    private(set) var waiting: Deque<Producer.Entry> = []
    private(set) var waitingBytes = 0
    /// Ascending by sequence.
    private(set) var flight: [Batch] = []
    private(set) var identity: Identity?
    private var nextSequence: Int32 = 0
    /// The broker has stored a batch under this identity, and so knows it.
    private var isKnown = false
    /// There is a gap before or behind what is in flight: nothing new leaves until the epoch is raised.
    private var mustRaiseEpoch = false
    private var lastNumber = 0
    private var identityAttempts = 0
    private var identityNotBefore: Deadline?
    private var lastError = ClientError.timedOut("the record's delivery timeout")

    /// - Parameter backoff: how long to wait after so many failed attempts.
    init(numbering: Numbering, batchSize: Int, backoff: @escaping @Sendable (_ attempt: Int) -> Duration) {
        self.numbering = numbering
        self.batchSize = batchSize
        self.backoff = backoff
    }

    private var isIdempotent: Bool { numbering != .none }

    /// Whether a batch could leave that is not full, so that lingering may bring more into it.
    var mayGrow: Bool {
        !waiting.isEmpty && waitingBytes < batchSize && !mustRaiseEpoch && flight.count < room
            && flight.allSatisfy(\.isOut)
    }

    mutating func enqueue(_ entry: Producer.Entry) {
        waiting.append(entry)
        waitingBytes += entry.record.size
    }

    // MARK: Sending

    /// What to do now. A batch handed out counts as under way.
    mutating func next(_ now: Deadline) -> Step {
        if mustRaiseEpoch, isSettled {
            if numbering == .transactional, !(flight.isEmpty && waiting.isEmpty) { return .fail(takeAll(), lastError) }
            raiseEpoch()
        }
        if let retry = flight.firstIndex(where: { $0.needsSending(mustRaiseEpoch) }) { return step(retry, now) }
        // The broker remembers five batches: more must not follow one of which it is not known whether it is there.
        guard !mustRaiseEpoch, flight.count < room, !flight.contains(where: \.mayBeStored), let first = waiting.first
        else { return .idle }
        guard first.deadline > now else { return .fail(takeWaiting(until: now), lastError) }
        if isIdempotent, identity == nil {
            if let pause = identityNotBefore, pause > now { return .pause(until: min(pause, first.deadline)) }
            return .identify(deadline: first.deadline)
        }
        flight.append(newBatch())
        return send(flight.count - 1)
    }

    /// Before the first acknowledgement the broker may not know the producer, and would take any sequence for the first.
    private var room: Int { isIdempotent && isKnown ? Self.window : 1 }

    private mutating func step(_ index: Int, _ now: Deadline) -> Step {
        // Those behind must not overtake it.
        guard !flight[..<index].contains(where: { $0.isOut || !mustRaiseEpoch }) else { return .idle }
        if let deadline = flight[index].deadline, deadline <= now {
            return .fail(remove(index).entries, lastError)
        }
        if let pause = flight[index].notBefore, pause > now {
            return .pause(until: min(pause, flight[index].deadline ?? pause))
        }
        return send(index)
    }

    private mutating func send(_ index: Int) -> Step {
        flight[index].isOut = true
        flight[index].wasFirst = index == 0
        flight[index].attempts += 1
        return .send(flight[index])
    }

    private mutating func newBatch() -> Batch {
        var entries: [Producer.Entry] = []
        var bytes = 0
        while let first = waiting.first, entries.isEmpty || bytes + first.record.size <= batchSize {
            bytes += first.record.size
            entries.append(waiting.removeFirst())
        }
        waitingBytes -= bytes
        lastNumber += 1
        let batch = Batch(number: lastNumber, entries: entries, identity: identity, sequence: -1)
        return identity == nil ? batch : numbered(batch)
    }

    private mutating func numbered(_ batch: Batch) -> Batch {
        var batch = batch
        batch.identity = identity
        batch.sequence = nextSequence
        batch.bytes = nil
        nextSequence = RecordBatch.sequence(nextSequence, plus: batch.count)
        return batch
    }

    private mutating func takeAll() -> [Producer.Entry] {
        let entries = flight.flatMap(\.entries) + waiting
        flight = []
        waiting = []
        waitingBytes = 0
        return entries
    }

    private mutating func takeWaiting(until now: Deadline) -> [Producer.Entry] {
        var late: [Producer.Entry] = []
        while let first = waiting.first, first.deadline <= now {
            waitingBytes -= first.record.size
            late.append(waiting.removeFirst())
        }
        return late
    }

    /// The bytes that were made for a batch, for its retries.
    mutating func keep(_ bytes: RecordBatch, of number: Int) {
        guard let index = flight.firstIndex(where: { $0.number == number }) else { return }
        flight[index].bytes = bytes
    }

    // MARK: Identity

    /// A producer id for this partition alone.
    mutating func identified(_ new: Identity) {
        identity = new
        identityAttempts = 0
        identityNotBefore = nil
        beginAgain()
    }

    /// There is none to be had, for now or for good. Returns the entries that are given up.
    mutating func notIdentified(_ error: ClientError, _ now: Deadline) -> [Producer.Entry] {
        lastError = error
        guard error.isRetriable else { return takeWaiting(until: waiting.last?.deadline ?? now) }
        identityNotBefore = now + backoff(identityAttempts)
        identityAttempts += 1
        return []
    }

    /// What is in flight is known not to be stored when this is called, so that it can take other numbers.
    private mutating func beginAgain() {
        nextSequence = 0
        isKnown = false
        mustRaiseEpoch = false
        for index in flight.indices { flight[index] = numbered(flight[index]) }
    }

    /// It is known of everything in flight whether it is stored.
    private var isSettled: Bool { !flight.contains { $0.isOut || $0.mayBeStored } }

    /// The transactional id has a new epoch; nothing is in flight.
    mutating func forgetIdentity() {
        identity = nil
        mustRaiseEpoch = false
    }

    private mutating func raiseEpoch() {
        guard numbering == .idempotent, let current = identity else { return }
        if current.epoch < Int16.max {
            identity = Identity(producerID: current.producerID, epoch: current.epoch + 1)
            beginAgain()
        } else {
            // With a new id; what is in flight goes back to the queue, as it needs one too.
            for batch in flight.reversed() { waiting.prepend(contentsOf: batch.entries) }
            waitingBytes += flight.reduce(0) { $0 + $1.entries.reduce(0) { $0 + $1.record.size } }
            flight = []
            identity = nil
            mustRaiseEpoch = false
        }
    }

    // MARK: Answers

    /// The broker has the batch. Returns its entries, in order.
    mutating func acknowledged(_ number: Int) -> [Producer.Entry] {
        guard let index = flight.firstIndex(where: { $0.number == number }) else { return [] }
        let batch = flight.remove(at: index)
        isKnown = isKnown || batch.identity != nil && batch.identity == identity
        return batch.entries
    }

    /// An attempt failed; `wasSent` is false when the request never got into line. Returns the entries that are given up.
    mutating func failed(_ number: Int, _ error: ClientError, wasSent: Bool, _ now: Deadline) -> [Producer.Entry] {
        guard let index = flight.firstIndex(where: { $0.number == number }) else { return [] }
        lastError = error
        flight[index].isOut = false
        if wasSent && error.leavesOpen { flight[index].mayBeStored = true }
        if error.isRefusal { flight[index].mayBeStored = false }
        if error.code == .messageTooLarge, flight[index].entries.count > 1 {
            split(index)
            return []
        }
        let isOutOfTurn = isIdempotent && error.isSequenceError
        guard isOutOfTurn || error.mayBeTriedAgain else { return remove(index).entries }
        flight[index].notBefore = now + backoff(flight[index].attempts - 1)
        // Another one only came too early, and is sent again in its turn.
        if isOutOfTurn, flight[index].wasFirst { mustRaiseEpoch = true }
        return []
    }

    /// Gives a batch up: its numbers stay unused, or it is not known whether they are used.
    private mutating func remove(_ index: Int) -> Batch {
        let batch = flight.remove(at: index)
        if batch.identity != nil { mustRaiseEpoch = true }
        return batch
    }

    /// In two halves, which share its numbers.
    private mutating func split(_ index: Int) {
        var first = flight[index]
        let half = first.entries.count / 2
        let rest = Array(first.entries[half...])
        first.entries.removeLast(rest.count)
        first.bytes = nil
        lastNumber += 1
        let second = Batch(
            number: lastNumber, entries: rest, identity: first.identity,
            sequence: RecordBatch.sequence(first.sequence, plus: first.count))
        flight[index] = first
        flight.insert(second, at: index + 1)
    }
}

extension PartitionLane.Batch {
    /// While the epoch is about to be raised only what may be stored is sent again, to learn whether it is.
    fileprivate func needsSending(_ isSettling: Bool) -> Bool { !isOut && (!isSettling || mayBeStored) }
}

extension ClientError {
    /// Whether the request may have taken effect all the same.
    fileprivate var leavesOpen: Bool {
        switch self {
        case .disconnected, .timedOut, .malformed, .closed: true
        case .broker(let code, _): code == .requestTimedOut || code == .notEnoughReplicasAfterAppend
        default: false
        }
    }

    /// Whether the broker said that it has not taken the batch, in this attempt or an earlier one.
    fileprivate var isRefusal: Bool { isSequenceError || code == .messageTooLarge }

    /// The broker expects other numbers (45), or has forgotten the producer (59).
    fileprivate var isSequenceError: Bool {
        switch code {
        case .outOfOrderSequenceNumber?, .unknownProducerId?, .invalidProducerEpoch?: true
        default: false
        }
    }

    /// Whether another attempt can help; a connection with a full queue has room again soon.
    fileprivate var mayBeTriedAgain: Bool { isRetriable || self == .overloaded }
}
