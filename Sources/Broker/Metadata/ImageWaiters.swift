import ClusterMetadata
import KafkaProtocol

/// Answers that are held until this broker's own image shows what they say, so that a client which asks the same broker
/// next sees its own write. Loop only.
package final class ImageWaiters {
    private struct Waiter {
        let isVisible: (MetadataImage) -> Bool
        let done: () -> Void
    }

    private let metadata: any MetadataSource
    private let clock: any Clock
    private var waiters: [Int: Waiter] = [:]
    private var nextID = 0

    package init(metadata: any MetadataSource, clock: any Clock) {
        self.metadata = metadata
        self.clock = clock
        metadata.observe { [weak self] image, _ in self?.changed(image) }
    }

    /// Calls `done` once: when the image shows it, or after `timeout` milliseconds all the same, because the change is
    /// committed either way.
    package func wait(
        timeout: Int64, until isVisible: @escaping (MetadataImage) -> Bool, _ done: @escaping () -> Void
    ) {
        guard !isVisible(metadata.image), waiters.count < Limits.parkedRequests else { return done() }
        let id = nextID
        nextID += 1
        waiters[id] = Waiter(isVisible: isVisible, done: done)
        clock.schedule(after: timeout) { [weak self] in self?.waiters.removeValue(forKey: id)?.done() }
    }

    private func changed(_ image: MetadataImage) {
        for (id, waiter) in waiters.sorted(by: { $0.key < $1.key }) where waiter.isVisible(image) {
            waiters[id] = nil
            waiter.done()
        }
    }
}
