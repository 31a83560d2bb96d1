import KafkaProtocol
import KafkaRecords

/// What clients are told.
extension Checker {
    /// A producer is about to use this number.
    func sends(_ mark: Mark) { sent[mark.producer] = max(sent[mark.producer] ?? -1, mark.number) }

    /// An acks=all producer was told that its records are stored.
    func acknowledged(_ marks: [Mark], at base: Offset, in name: TopicPartition) {
        acknowledged += marks.count
        for (index, mark) in marks.enumerated() {
            let offset = base + Offset(index)
            guard let found = self.marks[mark] else {
                return fail("\(name): record \(mark) is acknowledged at offset \(offset), and not committed")
            }
            if !found.contains(where: { $1 == offset && committed[$0]?.name == name }) {
                let places = found.map { "\($1) of \($0)" }.sorted().joined(separator: ", ")
                fail("\(name): record \(mark) is acknowledged at offset \(offset), and committed at \(places)")
            }
        }
    }

    /// An acks=all producer knows by the answer to a later batch that these are stored.
    func acknowledged(_ marks: [Mark], in name: TopicPartition) {
        // A topic that is made again under its name takes what comes later without what came before.
        guard deletions.isDisjoint(with: [name.topic]) else { return }
        acknowledged += marks.count
        for mark in marks where self.marks[mark] == nil {
            fail("\(name): a batch behind record \(mark) is acknowledged, and the record is not committed")
        }
    }

    /// A producer that keeps its batches in order was told that a sequence does not fit.
    func refusedSequence(_ error: ErrorCode, _ marks: [Mark], in name: TopicPartition) {
        // A topic that is made again under its name has not seen what came before.
        guard deletions.isDisjoint(with: [name.topic]) else { return }
        fail("\(name): records \(marks) are refused as \(error)")
    }

    /// A consumer was given records.
    func consumed(_ records: [RecordIdentity], in id: PartitionID) {
        consumed += records.count
        guard let log = committed[id] else { return }
        for record in records {
            guard record.offset < Offset(log.records.count) else {
                return fail("\(log.name): a consumer is given offset \(record.offset), which is not committed")
            }
            if log.records[Int(record.offset)] != record {
                fail("\(log.name): a consumer is given another record at offset \(record.offset) than is committed")
            }
        }
    }
}

extension Checker {
    /// Whether a coordinator has been followed by another and may not know it: cut off, it answers as of before, in Kafka too.
    func isDeposed(_ broker: BrokerID, asCoordinatorOf group: String) -> Bool {
        guard let topic = image.topic(named: "__consumer_offsets"), !topic.partitions.isEmpty else { return false }
        let partition = CoordinatorPartition.of(group, count: Int32(topic.partitions.count))
        return isDeposed(broker, asLeaderOf: PartitionID(topic: topic.id, partition: partition))
    }

    /// Whether another than this broker leads a partition, as far as anybody knows.
    func isDeposed(_ broker: BrokerID, asLeaderOf id: PartitionID) -> Bool { newest[id]?.leader != broker }

    /// Whether the topic is there, as far as anybody can tell.
    func isKnown(_ id: PartitionID) -> Bool { newest[id] == nil || image.topics[id.topic] != nil }
}
