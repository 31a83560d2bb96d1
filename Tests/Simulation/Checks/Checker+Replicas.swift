import Broker
import KafkaProtocol
import NIOCore

/// Replicas: leaders are complete, high watermarks only grow and only over what the in-sync set holds, and committed
/// records never change.
extension Checker {
    func look(at partition: Partition, of broker: SimulatedBroker) {
        guard partition.state.partitionEpoch >= 0 else { return }
        let id = PartitionID(topic: partition.topicID, partition: partition.topicPartition.partition)
        let name = partition.topicPartition
        if committed[id] == nil { committed[id] = Committed(name: name) }
        if partition.state.partitionEpoch > newest[id]?.partitionEpoch ?? -1 { decided(id, name, partition.state) }
        let mark = partition.log.highWatermark
        if partition.isLeader {
            lead(partition, id, of: broker)
        } else if mark > Offset(committed[id]?.records.count ?? 0) {
            fail("\(name): follower \(broker.id) has high watermark \(mark), beyond every leader's")
        }
    }

    private func lead(_ partition: Partition, _ id: PartitionID, of broker: SimulatedBroker) {
        let name = partition.topicPartition
        let mark = partition.log.highWatermark
        let end = Offset(committed[id]?.records.count ?? 0)
        let key = Leading(
            broker: broker.id, incarnation: broker.incarnation, partition: id, epoch: partition.leaderEpoch)
        if let before = highWatermarks[key] {
            if mark < before {
                fail("\(name): the high watermark of leader \(broker.id) goes from \(before) to \(mark)")
            }
        } else {
            let known = EpochOf(partition: id, epoch: partition.leaderEpoch)
            if let other = leaders[known], other != broker.id {
                fail("\(name): brokers \(other) and \(broker.id) both lead in epoch \(partition.leaderEpoch)")
            }
            leaders[known] = broker.id
            let isCurrent = partition.leaderEpoch >= newest[id]?.leaderEpoch ?? -1
            if isCurrent, partition.log.logEndOffset < end {
                fail(
                    "\(name): broker \(broker.id) leads in epoch \(partition.leaderEpoch) with log end "
                        + "\(partition.log.logEndOffset), while \(end) records are committed")
            }
        }
        highWatermarks[key] = mark
        guard mark > end else { return }
        extend(id, from: partition, to: mark)
        if let state = newest[id] { checkInSync(id, state) }
    }

    private func extend(_ id: PartitionID, from partition: Partition, to mark: Offset) {
        let end = Offset(committed[id]?.records.count ?? 0)
        do {
            for record in try Self.records(of: partition, from: end, to: mark) {
                let expected = Offset(committed[id]?.records.count ?? 0)
                if record.offset != expected {
                    fail("\(partition.topicPartition): offset \(record.offset) follows \(expected - 1)")
                }
                commit(record, id, partition.topicPartition)
            }
        } catch {
            fail("\(partition.topicPartition): the leader cannot read from \(end) to \(mark): \(error)")
        }
    }

    private func commit(_ record: RecordIdentity, _ id: PartitionID, _ name: TopicPartition) {
        committed[id]?.records.append(record)
        guard let mark = record.mark else { return }
        if mark.number > sent[mark.producer] ?? -1 { fail("\(name): record \(mark) was never sent") }
        if let offset = marks[mark, default: [:]].updateValue(record.offset, forKey: id) {
            fail("\(name): record \(mark) is committed at offsets \(offset) and \(record.offset)")
        }
    }

    static func records(of partition: Partition, from start: Offset, to end: Offset) throws -> [RecordIdentity] {
        var found: [RecordIdentity] = []
        var next = start
        while next < end {
            let read = try partition.log.read(from: next, maxBytes: 1 << 20, upTo: end, now: 0)
            guard read.nextOffset > next else { break }
            found += try RecordIdentity.all(in: read.records).filter { $0.offset >= next }
            next = read.nextOffset
        }
        return found
    }

    /// Compares the whole of a replica's log, as far as it claims to be committed, with what was committed.
    func verify(_ partition: Partition, of broker: SimulatedBroker) {
        let id = PartitionID(topic: partition.topicID, partition: partition.topicPartition.partition)
        guard let log = committed[id] else { return }
        let start = partition.log.logStartOffset
        let end = min(partition.log.highWatermark, Offset(log.records.count))
        do {
            let held = try Self.records(of: partition, from: start, to: end)
            let expected = log.records[Int(start)..<Int(end)]
            guard !held.elementsEqual(expected) else { return }
            let index = zip(held, expected).prefix { $0 == $1 }.count
            fail(
                "\(log.name): broker \(broker.id) holds another record at offset \(start + Offset(index)) than the one "
                    + "that was committed there")
        } catch {
            fail("\(log.name): broker \(broker.id) cannot read its log: \(error)")
        }
    }

    /// Compares all logs of all live brokers.
    package func verifyLogs() {
        for broker in cluster.alive {
            for partition in broker.node?.replicas.partitions.values.map({ $0 }) ?? [] { verify(partition, of: broker) }
        }
    }
}
