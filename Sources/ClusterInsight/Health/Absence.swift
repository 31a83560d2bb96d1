import KafkaProtocol

/// What the absence of brokers means for the rest: metadata is only as true as the last decision of the controller.
extension ClusterSnapshot {
    /// Marks the replicas of brokers that do not take part. Nothing is marked before a broker is known.
    package mutating func markAbsent() {
        guard !brokers.isEmpty else { return }
        let live = Set(liveBrokers.map(\.id))
        var placements = Placements()
        for topic in topics.indices {
            for index in topics[topic].partitions.indices {
                var placement = topics[topic].partitions[index].placement.value
                // Nearly always nobody is away, and there are many partitions.
                let away =
                    placement.replicas.allSatisfy(live.contains)
                    ? [] : placement.replicas.filter { !live.contains($0) }
                guard placement.away != away else { continue }
                placement.away = away
                topics[topic].partitions[index].placement = placements.shared(placement)
            }
        }
    }

    /// Voters of the quorum that are not known to be away; nil without a quorum.
    package var votersUp: Int? {
        guard let voters = quorum?.value.voters else { return nil }
        return voters.count { node in broker(node.id)?.isAway != true }
    }

    /// Whether enough voters are there to decide; true when nothing is known of a quorum.
    package var hasQuorum: Bool {
        guard let quorum = quorum?.value, let votersUp, !quorum.voters.isEmpty else { return true }
        return votersUp >= quorum.majority
    }

    /// The active controller; nil when its broker is away or no majority could follow it.
    package var activeController: BrokerID? {
        guard hasQuorum, let controller, broker(controller)?.isAway != true else { return nil }
        return controller
    }

    /// Since when too few voters are left to decide, so that metadata stands still; nil while enough are there.
    package var quorumLostSince: Timestamp? {
        guard !hasQuorum, let quorum = quorum?.value else { return nil }
        let losses = quorum.voters.compactMap { broker($0.id)?.awaySince }.sorted()
        let deciding = quorum.voters.count - quorum.majority
        return losses.indices.contains(deciding) ? losses[deciding] : losses.last ?? at
    }
}
