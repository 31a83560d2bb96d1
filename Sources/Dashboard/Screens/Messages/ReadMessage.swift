import KafkaProtocol

/// One message as it was read.
package struct ReadMessage: Sendable, Equatable {
    /// What lists keep it under; made once, because lists ask for it in every frame.
    package let id: String
    package var topic: String
    package var partition: Int32
    package var offset: Offset
    package var timestamp: Timestamp
    /// Whether the broker set the time (LogAppendTime) or the producer (CreateTime).
    package var isLogAppendTime: Bool
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [RecordHeader]
    /// Where it stood: producer, epoch, sequence, codec and size of its batch; nil when the reader was not told.
    package var batch: BatchFacts?
    /// Why nothing but its place is known: it stands for a batch that cannot be read.
    package var damage: String?
    /// The rules of `Masking` that have hidden something of key or value; empty when it is as it is stored.
    package var maskedBy: [String] = []

    /// A message.
    package init(
        topic: String, partition: Int32, offset: Offset, timestamp: Timestamp, isLogAppendTime: Bool = false,
        key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [], batch: BatchFacts? = nil
    ) {
        id = "\(topic)/\(partition)/\(offset)"
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.isLogAppendTime = isLogAppendTime
        self.key = key
        self.value = value
        self.headers = headers
        self.batch = batch
    }

    /// Bytes it takes in memory, roughly.
    package var cost: Int {
        64 + (key?.count ?? 0) + (value?.count ?? 0)
            + headers.reduce(0) { $0 + $1.key.utf8.count + ($1.value?.count ?? 0) + 32 }
    }
}

extension [ReadMessage] {
    /// The same messages by their times, those of one partition in their order, whatever times producers gave them.
    func byTime() -> [ReadMessage] {
        var parts: [TopicPartition: [ReadMessage]] = [:]
        for message in self { parts[TopicPartition(message.topic, message.partition), default: []].append(message) }
        guard parts.count > 1 else { return self }
        // A message is no earlier than those before it in its partition.
        let timed = parts.values.flatMap { part in
            part.indices.reduce(into: [(at: Timestamp, message: ReadMessage)]()) { timed, index in
                let at = Swift.max(part[index].timestamp, timed.last?.at ?? .min)
                timed.append((at, part[index]))
            }
        }
        return timed.sorted { a, b in
            a.at != b.at
                ? a.at < b.at
                : (a.message.topic, a.message.partition, a.message.offset)
                    < (b.message.topic, b.message.partition, b.message.offset)
        }.map(\.message)
    }
}

/// What a message shares with its batch.
package struct BatchFacts: Sendable, Equatable {
    package var producerID: Int64
    package var producerEpoch: Int16
    package var sequence: Int32
    package var isTransactional: Bool
    package var leaderEpoch: Int32
    package var codec: String
    package var bytes: Int
    package var records: Int

    /// Facts that were not told.
    package init(
        producerID: Int64 = -1, producerEpoch: Int16 = -1, sequence: Int32 = -1, isTransactional: Bool = false,
        leaderEpoch: Int32 = -1, codec: String = "none", bytes: Int = 0, records: Int = 0
    ) {
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.sequence = sequence
        self.isTransactional = isTransactional
        self.leaderEpoch = leaderEpoch
        self.codec = codec
        self.bytes = bytes
        self.records = records
    }
}
