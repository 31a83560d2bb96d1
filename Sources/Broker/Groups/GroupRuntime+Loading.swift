import Coordinators
import KafkaProtocol
import NIOCore

/// Reading a partition of `__consumer_offsets` into a coordinator, a slice per turn of the loop so that other requests are
/// served meanwhile.
extension GroupRuntime {
    /// A coordinator being read.
    final class Loading {
        let partition: TopicPartition
        let epoch: Epoch
        var loader: GroupLoader
        /// The next offset to read, and where reading ends: what was in the log when reading began.
        var next: Offset = 0
        var end: Offset?
        /// Topics deleted while reading, whose positions go when it is done.
        var deletedTopics: Set<String> = []

        init(partition: TopicPartition, epoch: Epoch, config: GroupConfig) {
            self.partition = partition
            self.epoch = epoch
            loader = GroupLoader(config: config)
        }
    }

    func load(_ index: Int32, epoch: Epoch) {
        let loading = Loading(partition: TopicPartition(InternalTopics.offsets, index), epoch: epoch, config: config)
        setSlot(index, .loading(loading))
        step(loading)
    }

    private func step(_ loading: Loading) {
        guard case .loading(let current)? = slots[loading.partition.partition], current === loading else { return }
        guard let offsets = groupLog.offsets(of: loading.partition) else {
            return stepLater(loading, after: Limits.groupLoadRetry)
        }
        let end = loading.end ?? offsets.upperBound
        loading.end = end
        // The log may lose its head meanwhile.
        loading.next = max(loading.next, offsets.lowerBound)
        guard loading.next < end else { return finish(loading) }
        guard let slice = groupLog.read(loading.partition, from: loading.next, maxBytes: Limits.groupLoadSliceBytes)
        else { return stepLater(loading, after: Limits.groupLoadFailureRetry) }
        do {
            loading.next = max(try GroupBatches.replay(slice, into: &loading.loader) ?? end, loading.next + 1)
            stepLater(loading, after: 0)
        } catch {
            log.error("\(loading.partition) cannot be read from offset \(loading.next): \(error)")
            stepLater(loading, after: Limits.groupLoadFailureRetry)
        }
    }

    private func stepLater(_ loading: Loading, after delay: Int64) {
        clock.schedule(after: delay) { [weak self] in self?.step(loading) }
    }

    private func finish(_ loading: Loading) {
        let (coordinator, effects) = loading.loader.finish(now: now)
        let active = Active(partition: loading.partition, epoch: loading.epoch, coordinator: coordinator)
        setSlot(loading.partition.partition, .active(active))
        if loading.loader.unreadable > 0 {
            log.warn("\(loading.partition): \(loading.loader.unreadable) unreadable records left out")
        }
        let counts = coordinator.counts
        if counts.groups > 0 {
            log.info("coordinates \(counts.groups) groups with \(counts.offsets) positions of \(loading.partition)")
        }
        perform(effects, of: active)
        if !loading.deletedTopics.isEmpty {
            perform(coordinator.topicsDeleted(loading.deletedTopics, now: now), of: active)
        }
    }
}
