import KafkaProtocol

/// What a producer has sent to one partition and has not been told of yet, oldest first.
///
/// As with librdkafka and the Java client up to five batches are under way at a time. When one of them fails nothing is sent
/// until all have been answered; then all that are left go again, in order and with the sequences that they had.
struct ProducerWindow {
    struct Batch {
        let marks: [Mark]
        let sequence: Int32
        /// Whom it was sent to last.
        var receiver: BrokerID
        /// Whether it has not been answered.
        var isUnderWay = true
    }

    /// As many as a broker remembers of each producer.
    static let limit = 5

    private(set) var batches: [Batch] = []
    private var nextSequence: Int32 = 0
    private var isDraining = false
    /// Whether a batch was acknowledged since the topic was made.
    private var isKnown = false
    /// What the batches are for. Produce names topics, so that one that is made again goes on with the numbers of the one
    /// before it.
    private var target: PartitionID?

    var isEmpty: Bool { batches.isEmpty }

    /// Whether everything has been answered and something has to go again.
    var isDrained: Bool { isDraining && !batches.contains(where: \.isUnderWay) }

    func contains(_ batch: Batch) -> Bool { batches.contains { $0.sequence == batch.sequence } }

    /// Forgets what was under way for a topic that is no more.
    mutating func turn(to id: PartitionID) {
        guard target != id else { return }
        giveUp()
        isKnown = false
        target = id
    }

    /// Whether a new batch may be sent to `leader` now. A hasty producer does not wait for what the leader before it still
    /// has to answer; once something is stored, as brokers take any sequence of a producer that they do not know.
    func mayBegin(to leader: BrokerID, hasty: Bool) -> Bool {
        guard !isDraining, batches.count < Self.limit else { return false }
        return hasty && isKnown || batches.allSatisfy { $0.receiver == leader }
    }

    mutating func begin(_ marks: [Mark], to leader: BrokerID) -> Batch {
        let batch = Batch(marks: marks, sequence: nextSequence, receiver: leader)
        nextSequence += Int32(marks.count)
        batches.append(batch)
        return batch
    }

    /// Everything that is left is under way again.
    mutating func beginAgain(to leader: BrokerID) -> [Batch] {
        isDraining = false
        for index in batches.indices {
            batches[index].receiver = leader
            batches[index].isUnderWay = true
        }
        return batches
    }

    /// Whether one before it was sent to another broker. Then a refusal of its sequence is nobody's fault, as this broker
    /// cannot know of that one; the clients that do so send both again.
    func hasOvertaken(_ batch: Batch) -> Bool {
        batches.prefix { $0.sequence != batch.sequence }.contains { $0.receiver != batch.receiver }
    }

    /// Takes a batch out. Returns those before it: as sequences have no gaps, they are stored too, though nobody said so.
    mutating func acknowledged(_ batch: Batch) -> [Batch] {
        isKnown = true
        let implied = batches.prefix { $0.sequence != batch.sequence }
        batches.removeFirst(min(batches.count, implied.count + 1))
        if batches.isEmpty { isDraining = false }
        return Array(implied)
    }

    mutating func failed(_ batch: Batch) {
        guard let index = batches.firstIndex(where: { $0.sequence == batch.sequence }) else { return }
        batches[index].isUnderWay = false
        isDraining = true
    }

    mutating func giveUp() {
        batches = []
        isDraining = false
    }
}
