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
        if !isAligned { partitions = [] }
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
        for index in topic.partitions.indices {
            guard let offsets = topic.partitions[index].offsets else { continue }
            partitions[index].observe(Double(offsets.value.latest), at: offsets.at)
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
            bytes.add(topic.partitions[index], rate: own)
        }
        course.observe(rate, at: now)
        if rate ?? 0 != 0 { hasMoved = true }
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

    mutating func add(_ partition: PartitionSnapshot, rate: Double) {
        guard let leader = partition.servingLeader, let bytes = partition.leaderBytes,
            let messages = partition.offsets?.value.messages
        else { return }
        isKnown = true
        guard messages > 0, rate > 0 else { return }
        let perSecond = rate * Double(bytes) / Double(messages)
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
