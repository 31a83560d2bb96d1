import ClusterMetadata
import KafkaProtocol

extension Controller {
    /// When `tick` has something to do next, in the caller's milliseconds.
    package func nextDeadline() -> Int64 {
        var deadline = nextUncleanPass
        if isBalancing { deadline = min(deadline, nextBalance) }
        if let (_, contact) = sessions.longestSilent(in: image) { deadline = min(deadline, contact + sessionTimeout) }
        return deadline
    }

    /// Does what is due: fences a broker whose session has ended, returns leaderships to preferred leaders, elects
    /// uncleanly where that is allowed. Due again at once when there is more of it.
    package func tick(now: Int64) -> [MetadataRecord] {
        var draft = Draft(image)
        // One broker a time, so that a long pause of the controller itself does not fence them all before their
        // heartbeats, already on their way, are read.
        if let (broker, contact) = sessions.longestSilent(in: image), contact + sessionTimeout <= now {
            fence(broker, &draft)
            return draft.records
        }
        if now >= nextUncleanPass {
            nextUncleanPass = electUncleanly(&draft) ? now : now + uncleanInterval
        }
        if isBalancing, now >= nextBalance {
            nextBalance = balance(&draft) ? now : now + balanceInterval
        }
        return draft.records
    }

    private var isBalancing: Bool { settings.configs.bool("auto.leader.rebalance.enable", in: image) }

    /// Gives leadership back to first replicas that can take it. True when the pass was cut short.
    private func balance(_ draft: inout Draft) -> Bool {
        electAll(&draft, .preferred) { _, state in state.replicas.first.map { $0 != state.leader } ?? false }
    }

    /// Finds leaders for partitions without one where their topics allow any replica. True when cut short.
    private func electUncleanly(_ draft: inout Draft) -> Bool {
        let leaderless = image.topics.values.filter { topic in topic.partitions.contains { $0.leader < 0 } }
        let allowed = Set(leaderless.filter { allowsUncleanElection($0.name, image) }.map(\.id))
        guard !allowed.isEmpty else { return false }
        return electAll(&draft, .unclean) { topic, state in state.leader < 0 && allowed.contains(topic) }
    }

    private func electAll(
        _ draft: inout Draft, _ election: Election, where wanted: (TopicID, PartitionState) -> Bool
    ) -> Bool {
        var changed = 0
        for topic in image.sortedTopics {
            for (index, state) in topic.partitions.enumerated() where wanted(topic.id, state) {
                var change = change(topic, Int32(index), state, in: image)
                change.election = election
                guard let record = change.record() else { continue }
                draft.append(.partitionChange(record))
                changed += 1
                if changed == Limits.electionsPerPass { return true }
            }
        }
        return false
    }
}
