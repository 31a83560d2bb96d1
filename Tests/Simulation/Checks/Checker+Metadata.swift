import ClusterMetadata
import KafkaProtocol

/// Committed metadata is the same everywhere, never rewritten, and sound in itself.
extension Checker {
    func applied(_ image: MetadataImage, by broker: BrokerID) {
        guard violation == nil else { return }
        if let known = images[image.offset], known != image {
            fail("broker \(broker) has other committed metadata at offset \(image.offset) than another had")
        }
        images[image.offset] = image
        if image.offset > self.image.offset { self.image = image }
        for topic in image.topics.values {
            for (index, state) in topic.partitions.enumerated() {
                let name = TopicPartition(topic.name, Int32(index))
                decided(PartitionID(topic: topic.id, partition: Int32(index)), name, state)
            }
        }
        for (id, epoch) in lostTail where (self.image.brokers[id]?.epoch ?? epoch) > epoch {
            lostTail[id] = nil
        }
    }

    /// Takes a decision of the controller in, wherever it is seen.
    func decided(_ id: PartitionID, _ name: TopicPartition, _ state: PartitionState) {
        guard state.partitionEpoch >= 0 else { return }
        if state.leader >= 0 {
            let key = EpochOf(partition: id, epoch: state.leaderEpoch)
            if let other = leaders[key], other != state.leader {
                fail("\(name) has leaders \(other) and \(state.leader) in epoch \(state.leaderEpoch)")
            }
            leaders[key] = state.leader
        }
        let known = newest[id]
        if let known, known.partitionEpoch == state.partitionEpoch, known != state {
            fail("\(name) has two decisions of partition epoch \(state.partitionEpoch): \(known) and \(state)")
        }
        guard state.partitionEpoch > known?.partitionEpoch ?? -1 else { return }
        if let known, state.leaderEpoch < known.leaderEpoch {
            fail("\(name): leader epoch \(known.leaderEpoch) is followed by \(state.leaderEpoch)")
        }
        newest[id] = state
        if !Set(state.isr).isSubset(of: state.replicas) { fail("\(name): ISR \(state.isr) of \(state.replicas)") }
        if Set(state.isr).count != state.isr.count { fail("\(name): ISR \(state.isr)") }
        if state.isr.isEmpty, state.eligible.isEmpty, !state.replicas.contains(state.lastLeader) {
            fail("\(name): nobody may ever lead")
        }
        if !Set(state.eligible).isSubset(of: Set(state.replicas).subtracting(state.isr)) {
            fail("\(name): eligible \(state.eligible) beside ISR \(state.isr) of \(state.replicas)")
        }
        if state.leader >= 0, !state.isr.contains(state.leader) {
            fail("\(name): leader \(state.leader) is not in ISR \(state.isr)")
        }
        checkInSync(id, state)
    }

    /// Every replica that is in sync, or may lead without being so, holds everything that is committed.
    func checkInSync(_ id: PartitionID, _ state: PartitionState) {
        guard let log = committed[id] else { return }
        let end = Offset(log.records.count)
        for member in state.isr + state.eligible {
            let broker = cluster[member]
            guard lostTail[member] == nil, let replica = broker.node?.replicas.partition(log.name),
                replica.topicID == id.topic, replica.log.logEndOffset < end
            else { continue }
            fail(
                "\(log.name): broker \(member) is in ISR \(state.isr), eligible \(state.eligible) (partition epoch \(state.partitionEpoch)) with log "
                    + "end \(replica.log.logEndOffset), while \(end) records are committed")
        }
    }
}
