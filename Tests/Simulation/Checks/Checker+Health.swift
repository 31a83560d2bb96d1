import Broker
import ClusterMetadata
import KafkaProtocol

/// What must come true again once all faults are over.
extension Checker {
    /// What is not well; nil when everything is.
    package func ailment() -> String? {
        if let down = cluster.brokers.first(where: { !$0.isAlive }) { return "broker \(down.id) is down" }
        let nodes = cluster.brokers.compactMap(\.node)
        guard nodes.contains(where: \.metadata.isActiveController) else { return "no active controller" }
        let image = nodes[0].metadata.image
        guard nodes.allSatisfy({ $0.metadata.image.offset == image.offset }) else { return "metadata is not even" }
        let voters = nodes[0].metadata.voters
        guard nodes.allSatisfy({ $0.metadata.voters == voters }) else { return "the voters are not even" }
        for broker in cluster.brokers where !image.isActive(broker.id) { return "broker \(broker.id) is fenced" }
        for topic in image.sortedTopics {
            for (index, state) in topic.partitions.enumerated() {
                let name = TopicPartition(topic.name, Int32(index))
                if let what = ailment(of: state, name, nodes) { return "\(name): \(what)" }
            }
        }
        return surplus(image)
    }

    private func ailment(of state: PartitionState, _ name: TopicPartition, _ nodes: [BrokerNode]) -> String? {
        if state.leader < 0 { return "no leader" }
        if state.isReassigning { return "still moving: adding \(state.adding), removing \(state.removing)" }
        if Set(state.isr) != Set(state.replicas) { return "ISR \(state.isr) of \(state.replicas)" }
        guard let leader = nodes[Int(state.leader) - 1].replicas.partition(name), leader.isLeader else {
            return "broker \(state.leader) does not lead it"
        }
        let end = leader.log.logEndOffset
        for id in state.replicas {
            guard let replica = nodes[Int(id) - 1].replicas.partition(name) else { return "no replica on broker \(id)" }
            let log = replica.log
            guard log.logEndOffset == end, log.highWatermark == end else {
                return "broker \(id) is at \(log.highWatermark)/\(log.logEndOffset), the leader's log ends at \(end)"
            }
        }
        return nil
    }

    private func surplus(_ image: MetadataImage) -> String? {
        for broker in cluster.brokers {
            for partition in broker.node?.replicas.partitions.values.map({ $0 }) ?? [] {
                let name = partition.topicPartition
                guard let state = image.partition(partition.topicID, name.partition),
                    state.replicas.contains(broker.id)
                else { return "broker \(broker.id) keeps a replica of \(name), which it has none of" }
            }
        }
        return nil
    }
}
