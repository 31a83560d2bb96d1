import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// Takes a broker out of service: out of every ISR and leadership, and hidden from clients.
    func fence(_ broker: BrokerID, _ draft: inout Draft) {
        guard let registration = draft.image.brokers[broker], !registration.fenced else { return }
        draft.append(
            .brokerRegistrationChange(
                BrokerRegistrationChangeRecord(brokerID: broker, brokerEpoch: registration.epoch, fenced: 1)))
        removeFromISRs(broker, &draft)
    }

    /// Puts a broker into service; partitions without a leader may take it.
    func unfence(_ broker: BrokerID, _ draft: inout Draft) {
        guard let registration = draft.image.brokers[broker], registration.fenced else { return }
        draft.append(
            .brokerRegistrationChange(
                BrokerRegistrationChangeRecord(brokerID: broker, brokerEpoch: registration.epoch, fenced: -1)))
        changePartitions(&draft) { $0.leader < 0 && $0.replicas.contains(broker) }
    }

    /// Begins a broker's controlled shutdown: its leaderships move, it stays visible.
    func beginShutdown(_ broker: BrokerID, _ draft: inout Draft) {
        guard let registration = draft.image.brokers[broker], !registration.inControlledShutdown else { return }
        let record = BrokerRegistrationChangeRecord(
            brokerID: broker, brokerEpoch: registration.epoch, inControlledShutdown: 1)
        draft.append(.brokerRegistrationChange(record))
        removeFromISRs(broker, &draft)
    }

    /// Removes a broker that is no longer active from every ISR that has others, and elects where it led.
    func removeFromISRs(_ broker: BrokerID, _ draft: inout Draft) {
        changePartitions(&draft, removing: broker) { $0.isr.contains(broker) || $0.leader == broker }
    }

    /// Whether a broker leads any partition.
    func leadsAny(_ broker: BrokerID) -> Bool {
        image.topics.values.contains { $0.partitions.contains { $0.leader == broker } }
    }

    private func changePartitions(
        _ draft: inout Draft, removing broker: BrokerID? = nil, where affected: (PartitionState) -> Bool
    ) {
        let image = draft.image
        for topic in image.sortedTopics where topic.partitions.contains(where: affected) {
            let election: Election = allowsUncleanElection(topic.name, image) ? .unclean : .normal
            for (index, state) in topic.partitions.enumerated() where affected(state) {
                var change = PartitionChange(topic.id, Int32(index), state) { $0 != broker && image.isActive($0) }
                change.election = election
                change.isr = state.isr.filter { $0 != broker }
                if let record = change.record() { draft.append(.partitionChange(record)) }
            }
        }
    }
}
