import KafkaProtocol
import LogStorage

/// What a leader concludes from its followers' fetches.
extension Partition {
    /// Who may belong to the in-sync set now, from committed metadata.
    package typealias Eligible = (_ broker: BrokerID, _ brokerEpoch: Int64) -> Bool

    /// Notes a follower's fetch.
    func followerFetched(
        _ follower: BrokerID, from offset: Offset, logStart: Offset, brokerEpoch: Int64, now: Int64
    ) {
        followers[follower]?.fetched(
            from: offset, logStart: logStart, brokerEpoch: brokerEpoch, leaderEnd: log.logEndOffset, now: now)
    }

    /// Moves the high watermark to what every in-sync replica holds, and every replica about to be in sync.
    ///
    /// It stays while the committed set is below `min.insync.replicas`, so that nothing counts as committed that fewer
    /// replicas hold than promised.
    ///
    /// - Returns: whether it moved.
    func advanceHighWatermark(now: Int64, lagLimit: Int64, eligible: Eligible) -> Bool {
        guard isLeader, state.isr.count >= effectiveMinISR else { return false }
        let leaderEnd = log.logEndOffset
        let counted = maximalISR
        var lowest = leaderEnd
        for (id, progress) in followers {
            let isAboutToJoin =
                progress.isCaughtUp(leaderEnd: leaderEnd, now: now, limit: lagLimit)
                && progress.logEndOffset != nil && eligible(id, progress.brokerEpoch)
            guard counted.contains(id) || isAboutToJoin else { continue }
            lowest = min(lowest, progress.logEndOffset ?? log.highWatermark)
        }
        guard lowest > log.highWatermark else { return false }
        return log.setHighWatermark(lowest)
    }

    /// The in-sync set without members that fell behind; nil when nobody did or a change is under way.
    func shrunkISR(now: Int64, lagLimit: Int64) -> [BrokerID]? {
        guard isLeader, proposedISR == nil else { return nil }
        let leaderEnd = log.logEndOffset
        let kept = state.isr.filter { id in
            id == nodeID || followers[id]?.isCaughtUp(leaderEnd: leaderEnd, now: now, limit: lagLimit) ?? false
        }
        return kept.count < state.isr.count ? kept : nil
    }

    /// The in-sync set with `follower`, when it has everything that is committed and that this leadership began with.
    func expandedISR(with follower: BrokerID, eligible: Eligible) -> [BrokerID]? {
        guard isLeader, proposedISR == nil, !state.isr.contains(follower), let progress = followers[follower],
            let end = progress.logEndOffset, end >= log.highWatermark, end >= epochStart,
            eligible(follower, progress.brokerEpoch)
        else { return nil }
        return state.isr + [follower]
    }
}
