import KafkaProtocol

/// What was seen of one topic, and what follows from it.
struct TopicHistory: Sendable {
    /// As it was last seen.
    private(set) var topic: TopicSnapshot
    private(set) var counts = TopicCounts()
    /// Messages per second of all partitions: each has been looked at at times of its own. Nil when none is known.
    private(set) var rate: Double?
    /// How the messages per second went, up to the last look.
    private(set) var course = LevelMeter()
    /// Of each partition, in the order of the snapshot.
    private(set) var partitions: [RateMeter] = []
    /// Of each partition, in the same order.
    private var sizes: [MessageSize] = []
    private(set) var bytes = ByteRates()
    /// Whether the last look found other offsets or a rate: groups that read it are to be looked at.
    private(set) var hasMoved = true
    /// Up to when all rates stand if nothing else is told.
    private(set) var standsUntil: Timestamp = .max

    /// A topic that was not seen before.
    init(_ topic: TopicSnapshot, now: Timestamp) {
        self.topic = topic
        observe(now: now)
    }

    /// Lets the time pass in which it was seen to be as it is.
    private mutating func stand(until now: Timestamp) {
        course.stand(until: now)
        for index in partitions.indices { partitions[index].stand(until: now) }
    }

    /// Whether a snapshot shows the same topic with the same partitions, without looking at each of them.
    func isUnchanged(_ new: TopicSnapshot) -> Bool {
        topic.partitions.isIdentical(to: new.partitions) && topic.minISR == new.minISR
            && topic.capsMinISR == new.capsMinISR && topic.id == new.id
    }

    /// Takes the next snapshot of it.
    ///
    /// - Parameter stoodUntil: up to when it was seen to be as it was.
    mutating func observe(_ new: TopicSnapshot, stoodUntil: Timestamp, now: Timestamp) {
        stand(until: stoodUntil)
        let isMadeAnew = topic.id != new.id && topic.id != nil && new.id != nil
        let isAligned =
            !isMadeAnew && topic.partitions.count <= new.partitions.count
            && zip(topic.partitions, new.partitions).allSatisfy { $0.id == $1.id }
        if !isAligned {
            partitions = []
            sizes = []
        }
        let stands =
            isAligned && zip(topic.partitions, new.partitions).allSatisfy { $0.offsets?.value == $1.offsets?.value }
            && topic.partitions.count == new.partitions.count
        topic = new
        observe(now: now)
        if !stands { hasMoved = true }
    }

    private mutating func observe(now: Timestamp) {
        counts = TopicCounts(topic)
        while partitions.count < topic.partitions.count { partitions.append(RateMeter()) }
        while sizes.count < topic.partitions.count { sizes.append(MessageSize()) }
        for index in topic.partitions.indices {
            guard let offsets = topic.partitions[index].offsets else { continue }
            partitions[index].observe(Double(offsets.value.latest), at: offsets.at)
            sizes[index].observe(topic.partitions[index], offsets.value)
        }
        advance(to: now)
    }

    /// Takes it that rates may have come to be unknown.
    mutating func expire(stoodUntil: Timestamp, now: Timestamp) {
        stand(until: stoodUntil)
        advance(to: now)
    }

    private mutating func advance(to now: Timestamp) {
        bytes = ByteRates()
        hasMoved = rate ?? 0 != 0
        rate = nil
        standsUntil = .max
        for index in partitions.indices {
            partitions[index].advance(to: now)
            guard let own = partitions[index].rate(now: now) else { continue }
            rate = (rate ?? 0) + own
            standsUntil = min(standsUntil, partitions[index].knownUntil ?? .max)
            bytes.add(topic.partitions[index], rate: own, each: sizes[index].mean)
        }
        course.observe(rate, at: now)
        if rate ?? 0 != 0 { hasMoved = true }
    }
}

/// How large the messages of a partition are, from its log: as of the moment its size was read, which is more rarely than
/// messages are counted. Bytes that a purge leaves on disk are those of messages that are purged, until the log is smaller.
struct MessageSize: Sendable {
    /// The first offset that the bytes are of; -1 while the size is not known.
    private var start: Offset = -1
    private var bytes: Int64 = 0
    /// Bytes of a message; nil while that is not known, nothing where there are none.
    private(set) var mean: Float?

    /// Takes what is known now.
    mutating func observe(_ partition: PartitionSnapshot, _ offsets: PartitionOffsets) {
        guard let size = partition.leaderBytes, size != bytes || mean == nil || offsets.earliest < start else { return }
        if start < 0 || size < bytes || offsets.earliest < start { start = offsets.earliest }
        bytes = size
        let messages = offsets.latest - start
        mean = messages > 0 ? Float(size) / Float(messages) : 0
    }
}

/// Byte rates from message rates and mean message sizes.
struct ByteRates: Sendable {
    /// What is written to the leaders on each broker, bytes per second.
    private(set) var brokers: [(broker: BrokerID, rate: Double)] = []
    private(set) var total = 0.0
    private(set) var replication = 0.0
    private(set) var isKnown: Bool

    /// Nothing is written, as far as anything is known.
    init(isKnown: Bool = false) { self.isKnown = isKnown }

    /// Takes messages per second into a partition, each of so many bytes.
    mutating func add(_ partition: PartitionSnapshot, rate: Double, each mean: Float?) {
        guard let leader = partition.servingLeader, let mean else { return }
        isKnown = true
        guard mean > 0, rate > 0 else { return }
        let perSecond = rate * Double(mean)
        add(perSecond, to: leader)
        total += perSecond
        replication += perSecond * Double(max(0, partition.inSync.count - 1))
    }

    mutating func add(_ other: ByteRates) {
        isKnown = isKnown || other.isKnown
        total += other.total
        replication += other.replication
        for (broker, rate) in other.brokers { add(rate, to: broker) }
    }

    private mutating func add(_ rate: Double, to broker: BrokerID) {
        if let index = brokers.firstIndex(where: { $0.broker == broker }) {
            brokers[index].rate += rate
        } else {
            brokers.append((broker, rate))
        }
    }

    /// What is written to one broker; nil when nothing is known of any.
    func rate(_ broker: BrokerID) -> Double? {
        isKnown ? brokers.first { $0.broker == broker }?.rate ?? 0 : nil
    }
}
