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

    /// Removes a broker that is no longer active from every ISR, and elects where it led.
    func removeFromISRs(_ broker: BrokerID, _ draft: inout Draft) {
        changePartitions(&draft, removing: broker) { $0.isr.contains(broker) || $0.leader == broker }
    }

    /// Removes a broker that may have lost what it had not synced from every ISR and from all that may lead without being
    /// in one (KIP-966).
    func distrust(_ broker: BrokerID, _ draft: inout Draft) {
        changePartitions(&draft, removing: broker, isUnproven: true) {
            $0.isr.contains(broker) || $0.leader == broker || $0.eligible.contains(broker)
        }
    }

    /// Looks again at who may lead without being in sync, after a change of how many must be.
    func reconsiderEligible(_ topic: String?, _ draft: inout Draft) {
        changePartitions(&draft, topic: topic) { !$0.eligible.isEmpty }
    }

    /// Whether a broker leads any partition.
    func leadsAny(_ broker: BrokerID) -> Bool {
        image.topics.values.contains { $0.partitions.contains { $0.leader == broker } }
    }

    private func changePartitions(
        _ draft: inout Draft, topic name: String? = nil, removing broker: BrokerID? = nil, isUnproven: Bool = false,
        where affected: (PartitionState) -> Bool
    ) {
        let image = draft.image
        let topics = name.map { image.topic(named: $0).map { [$0] } ?? [] } ?? image.sortedTopics
        for topic in topics where topic.partitions.contains(where: affected) {
            let election: Election = allowsUncleanElection(topic.name, image) ? .unclean : .normal
            let minISR = minISR(topic.name, image)
            for (index, state) in topic.partitions.enumerated() where affected(state) {
                var change = PartitionChange(topic.id, Int32(index), state) { $0 != broker && image.isActive($0) }
                change.election = election
                change.minISR = minISR
                if isUnproven { change.unproven = broker }
                change.isr = state.isr.filter { $0 != broker }
                if let record = change.record() { draft.append(.partitionChange(record)) }
            }
        }
    }
}
