import KafkaProtocol

extension ReplicaManager {
    /// The value of `replica.selector.class` that sends consumers to replicas in their own rack.
    static let rackAwareSelector = "org.apache.kafka.common.replica.RackAwareReplicaSelector"

    /// The follower that a consumer in `rack` should fetch from instead of the leader, which is this broker (KIP-392): in
    /// sync, in that rack, with the offset, and further than the others. Nil when it should stay.
    func preferredReplica(of partition: Partition, rack: String, offset: Offset) -> BrokerID? {
        guard !rack.isEmpty, partition.isLeader, image.brokers[nodeID]?.rack != rack,
            configs.string("replica.selector.class", in: image) == Self.rackAwareSelector
        else { return nil }
        let near = partition.followers.filter { id, progress in
            guard let end = progress.logEndOffset, partition.state.isr.contains(id), image.isActive(id) else {
                return false
            }
            return image.brokers[id]?.rack == rack && progress.logStartOffset <= offset && offset <= end
        }
        return near.max { a, b in (a.value.logEndOffset ?? -1, b.key) < (b.value.logEndOffset ?? -1, a.key) }?.key
    }
}
