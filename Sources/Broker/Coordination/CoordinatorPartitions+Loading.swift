import Coordinators
import KafkaProtocol
import NIOCore

/// Reading a partition of an internal topic into a coordinator, a slice per turn of the loop so that other requests are
/// served meanwhile.
///
/// A coordinator begins when all that it has read is committed: what only this log holds can be lost with it, and then
/// members would have been given an assignment, or a transaction an end, that the next coordinator knows nothing of.
extension CoordinatorPartitions {
    /// A coordinator being read.
    final class Loading {
        let partition: TopicPartition
        let epoch: Epoch
        var loader: Machine.Loader
        /// The next offset to read, and where reading ends: what was in the log when reading began.
        var next: Offset = 0
        var end: Offset?

        init(partition: TopicPartition, epoch: Epoch, loader: Machine.Loader) {
            self.partition = partition
            self.epoch = epoch
            self.loader = loader
        }
    }

    func load(_ index: Int32, epoch: Epoch) {
        let loading = Loading(
            partition: TopicPartition(topic.name, index), epoch: epoch, loader: makeLoader(epoch))
        setSlot(index, .loading(loading))
        step(loading)
    }

    private func step(_ loading: Loading) {
        guard isCurrent(loading) else { return }
        guard let offsets = records.offsets(of: loading.partition) else {
            return stepLater(loading, after: Limits.coordinatorLoadRetry)
        }
        let end = loading.end ?? offsets.upperBound
        loading.end = end
        // The log may lose its head meanwhile.
        loading.next = max(loading.next, offsets.lowerBound)
        guard loading.next < end else { return finish(loading, whenCommittedUpTo: end) }
        let limit = Limits.coordinatorLoadSliceBytes
        guard let slice = records.read(loading.partition, from: loading.next, maxBytes: limit)
        else { return stepLater(loading, after: Limits.coordinatorLoadFailureRetry) }
        do {
            loading.next = max(try CoordinatorBatches.replay(slice, into: &loading.loader) ?? end, loading.next + 1)
            stepLater(loading, after: 0)
        } catch {
            log.error("\(loading.partition) cannot be read from offset \(loading.next): \(error)")
            stepLater(loading, after: Limits.coordinatorLoadFailureRetry)
        }
    }

    private func stepLater(_ loading: Loading, after delay: Int64) {
        clock.schedule(after: delay) { [weak self] in self?.step(loading) }
    }

    private func isCurrent(_ loading: Loading) -> Bool {
        guard case .loading(let current)? = slots[loading.partition.partition] else { return false }
        return current === loading
    }

    private func finish(_ loading: Loading, whenCommittedUpTo end: Offset) {
        records.awaitCommit(of: loading.partition, upTo: end) { [weak self] isCommitted in
            guard let self, isCurrent(loading) else { return }
            if isCommitted { finish(loading) } else { stepLater(loading, after: Limits.coordinatorLoadRetry) }
        }
    }

    private func finish(_ loading: Loading) {
        let (coordinator, effects) = loading.loader.finish(now: now)
        let active = Active(partition: loading.partition, epoch: loading.epoch, coordinator: coordinator)
        setSlot(loading.partition.partition, .active(active))
        if loading.loader.unreadable > 0 {
            log.warn("\(loading.partition): \(loading.loader.unreadable) unreadable records left out")
        }
        if let summary = coordinator.summary { log.info("coordinates \(summary) of \(loading.partition)") }
        carryOut(effects, of: active)
    }
}
