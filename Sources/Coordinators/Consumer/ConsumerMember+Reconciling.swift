import KafkaProtocol

extension ConsumerMember {
    /// The member one step closer to its target: first it gives up what it shall not have, then it gets what is free.
    ///
    /// - Parameters:
    ///   - target: what the member shall have at `targetEpoch`.
    ///   - owned: what it says it owns; nil when its heartbeat did not say.
    ///   - isFree: whether nobody else has a partition.
    func reconciled(
        with target: PartitionSet, at targetEpoch: Int32, owned: PartitionSet?, isFree: (UUID, Int32) -> Bool
    ) -> ConsumerMember {
        switch state {
        case .stable where epoch == targetEpoch: return self
        case .unrevokedPartitions:
            guard let owned, owned.intersection(pendingRevocation).isEmpty else { return self }
            return next(epoch + 1, target, targetEpoch, owned, isFree)
        case .stable, .unreleasedPartitions: return next(epoch, target, targetEpoch, owned, isFree)
        }
    }

    private func next(
        _ epoch: Int32, _ target: PartitionSet, _ targetEpoch: Int32, _ owned: PartitionSet?,
        _ isFree: (UUID, Int32) -> Bool
    ) -> ConsumerMember {
        let kept = assigned.intersection(target)
        let revoked = assigned.subtracting(target)
        let wanted = target.subtracting(kept)
        var next = self
        if !revoked.isEmpty && owned.map({ !$0.intersection(revoked).isEmpty }) ?? true {
            next.move(to: epoch)
            next.state = .unrevokedPartitions
            next.assigned = kept
            next.pendingRevocation = revoked
        } else {
            let free = wanted.filter(isFree)
            next.move(to: targetEpoch)
            next.state = free == wanted ? .stable : .unreleasedPartitions
            next.assigned = kept.union(free)
            next.pendingRevocation = PartitionSet()
        }
        return next
    }
}
